import { STOP_PHASES } from '@elvis/contracts';
import { HEDGE_SIDES, STOP_SCOPES } from '@elvis/trading';
import { Json, ref } from '../builder';
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
    description:
      'Symbols of the positions that stand, until the exchange shows them closed. Null: not known.',
  },
  remaining_positions: {
    type: ['array', 'null'],
    items: object(
      {
        symbol: text('`*` where the positions cannot be read.'),
        positionSide: { type: 'string', enum: HEDGE_SIDES, description: 'In hedge mode.' },
        quantity: { type: ['string', 'null'], description: 'Signed: above zero is LONG.' },
        reason: text('Why it stands.'),
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
      stop_id: text('Names this stop.'),
      scope,
      phase: { type: 'string', enum: STOP_PHASES },
      phases,
      drained: flag('After this no order of ours is accepted that can increase risk.'),
      in_flight: {
        type: ['integer', 'null'],
        description: 'Null where risk was away and the gateway threw the switch.',
      },
      canceled_orders: { type: ['integer', 'null'] },
      remaining_orders: { type: ['array', 'null'], items: remaining },
      unprotected_positions: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description: 'Symbols with a position whose protecting conditional orders were cancelled.',
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
        description: 'Resting orders that filled, in part or whole, before their cancel landed.',
      },
      ...positions,
      frozen_until: timeOrNull('Until when the exchange ordered silence: cancels wait for nothing else.'),
      reason: text('As given, or "none given".'),
      activated_at: time('When.'),
      activated_by: text('Who.'),
      remote_ip: { type: ['string', 'null'] },
      epoch: { type: 'integer' },
      redis_persisted: flag('Redis has it.'),
      durable: flag('The durable record has it.'),
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
          description: 'The newest epoch you have seen; a newer stop is left standing.',
        },
        force: flag('Clear although the verification is unfinished; needs a reason.'),
        rampSeconds: {
          type: 'integer',
          minimum: 0,
          maximum: 86_400,
          description: 'REDUCING for so long first.',
        },
      },
      [],
    ),
  ),
  Cleared: object(
    {
      status: { type: 'string', enum: ['active', 'clear_pending'] },
      redis_updated: flag('Redis has it.'),
      durable: flag('The durable record has it.'),
      was_active: flag('A stop was in force.'),
      cleared_stops: { type: 'array', items: { type: 'string' } },
      epoch: { type: 'integer' },
      reason: text('As given, or "none given".'),
      pending_until: time('Until when another identity may confirm; nothing has been ended yet.'),
      reducing_until: time('REDUCING until then, by `rampSeconds`.'),
    },
    ['status', 'redis_updated', 'durable', 'was_active', 'epoch', 'reason'],
  ),
  StopStatus: object(
    {
      active: flag('A stop is in force.'),
      source: { type: 'string', enum: ['redis', 'memory'] },
      phase: { type: ['string', 'null'], enum: [...STOP_PHASES, null] },
      since: timeOrNull('When it began.'),
      reason: { type: ['string', 'null'] },
      scopes: {
        type: 'array',
        items: object(
          { scope, state: { type: 'string', enum: ['REDUCING', 'HALTED'] }, stop_id: { type: 'string' } },
          ['scope', 'state', 'stop_id'],
        ),
      },
      epoch: { type: 'integer' },
      durable: flag('The durable record has it.'),
      remaining_orders: { type: ['array', 'null'], items: remaining },
      ...positions,
    },
    ['active', 'source', 'phase', 'since', 'reason', 'scopes', 'epoch', 'durable'],
  ),
};
