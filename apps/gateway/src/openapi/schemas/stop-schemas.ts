import { STOP_PHASES } from '@elvis/contracts';
import { HEDGE_SIDES, STOP_SCOPES } from '@elvis/trading';
import { flag, remaining, text, time, timeOrNull } from '../schema-parts';
import { Json, many, oneOf, ref, shape, strict } from '../shape';

const scope = shape(
  { type: oneOf(STOP_SCOPES), value: text('The symbol or the bot; absent for `global`.') },
  ['value'],
);
const actorReason = { reason: { type: 'string', maxLength: 500 } };
const phases = shape(
  Object.fromEntries(
    ['requested', 'blocked', 'drained', 'cancelling', 'verified'].map((name) => [
      name,
      timeOrNull(`When ${name}.`),
    ]),
  ),
);

const positions = {
  open_positions: {
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Symbols of open positions, until the exchange shows them closed. Null: not known.',
  },
  remaining_positions: {
    type: ['array', 'null'],
    items: shape(
      {
        symbol: text('`*` where the positions cannot be read.'),
        positionSide: { type: 'string', enum: HEDGE_SIDES, description: 'In hedge mode.' },
        quantity: { type: ['string', 'null'], description: 'Signed: positive is LONG.' },
        reason: text('Why it is still open.'),
      },
      ['positionSide'],
    ),
    description: 'The same with quantities and reasons.',
  },
} as const;

export const stopSchemas: Readonly<Record<string, Json>> = {
  StopRequest: strict(
    shape(
      { ...actorReason, scope, cancelOpenOrders: flag('Default true.'), flatten: flag('Default false.') },
      ['reason', 'scope', 'cancelOpenOrders', 'flatten'],
    ),
  ),
  Stop: shape(
    {
      status: { type: 'string', const: 'halted' },
      stop_id: text('Id of this stop.'),
      scope,
      phase: oneOf(STOP_PHASES),
      phases,
      drained: flag('From here on the exchange accepts no order of Elvis that can increase risk.'),
      in_flight: {
        type: ['integer', 'null'],
        description: 'Null if risk was unavailable and the gateway set the switch itself.',
      },
      canceled_orders: 'whole?',
      remaining_orders: { type: ['array', 'null'], items: remaining },
      unprotected_positions: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description: 'Symbols with a position whose protecting conditional orders were canceled.',
      },
      filled_orders: {
        type: ['array', 'null'],
        items: shape({
          clientOrderId: 'text',
          symbol: 'text',
          filledQuantity: 'text',
        }),
        description: 'Resting orders that filled, partly or fully, before their cancel took effect.',
      },
      ...positions,
      frozen_until: timeOrNull(
        'Until when the exchange has rate-limited this account or IP; cancels wait until then.',
      ),
      reason: text('As given, or "none given".'),
      activated_at: time('When.'),
      activated_by: text('Who.'),
      remote_ip: 'text?',
      epoch: 'whole',
      redis_persisted: flag('Stored in Redis.'),
      durable: flag('Stored in the durable record.'),
    },
    [
      'scope',
      'in_flight',
      'canceled_orders',
      'remaining_orders',
      'unprotected_positions',
      'filled_orders',
      'open_positions',
      'remaining_positions',
      'frozen_until',
      'remote_ip',
    ],
  ),
  StopConflict: { allOf: [ref('Problem'), shape({ state: ref('Stop') }, ['state'])] },
  ClearRequest: strict(
    shape(
      {
        ...actorReason,
        epoch: {
          type: 'integer',
          minimum: 0,
          description: 'The newest epoch you have seen; a newer stop stays in force.',
        },
        force: flag('Clear although verification has not finished; requires a reason.'),
        rampSeconds: {
          type: 'integer',
          minimum: 0,
          maximum: 86_400,
          description: 'Stay REDUCING for this long first.',
        },
      },
      ['reason', 'epoch', 'force', 'rampSeconds'],
    ),
  ),
  Cleared: shape(
    {
      status: oneOf(['active', 'clear_pending']),
      redis_updated: flag('Stored in Redis.'),
      durable: flag('Stored in the durable record.'),
      was_active: flag('A stop was in force.'),
      cleared_stops: many('text'),
      epoch: 'whole',
      reason: text('As given, or "none given".'),
      pending_until: time('Until when another person can confirm; nothing has been cleared yet.'),
      reducing_until: time('REDUCING until then, because of `rampSeconds`.'),
    },
    ['cleared_stops', 'pending_until', 'reducing_until'],
  ),
  StopStatus: shape(
    {
      active: flag('A stop is in force.'),
      source: oneOf(['redis', 'memory']),
      phase: { type: ['string', 'null'], enum: [...STOP_PHASES, null] },
      since: timeOrNull('When it started.'),
      reason: 'text?',
      scopes: {
        type: 'array',
        items: shape({ scope, state: oneOf(['REDUCING', 'HALTED']), stop_id: 'text' }),
      },
      epoch: 'whole',
      durable: flag('Stored in the durable record.'),
      remaining_orders: { type: ['array', 'null'], items: remaining },
      ...positions,
    },
    ['remaining_orders', 'open_positions', 'remaining_positions'],
  ),
};
