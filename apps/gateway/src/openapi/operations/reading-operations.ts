import { MARKETS, ORDER_SIDES } from '@elvis/trading';
import { Json, listOf, operation, pathParameter, queryParameter } from '../builder';
import { TOPICS } from '../../live/topics';
import { clientOrderId, symbol } from '../schema-parts';

const time: Json = { type: 'string', description: 'ISO 8601.' };
const tradeFilters = [
  queryParameter('symbol', symbol, 'Only this symbol.'),
  queryParameter('side', { type: 'string', enum: ORDER_SIDES }, 'Only this side.'),
  queryParameter('botConfigId', { type: 'string', format: 'uuid' }, 'Only this bot.'),
  queryParameter('clientOrderId', clientOrderId, 'Only the fills of this order.'),
  queryParameter('from', time, 'Inclusive.'),
  queryParameter('to', time, 'Exclusive.'),
];
const market = queryParameter(
  'market',
  { type: 'string', enum: MARKETS, default: 'futures' },
  'Which account.',
);

const streamParameters = [
  queryParameter('topics', { type: 'string' }, `Comma-separated, of ${TOPICS.join(' ')}; all if absent.`),
  queryParameter('since', { type: 'string', pattern: '^[0-9a-f]{8}-[0-9]{1,15}$' }, 'Where you stopped.'),
  queryParameter('ticket', { type: 'string' }, 'In place of a key.'),
];

export const readingPaths: Readonly<Record<string, Json>> = {
  '/api/v1/trades': {
    get: operation({
      id: 'listTrades',
      tag: 'History',
      scope: 'read',
      summary: 'Our fills, newest first',
      parameters: [
        ...tradeFilters,
        queryParameter('cursor', { type: 'string', maxLength: 200 }, '`nextCursor` of the page before.'),
        queryParameter(
          'direction',
          { type: 'string', enum: ['older', 'newer'], default: 'older' },
          'From the cursor.',
        ),
        queryParameter(
          'limit',
          { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
          'CSV and NDJSON ignore it.',
        ),
        queryParameter(
          'format',
          { type: 'string', enum: ['json', 'csv', 'ndjson'], default: 'json' },
          'How to write them.',
        ),
      ],
      answers: {
        200: {
          description: 'A page, or the whole of it as CSV or NDJSON.',
          schema: listOf('Trade'),
          otherTypes: {
            'text/csv': { schema: { type: 'string' } },
            'application/x-ndjson': { schema: { type: 'string' } },
          },
        },
      },
    }),
  },
  '/api/v1/trades/count': {
    get: operation({
      id: 'countTrades',
      tag: 'History',
      scope: 'read',
      summary: 'How many fills there are',
      parameters: tradeFilters,
      answers: { 200: { description: 'The count.', schema: 'Count', example: { count: 12 } } },
    }),
  },
  '/api/v1/decisions/{id}': {
    get: operation({
      id: 'findDecision',
      tag: 'History',
      scope: 'read',
      summary: 'What risk decided, and on which numbers',
      description:
        'An order that was answered 503 was not decided: nothing of it can be asked for. The audit log counts such orders by actor, code and second.',
      parameters: [pathParameter('id', { type: 'string', format: 'uuid' }, '`decisionId` of the order.')],
      answers: { 200: { description: 'The decision.', schema: 'Decision' } },
      failures: { 404: ['DECISION_NOT_FOUND'] },
    }),
  },
  '/api/v1/decisions': {
    get: operation({
      id: 'findDecisionOfOrder',
      tag: 'History',
      scope: 'read',
      summary: 'The decision about one order',
      parameters: [{ ...queryParameter('clientOrderId', clientOrderId, 'Whose decision.'), required: true }],
      answers: { 200: { description: 'The decision.', schema: 'Decision' } },
      failures: { 404: ['DECISION_NOT_FOUND'] },
    }),
  },
  '/api/v1/open_positions': {
    get: operation({
      id: 'openPositions',
      tag: 'Account',
      scope: 'read',
      summary: 'Positions that are not flat',
      parameters: [market],
      answers: { 200: { description: 'As the exchange sees them.', schema: 'Positions' } },
      failures: { 503: ['ACCOUNT_UNAVAILABLE', 'VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
    }),
  },
  '/api/v1/balance': {
    get: operation({
      id: 'balance',
      tag: 'Account',
      scope: 'read',
      summary: 'Balances of the account',
      parameters: [market],
      answers: { 200: { description: 'As the exchange sees them.', schema: 'Balance' } },
      failures: { 503: ['ACCOUNT_UNAVAILABLE', 'VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
    }),
  },
  '/api/v1/symbols/{market}': {
    get: operation({
      id: 'symbols',
      tag: 'Market',
      scope: 'read',
      summary: 'What can be traded, and on which grid',
      parameters: [pathParameter('market', { type: 'string', enum: MARKETS }, 'Which market.')],
      answers: { 200: { description: 'At most ten minutes old.', schema: 'Symbols' } },
      failures: { 503: ['VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
    }),
  },
  '/api/v1/stream-tickets': {
    post: operation({
      id: 'createStreamTicket',
      tag: 'Live',
      scope: 'read',
      summary: 'A ticket that opens one stream',
      description: 'For browsers, which can send no header with a WebSocket: `?ticket=` within 30 s, once.',
      answers: { 201: { description: 'The ticket.', schema: 'StreamTicket' } },
    }),
  },
  '/api/v1/stream': {
    get: operation({
      id: 'stream',
      tag: 'Live',
      scope: 'read',
      summary: 'The WebSocket of everything that happens',
      description:
        'Messages are JSON arrays. Say `{"subscribe":["orders"]}` or `?topics=orders,fills`; go on where you stopped with `?since=<life>-<seq>`: `gap: true` in the welcome means that too much was missed and REST has to be read again.',
      parameters: streamParameters,
      answers: { 426: { description: 'Come with an upgrade to WebSocket.', schema: { type: 'object' } } },
      failures: { 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/events': {
    get: operation({
      id: 'events',
      tag: 'Live',
      scope: 'read',
      summary: 'The same as server-sent events',
      parameters: streamParameters,
      answers: {
        200: {
          description: 'Endless. `Last-Event-ID` goes on where one stopped.',
          schema: { type: 'object' },
          otherTypes: { 'text/event-stream': { schema: { type: 'string' } } },
        },
      },
      failures: { 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/market_depth': {
    get: operation({
      id: 'marketDepth',
      tag: 'Market',
      scope: 'read',
      summary: 'The order book',
      parameters: [
        queryParameter('symbol', symbol, 'The first of SYMBOLS if absent.'),
        queryParameter('limit', { type: 'integer', enum: [5, 10, 20], default: 20 }, 'Levels on each side.'),
      ],
      answers: { 200: { description: 'The newest heard.', schema: 'MarketDepth' } },
      failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING'] },
    }),
  },
  '/api/v1/market/{symbol}': {
    get: operation({
      id: 'market',
      tag: 'Market',
      scope: 'read',
      summary: 'Best bid and ask, and the mark price',
      parameters: [pathParameter('symbol', symbol, 'One of SYMBOLS.')],
      answers: {
        200: {
          description: 'The newest heard.',
          schema: 'Market',
          example: { symbol: 'BTCUSDT', bid: '57000.10', ask: '57000.20', mark: '57000.15', ageMs: 42 },
        },
      },
      failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING'] },
    }),
  },
};
