import { TRADING_STATES } from '@elvis/trading';
import { signed, symbol, text } from '../schema-parts';
import { Json, many, mapOf, oneOf, ref, shape } from '../shape';

const orNull = (schema: Json): Json => ({ oneOf: [schema, { type: 'null' }] });
const list = many({ type: 'object' });

export const overviewSchemas: Readonly<Record<string, Json>> = {
  OverviewPosition: shape({
    market: 'text',
    symbol,
    side: oneOf(['LONG', 'SHORT']),
    positionSide: 'text?',
    quantity: signed('Below zero for a short position.'),
    entryPrice: 'text',
    markPrice: 'text',
    unrealizedPnl: 'signed',
    notional: text('At the mark.'),
    leverage: 'whole?',
    holder: { type: ['string', 'null'], description: '`bot:<id>` or `key:<id>` that holds the symbol.' },
    protections: many(
      shape({
        type: 'text',
        clientOrderId: 'text',
        exchangeOrderId: 'text?',
        price: 'text?',
        quantity: 'text',
        status: 'text',
      }),
    ),
    asOf: 'time',
  }),
  Overview: shape({
    at: 'time',
    tradingState: orNull(shape({ state: oneOf(TRADING_STATES), epoch: 'whole', scopes: list })),
    equity: orNull(
      shape({
        asset: 'text',
        wallet: 'signed',
        free: 'signed',
        unrealizedPnl: 'signed',
        equity: 'signed',
        asOf: 'time',
      }),
    ),
    day: orNull(
      shape({
        asset: 'text',
        day: 'text',
        pnl: 'signed',
        loss: 'text',
        lossLimit: text('`off` where there is none.'),
        lossUsed: 'text?',
        drawdown: 'text',
        drawdownLimit: 'text',
      }),
    ),
    positions: orNull(many(ref('OverviewPosition'))),
    openOrders: orNull(shape({ count: 'whole', isMore: 'flag' })),
    alerts: orNull(shape({ open: 'whole', critical: 'whole', isMore: 'flag', items: many(ref('Alert')) })),
    exchange: orNull(shape({ meters: list, freezes: list })),
    lacks: mapOf('text'),
  }),
  RecordEntries: shape({
    items: many(
      shape({
        seq: 'whole',
        hash: 'text',
        type: 'text',
        at: 'time',
        recordedAt: 'time',
        actor: 'text',
        traceId: 'text?',
        about: 'text?',
      }),
    ),
  }),
};
