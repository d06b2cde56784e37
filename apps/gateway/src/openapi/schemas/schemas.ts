/** What travels over REST, field by field. */
import { CANDLE_INTERVALS } from '@elvis/trading';
import { alertSchemas } from './alert-schemas';
import { backtestSchemas } from './backtest-schemas';
import { goNoGoSchemas } from './go-no-go-schemas';
import { botSchemas } from './bot-schemas';
import { explanationSchemas } from './explanation-schemas';
import { orderSchemas } from './order-schemas';
import { decimal, flag, orderFields, signed, symbol, text, time } from '../schema-parts';
import { Json, many, mapOf, oneOf, ref, shape } from '../shape';
import { marketSchemas } from './market-schemas';
import { overviewSchemas } from './overview-schemas';
import { stopSchemas } from './stop-schemas';

/** Of what is held on spot the exchange tells the quantity and nothing else. */
const unknownOnSpot = (description: string): Json => ({
  ...signed(`${description} Null for spot, where the exchange does not report it.`),
  type: ['string', 'null'],
});

/** Best first. */
const priceLevel: Json = {
  type: 'array',
  prefixItems: [decimal('Price.'), decimal('Quantity.')],
  minItems: 2,
  maxItems: 2,
};

export const schemas: Readonly<Record<string, Json>> = {
  ...alertSchemas,
  ...explanationSchemas,
  ...overviewSchemas,
  ...orderSchemas,
  ...marketSchemas,
  ...stopSchemas,
  ...backtestSchemas,
  ...goNoGoSchemas,
  ...botSchemas,
  Problem: {
    ...shape(
      {
        type: text('`urn:elvis:` and the code.'),
        title: text('The code as words.'),
        status: 'whole',
        detail: text('What happened, in one sentence.'),
        code: text('Stable; docs/errors.md explains each.'),
        traceId: text('Search the logs for it.'),
        context: {
          type: 'object',
          additionalProperties: true,
          description: 'The numbers behind the failure.',
        },
      },
      ['traceId', 'context'],
    ),
    description: 'RFC 9457 problem details.',
  },
  Position: shape(
    {
      symbol,
      side: oneOf(['LONG', 'SHORT']),
      quantity: signed('Negative for a short position.'),
      entryPrice: unknownOnSpot('Average.'),
      markPrice: unknownOnSpot('Mark price of the exchange.'),
      unrealizedPnl: unknownOnSpot('At the mark price.'),
      leverage: 'whole',
    },
    ['leverage'],
  ),
  Positions: shape({
    items: many(ref('Position')),
    nextCursor: { type: 'null' },
    asOf: time('Time of the exchange’s answer.'),
  }),
  Balance: shape({
    market: orderFields.market,
    balances: {
      type: 'array',
      items: shape({
        asset: text('For example USDT.'),
        wallet: signed('The whole balance.'),
        free: signed('The available part.'),
      }),
    },
    asOf: time('Time of the exchange’s answer.'),
  }),
  Symbols: shape({
    market: orderFields.market,
    items: {
      type: 'array',
      items: shape({
        symbol,
        market: orderFields.market,
        baseAsset: text('What is traded.'),
        quoteAsset: text('What it is priced in.'),
        isTrading: flag('Whether the exchange accepts orders.'),
        tickSize: decimal('Price step.'),
        stepSize: decimal('Quantity step.'),
        minQuantity: decimal('Smallest.'),
        maxQuantity: decimal('Largest.'),
        minNotional: decimal('Smallest price times quantity.'),
      }),
    },
    nextCursor: { type: 'null' },
    asOf: time('When the exchange was asked.'),
  }),
  StreamTicket: shape({ ticket: text('Use it within `expiresIn` seconds, once.'), expiresIn: 'whole' }),
  MarketDepth: shape({
    symbol,
    bids: many(priceLevel),
    asks: many(priceLevel),
    updateId: text('The exchange’s number of this order book.'),
    ageMs: { type: 'integer', minimum: 0 },
  }),
  Candles: shape({
    symbol,
    market: orderFields.market,
    interval: oneOf(CANDLE_INTERVALS),
    items: many(
      shape({
        openTime: time('First millisecond of the interval.'),
        open: decimal('First price.'),
        high: decimal('Highest price.'),
        low: decimal('Lowest price.'),
        close: decimal('Last price.'),
        volume: text('In the base asset.'),
        quoteVolume: text('In the quote asset.'),
        trades: 'whole',
        isSealed: flag('All its minutes are there: it is final. Otherwise it is the sum of those that are.'),
        revision: { type: 'integer', minimum: 1, description: 'Above 1 after a correction.' },
      }),
    ),
    missingMinutes: { type: 'integer', minimum: 0, description: 'Minutes that are over and not there.' },
  }),
  Market: shape({
    symbol,
    bid: decimal('Best.'),
    ask: decimal('Best.'),
    mark: decimal('Mark price.'),
    ageMs: { type: 'integer', minimum: 0, description: 'Age of the older of order book and mark price.' },
  }),
  Alive: shape({ status: { type: 'string', const: 'ok' } }),
  Readiness: shape({ ready: 'flag', parts: mapOf('text') }),
};
