import { RUNTIME_LIMITS } from '@elvis/contracts';
import { DENIAL_CODES, MARKETS, STOP_SCOPES, TRADING_STATES } from '@elvis/trading';
import { clientOrderId } from '../schema-parts';
import { Json, many, mapOf, oneOf, ref, shape, strict } from '../shape';

const reason: Json = { type: 'string', maxLength: 500 };
const scope = shape({ type: oneOf(STOP_SCOPES), value: 'text' }, ['value']);

export const controlSchemas: Readonly<Record<string, Json>> = {
  SymbolLease: shape({
    market: oneOf(MARKETS),
    subject: 'text',
    holder: 'text?',
    takenAt: 'time',
    releasedAt: 'time?',
    releasedBy: 'text?',
  }),
  Leverage: shape({ symbol: 'text', leverage: 'whole', confirmedAt: 'time', wanted: 'whole' }),
  NewLeverage: strict(shape({ leverage: { type: 'number', minimum: 1, maximum: 125 }, reason }, ['reason'])),
  TradingState: shape(
    {
      state: oneOf(TRADING_STATES),
      epoch: 'whole',
      scopes: many(
        shape({
          scope,
          state: oneOf(TRADING_STATES),
          stopId: 'text?',
          actor: 'text?',
          reason: 'text?',
          since: 'time?',
        }),
      ),
      stop: ref('Stop'),
    },
    ['stop'],
  ),
  NewTradingState: strict(
    shape({ scope, state: oneOf(TRADING_STATES), reason, force: 'flag' }, ['reason', 'force']),
  ),
  Limits: shape(
    {
      limits: many(
        shape(
          {
            name: oneOf(RUNTIME_LIMITS),
            value: 'text',
            setBy: oneOf(['environment', 'operator']),
            environment: 'text',
            used: 'text',
          },
          ['used'],
        ),
      ),
      revision: 'whole',
      halts: mapOf('text'),
      leverage: mapOf(shape({ wanted: 'whole', cap: 'whole?' })),
      losses: shape(
        {
          asset: 'text',
          day: 'text',
          today: 'text',
          todayByMarket: shape({ futures: 'signed', spot: 'signed' }),
          drawdown: 'text',
          lacks: mapOf('text'),
        },
        ['todayByMarket', 'lacks'],
      ),
    },
    ['losses'],
  ),
  NewLimits: strict(
    shape(
      {
        limits: {
          type: 'object',
          propertyNames: { enum: RUNTIME_LIMITS },
          additionalProperties: {
            type: ['string', 'null'],
            description: 'A decimal, `off`, or null for the environment’s value.',
          },
        },
        reason,
      },
      ['reason'],
    ),
  ),
  Override: shape({ overrideToken: 'text', code: oneOf(DENIAL_CODES), clientOrderId, expiresAt: 'time' }),
  NewOverride: strict(
    shape({ code: oneOf(DENIAL_CODES), clientOrderId, expiresAt: 'time', reason }, ['reason']),
  ),
  RateLimits: shape({
    meters: many(
      shape({
        market: oneOf(MARKETS),
        kind: oneOf(['weight', 'orders']),
        windowMs: 'whole',
        limit: 'whole',
        used: 'whole',
        reserved: 'whole',
        foreign: 'whole',
        windowEndsAt: 'time',
      }),
    ),
    freezes: many(
      shape({ market: oneOf(MARKETS), scope: oneOf(['ip', 'orders']), kind: 'text', until: 'time' }),
    ),
    queues: many(
      shape({ market: oneOf(MARKETS), priority: oneOf(['P0', 'P1', 'P2', 'P3']), waiting: 'whole' }),
    ),
    clock: shape({
      offsetMs: {
        type: 'integer',
        description: 'By how much the exchange’s clock is ahead of ours; below zero behind it.',
      },
      errorMs: { type: 'integer', description: 'How far off that may be.' },
      ageMs: { type: 'integer', description: 'Since it was last read.' },
    }),
    vanishedReplicas: 'whole',
    isLedgerShared: 'flag',
    asOf: 'time',
  }),
};
