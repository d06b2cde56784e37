/** What travels over REST, field by field. */
import { Json, ref } from '../describe';
import { orderSchemas } from './order-schemas';
import { decimal, object, orderFields, signed, symbol, text, time, flag } from '../schema-parts';
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
  ...orderSchemas,
  ...stopSchemas,
  Problem: object(
    {
      type: text('`urn:elvis:` and the code.'),
      title: text('The code as words.'),
      status: { type: 'integer' },
      detail: text('What happened, in one sentence.'),
      code: text('Stable; docs/errors.md explains each.'),
      traceId: text('Search the logs for it.'),
      context: { type: 'object', additionalProperties: true, description: 'The numbers behind the failure.' },
    },
    ['type', 'title', 'status', 'detail', 'code'],
    'RFC 9457 problem details.',
  ),
  Position: object(
    {
      symbol,
      side: { type: 'string', enum: ['LONG', 'SHORT'] },
      quantity: signed('Negative for a short position.'),
      entryPrice: unknownOnSpot('Average.'),
      markPrice: unknownOnSpot('Mark price of the exchange.'),
      unrealizedPnl: unknownOnSpot('At the mark price.'),
      leverage: { type: 'integer' },
    },
    ['symbol', 'side', 'quantity', 'entryPrice', 'markPrice', 'unrealizedPnl'],
  ),
  Positions: object(
    {
      items: { type: 'array', items: ref('Position') },
      nextCursor: { type: 'null' },
      asOf: time('Time of the exchange’s answer.'),
    },
    ['items', 'nextCursor', 'asOf'],
  ),
  Balance: object(
    {
      market: orderFields.market,
      balances: {
        type: 'array',
        items: object(
          {
            asset: text('For example USDT.'),
            wallet: signed('The whole balance.'),
            free: signed('The available part.'),
          },
          ['asset', 'wallet', 'free'],
        ),
      },
      asOf: time('Time of the exchange’s answer.'),
    },
    ['market', 'balances', 'asOf'],
  ),
  Symbols: object(
    {
      market: orderFields.market,
      items: {
        type: 'array',
        items: object(
          {
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
          },
          [
            'symbol',
            'market',
            'baseAsset',
            'quoteAsset',
            'isTrading',
            'tickSize',
            'stepSize',
            'minQuantity',
            'maxQuantity',
            'minNotional',
          ],
        ),
      },
      nextCursor: { type: 'null' },
      asOf: time('When the exchange was asked.'),
    },
    ['market', 'items', 'nextCursor', 'asOf'],
  ),
  StreamTicket: object(
    { ticket: text('Use it within `expiresIn` seconds, once.'), expiresIn: { type: 'integer' } },
    ['ticket', 'expiresIn'],
  ),
  MarketDepth: object(
    {
      symbol,
      bids: { type: 'array', items: priceLevel },
      asks: { type: 'array', items: priceLevel },
      updateId: text('The exchange’s number of this order book.'),
      ageMs: { type: 'integer', minimum: 0 },
    },
    ['symbol', 'bids', 'asks', 'updateId', 'ageMs'],
  ),
  Market: object(
    {
      symbol,
      bid: decimal('Best.'),
      ask: decimal('Best.'),
      mark: decimal('Mark price.'),
      ageMs: { type: 'integer', minimum: 0, description: 'Age of the older of order book and mark price.' },
    },
    ['symbol', 'bid', 'ask', 'mark', 'ageMs'],
  ),
  Alive: object({ status: { type: 'string', const: 'ok' } }, ['status']),
  Readiness: object(
    { ready: { type: 'boolean' }, parts: { type: 'object', additionalProperties: { type: 'string' } } },
    ['ready', 'parts'],
  ),
};
