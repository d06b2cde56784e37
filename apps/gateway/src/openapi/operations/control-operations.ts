import { RUNTIME_LIMITS } from '@elvis/contracts';
import { DENIAL_CODES, MARKETS, STOP_SCOPES, TRADING_STATES } from '@elvis/trading';
import { Json, operation, pathParameter, ref } from '../builder';
import { clientOrderId, symbol } from '../schema-parts';
import { many, oneOf, shape } from '../shape';

const strict = (schema: Json): Json => ({ ...schema, additionalProperties: false });
const reason: Json = { type: 'string', maxLength: 500 };
const scope = shape({ type: oneOf(STOP_SCOPES), value: 'text' }, ['value']);
const symbolPath = pathParameter('symbol', symbol, 'One of SYMBOLS.');

export const controlSchemas: Readonly<Record<string, Json>> = {
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
      halts: { type: 'object', additionalProperties: { type: 'string' } },
      leverage: {
        type: 'object',
        additionalProperties: shape({ wanted: 'whole', cap: 'whole?' }),
      },
      losses: shape(
        {
          asset: 'text',
          day: 'text',
          today: 'text',
          todayByMarket: shape({ futures: 'signed', spot: 'signed' }),
          drawdown: 'text',
          lacks: { type: 'object', additionalProperties: { type: 'string' } },
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
    vanishedReplicas: 'whole',
    isLedgerShared: 'flag',
    asOf: 'time',
  }),
};

export const controlPaths: Readonly<Record<string, Json>> = {
  '/api/v1/leverage/{symbol}': {
    get: operation({
      id: 'leverage',
      tag: 'Control',
      scope: 'read',
      summary: 'Leverage of a symbol',
      parameters: [symbolPath],
      answers: { 200: { description: 'As the exchange reports it.', schema: 'Leverage' } },
      failures: { 404: ['INSTRUMENT_NOT_FOUND'] },
    }),
    put: operation({
      id: 'setLeverage',
      tag: 'Control',
      scope: 'limits',
      summary: 'Change the leverage of a symbol',
      parameters: [symbolPath],
      body: { schema: 'NewLeverage', required: true, example: { leverage: 4 } },
      answers: { 200: { description: 'Changed and confirmed by the exchange.', schema: 'Leverage' } },
      failures: { 404: ['INSTRUMENT_NOT_FOUND'], 422: ['LEVERAGE_REFUSED'] },
    }),
  },
  '/api/v1/trading-state': {
    get: operation({
      id: 'tradingState',
      tag: 'Control',
      scope: 'read',
      summary: 'Trading state by scope',
      answers: {
        200: {
          description: 'Where several scopes apply, the strictest state counts.',
          schema: 'TradingState',
        },
      },
    }),
    put: operation({
      id: 'setTradingState',
      tag: 'Control',
      scope: 'halt',
      summary: 'Change the trading state of a scope',
      description:
        'ACTIVE ends the stops of exactly this scope and also requires the key scope `clear`, as does REDUCING where the trading scope is HALTED.',
      body: {
        schema: 'NewTradingState',
        required: true,
        example: { scope: { type: 'symbol', value: 'BTCUSDT' }, state: 'REDUCING', reason: 'rebalancing' },
      },
      answers: { 200: { description: 'The state after the change.', schema: 'TradingState' } },
      failures: { 409: ['STOP_ADDS_NOTHING', 'STOP_NOT_VERIFIED', 'STOP_CONDITION_LASTS'] },
    }),
  },
  '/api/v1/risk/limits': {
    get: operation({
      id: 'limits',
      tag: 'Control',
      scope: 'read',
      summary: 'Limits in force and their usage',
      answers: { 200: { description: 'The limits and their usage.', schema: 'Limits' } },
    }),
    put: operation({
      id: 'setLimits',
      tag: 'Control',
      scope: 'limits',
      summary: 'Change limits at runtime',
      body: {
        schema: 'NewLimits',
        required: true,
        example: { limits: { RISK_MAX_ORDER_NOTIONAL: '15000' }, reason: 'quiet day' },
      },
      answers: { 200: { description: 'The limits after the change.', schema: 'Limits' } },
      failures: { 503: ['LIMITS_UNKNOWN'] },
    }),
  },
  '/api/v1/risk/overrides': {
    post: operation({
      id: 'createOverride',
      tag: 'Control',
      scope: 'limits',
      summary: 'Let one order pass one limit, once',
      body: {
        schema: 'NewOverride',
        required: true,
        example: {
          code: 'PRICE_OUTSIDE_COLLAR',
          clientOrderId: 'far-1',
          expiresAt: '2026-01-02T03:30:00Z',
          reason: 'deep bid',
        },
      },
      answers: { 201: { description: 'The token; send it with that order.', schema: 'Override' } },
      failures: { 422: ['OVERRIDE_REFUSED'] },
    }),
  },
  '/api/v1/rate-limits': {
    get: operation({
      id: 'rateLimits',
      tag: 'Control',
      scope: 'read',
      summary: 'Usage of the exchange’s rate limits',
      answers: { 200: { description: 'Usage in the current windows.', schema: 'RateLimits' } },
    }),
  },
};
