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
  queryParameter(
    'since',
    { type: 'string', pattern: '^[0-9a-f]{8}-[0-9]{1,15}$' },
    'Resume after this message, `<life>-<seq>`.',
  ),
  queryParameter('ticket', { type: 'string' }, 'A stream ticket, in place of a key.'),
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
        queryParameter('cursor', { type: 'string', maxLength: 200 }, '`nextCursor` of the previous page.'),
        queryParameter(
          'direction',
          { type: 'string', enum: ['older', 'newer'], default: 'older' },
          'Which way to page from the cursor.',
        ),
        queryParameter(
          'limit',
          { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
          'Page size; ignored for CSV and NDJSON.',
        ),
        queryParameter(
          'format',
          { type: 'string', enum: ['json', 'csv', 'ndjson'], default: 'json' },
          'Format of the answer.',
        ),
      ],
      answers: {
        200: {
          description: 'One page as JSON, or all fills as CSV or NDJSON.',
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
      summary: 'Count fills',
      parameters: tradeFilters,
      answers: { 200: { description: 'The count.', schema: 'Count', example: { count: 12 } } },
    }),
  },
  '/api/v1/decisions/{id}': {
    get: operation({
      id: 'findDecision',
      tag: 'History',
      scope: 'read',
      summary: 'A risk decision and the numbers behind it',
      description:
        'An order answered with 503 has no decision. The audit log counts such orders by actor, code and second.',
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
      summary: 'The risk decision on one order',
      parameters: [{ ...queryParameter('clientOrderId', clientOrderId, 'The order.'), required: true }],
      answers: { 200: { description: 'The decision.', schema: 'Decision' } },
      failures: { 404: ['DECISION_NOT_FOUND'] },
    }),
  },
  '/api/v1/open_positions': {
    get: operation({
      id: 'openPositions',
      tag: 'Account',
      scope: 'read',
      summary: 'Open positions',
      parameters: [market],
      answers: { 200: { description: 'As the exchange reports them.', schema: 'Positions' } },
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
      answers: { 200: { description: 'As the exchange reports them.', schema: 'Balance' } },
      failures: { 503: ['ACCOUNT_UNAVAILABLE', 'VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
    }),
  },
  '/api/v1/symbols/{market}': {
    get: operation({
      id: 'symbols',
      tag: 'Market',
      scope: 'read',
      summary: 'Tradable symbols with their price and quantity steps',
      parameters: [pathParameter('market', { type: 'string', enum: MARKETS }, 'Which market.')],
      answers: { 200: { description: 'The list; at most ten minutes old.', schema: 'Symbols' } },
      failures: { 503: ['VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
    }),
  },
  '/api/v1/stream-tickets': {
    post: operation({
      id: 'createStreamTicket',
      tag: 'Live',
      scope: 'read',
      summary: 'Issue a ticket for one stream',
      description:
        'For browsers, which cannot send a header with a WebSocket. Use it once, as `?ticket=`, within 30 s.',
      answers: { 201: { description: 'The ticket.', schema: 'StreamTicket' } },
    }),
  },
  '/api/v1/stream': {
    get: operation({
      id: 'stream',
      tag: 'Live',
      scope: 'read',
      summary: 'Live events over WebSocket',
      description:
        'Messages are JSON arrays. Subscribe with `{"subscribe":["orders"]}` or `?topics=orders,fills`; resume with `?since=<life>-<seq>`. `gap: true` in the welcome means that messages were missed: read REST again.',
      parameters: streamParameters,
      answers: { 426: { description: 'Upgrade to WebSocket required.', schema: { type: 'object' } } },
      failures: { 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/events': {
    get: operation({
      id: 'events',
      tag: 'Live',
      scope: 'read',
      summary: 'Live events as server-sent events',
      parameters: streamParameters,
      answers: {
        200: {
          description: 'An endless stream. `Last-Event-ID` resumes it.',
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
        queryParameter('limit', { type: 'integer', enum: [5, 10, 20], default: 20 }, 'Levels per side.'),
      ],
      answers: { 200: { description: 'The newest received.', schema: 'MarketDepth' } },
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
          description: 'The newest received.',
          schema: 'Market',
          example: { symbol: 'BTCUSDT', bid: '57000.10', ask: '57000.20', mark: '57000.15', ageMs: 42 },
        },
      },
      failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING'] },
    }),
  },
};
