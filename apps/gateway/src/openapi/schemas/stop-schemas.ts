import { STOP_PHASES } from '@elvis/contracts';
import { HEDGE_SIDES, STOP_SCOPES } from '@elvis/trading';
import { Json, ref } from '../describe';
import { flag, object, strict, text, time, timeOrNull, remaining } from '../schema-parts';

const scope = object(
  { type: { type: 'string', enum: STOP_SCOPES }, value: text('The symbol or the bot; absent for `global`.') },
  ['type'],
);
const actorReason = { reason: { type: 'string', maxLength: 500 } };
const phases = object(
  Object.fromEntries(
    ['requested', 'blocked', 'drained', 'cancelling', 'verified'].map((name) => [
      name,
      timeOrNull(`When ${name}.`),
    ]),
  ),
  ['requested', 'blocked', 'drained', 'cancelling', 'verified'],
);

const positions = {
  open_positions: {
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Symbols of open positions, until the exchange shows them closed. Null: not known.',
  },
  remaining_positions: {
    type: ['array', 'null'],
    items: object(
      {
        symbol: text('`*` where the positions cannot be read.'),
        positionSide: { type: 'string', enum: HEDGE_SIDES, description: 'In hedge mode.' },
        quantity: { type: ['string', 'null'], description: 'Signed: positive is LONG.' },
        reason: text('Why it is still open.'),
      },
      ['symbol', 'quantity', 'reason'],
    ),
    description: 'The same with quantities and reasons.',
  },
} as const;

export const stopSchemas: Readonly<Record<string, Json>> = {
  StopRequest: strict(
    object(
      { ...actorReason, scope, cancelOpenOrders: flag('Default true.'), flatten: flag('Default false.') },
      [],
    ),
  ),
  Stop: object(
    {
      status: { type: 'string', const: 'halted' },
      stop_id: text('Id of this stop.'),
      scope,
      phase: { type: 'string', enum: STOP_PHASES },
      phases,
      drained: flag('From here on the exchange accepts no order of Elvis that can increase risk.'),
      in_flight: {
        type: ['integer', 'null'],
        description: 'Null if risk was unavailable and the gateway set the switch itself.',
      },
      canceled_orders: { type: ['integer', 'null'] },
      remaining_orders: { type: ['array', 'null'], items: remaining },
      unprotected_positions: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description: 'Symbols with a position whose protecting conditional orders were canceled.',
      },
      filled_orders: {
        type: ['array', 'null'],
        items: object(
          {
            clientOrderId: { type: 'string' },
            symbol: { type: 'string' },
            filledQuantity: { type: 'string' },
          },
          ['clientOrderId', 'symbol', 'filledQuantity'],
        ),
        description: 'Resting orders that filled, partly or fully, before their cancel took effect.',
      },
      ...positions,
      frozen_until: timeOrNull(
        'Until when the exchange has rate-limited this account or IP; cancels wait until then.',
      ),
      reason: text('As given, or "none given".'),
      activated_at: time('When.'),
      activated_by: text('Who.'),
      remote_ip: { type: ['string', 'null'] },
      epoch: { type: 'integer' },
      redis_persisted: flag('Stored in Redis.'),
      durable: flag('Stored in the durable record.'),
    },
    [
      'status',
      'stop_id',
      'phase',
      'phases',
      'drained',
      'reason',
      'activated_at',
      'activated_by',
      'epoch',
      'redis_persisted',
      'durable',
    ],
  ),
  StopConflict: { allOf: [ref('Problem'), object({ state: ref('Stop') }, [])] },
  ClearRequest: strict(
    object(
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
      [],
    ),
  ),
  Cleared: object(
    {
      status: { type: 'string', enum: ['active', 'clear_pending'] },
      redis_updated: flag('Stored in Redis.'),
      durable: flag('Stored in the durable record.'),
      was_active: flag('A stop was in force.'),
      cleared_stops: { type: 'array', items: { type: 'string' } },
      epoch: { type: 'integer' },
      reason: text('As given, or "none given".'),
      pending_until: time('Until when another person can confirm; nothing has been cleared yet.'),
      reducing_until: time('REDUCING until then, because of `rampSeconds`.'),
    },
    ['status', 'redis_updated', 'durable', 'was_active', 'epoch', 'reason'],
  ),
  StopStatus: object(
    {
      active: flag('A stop is in force.'),
      source: { type: 'string', enum: ['redis', 'memory'] },
      phase: { type: ['string', 'null'], enum: [...STOP_PHASES, null] },
      since: timeOrNull('When it started.'),
      reason: { type: ['string', 'null'] },
      scopes: {
        type: 'array',
        items: object(
          { scope, state: { type: 'string', enum: ['REDUCING', 'HALTED'] }, stop_id: { type: 'string' } },
          ['scope', 'state', 'stop_id'],
        ),
      },
      epoch: { type: 'integer' },
      durable: flag('Stored in the durable record.'),
      remaining_orders: { type: ['array', 'null'], items: remaining },
      ...positions,
    },
    ['active', 'source', 'phase', 'since', 'reason', 'scopes', 'epoch', 'durable'],
  ),
};
