import {
  EQUITY_INTERVALS,
  FEE_PERIODS,
  LEFT_OUT,
  PNL_GROUPS,
  PNL_METHODS,
  RATIO_REASONS,
  STATS_WINDOWS,
} from '@elvis/contracts';
import { MARKETS, ORDER_SIDES } from '@elvis/trading';
import { Json, listOf, operation, pathParameter, queryParameter } from '../builder';
import { symbol } from '../schema-parts';
import { Field, many, oneOf, shape } from '../shape';

const bot: Json = { type: 'string', format: 'uuid' };
const range = [
  queryParameter('from', { type: 'string' }, 'ISO 8601, inclusive.'),
  queryParameter('to', { type: 'string' }, 'ISO 8601, exclusive.'),
];
const scope = [
  queryParameter('market', oneOf(MARKETS), 'Only this market.'),
  queryParameter('symbol', symbol, 'Only this symbol.'),
  queryParameter('botConfigId', bot, 'Only this bot.'),
  ...range,
];
const wholeNumber = (minimum: number, maximum: number, standard: number): Json => ({
  type: 'integer',
  minimum,
  maximum,
  default: standard,
});

const ratioReason: Json = {
  type: ['string', 'null'],
  enum: [...RATIO_REASONS, null],
  description: 'Why there is no ratio; null where there is one.',
};

const incomplete = many(shape({ what: oneOf(LEFT_OUT), asset: 'text?', amount: 'signed?' }));

const pnl: Readonly<Record<string, Field>> = {
  realized: 'signed',
  fees: 'signed',
  funding: 'signed?',
  other: 'signed?',
  net: 'signed',
  unrealized: 'signed?',
  unrealizedAt: 'time?',
  trades: 'whole',
  volume: 'signed',
  incomplete,
};
const stats: Readonly<Record<string, Field>> = {
  results: 'whole',
  wins: 'whole',
  losses: 'whole',
  winRate: 'ratio?',
  profitFactor: 'ratio?',
  averageResult: 'signed?',
  largestWin: 'signed?',
  largestLoss: 'signed?',
  netPnl: 'signed',
  sharpe: 'ratio?',
  sortino: 'ratio?',
  sharpeReason: ratioReason,
  sortinoReason: ratioReason,
  tradedDays: 'whole',
  maxDrawdown: 'signed',
  incomplete,
};
const slice = (fields: Readonly<Record<string, Field>>): Json =>
  many(shape({ ...fields, trades: 'whole', volume: 'signed', realized: 'signed' }));

const figure = (id: string, summary: string, schema: Json, parameters: readonly Json[]): Json => ({
  get: operation({
    id,
    tag: 'Figures',
    scope: 'read',
    summary,
    description: 'Formulas and worked examples are in docs/figures.md.',
    parameters,
    answers: { 200: { description: 'Calculated from the fills.', schema } },
  }),
});

export const figurePaths: Readonly<Record<string, Json>> = {
  '/api/v1/fees': figure(
    'fees',
    'Fees by period and asset',
    shape({
      items: many(
        shape({
          periodStart: 'time?',
          asset: 'text',
          fee: 'signed',
          feeQuote: 'signed',
          unconverted: 'signed',
          trades: 'whole',
        }),
      ),
      totalQuote: 'signed',
      isComplete: 'flag',
    }),
    [...scope, queryParameter('period', { ...oneOf(FEE_PERIODS), default: 'all' }, 'How to group.')],
  ),
  '/api/v1/pnl_breakdown': figure(
    'pnlBreakdown',
    'Profit and loss by symbol, bot or day',
    shape({
      by: oneOf(PNL_GROUPS),
      method: oneOf(PNL_METHODS),
      items: many(shape({ key: 'text', ...pnl })),
      total: shape(pnl),
      bookingsUntil: 'time?',
    }),
    [
      ...scope,
      queryParameter('by', { ...oneOf(PNL_GROUPS), default: 'symbol' }, 'How to group.'),
      queryParameter('method', { ...oneOf(PNL_METHODS), default: 'average' }, 'How fills are matched.'),
    ],
  ),
  '/api/v1/rolling_stats': figure(
    'rollingStats',
    'Win rate, ratios and drawdown of the last days',
    shape({ items: many(shape({ window: oneOf(STATS_WINDOWS), from: 'time?', to: 'time', ...stats })) }),
    [
      ...scope,
      queryParameter(
        'windows',
        { type: 'string', default: '1d,7d,30d' },
        `Comma-separated, of ${STATS_WINDOWS.join(' ')}.`,
      ),
    ],
  ),
  '/api/v1/trade_distribution': figure(
    'tradeDistribution',
    'Trades by hour, weekday, side, symbol and size',
    shape({
      byHour: slice({ hour: 'whole' }),
      byWeekday: slice({ weekday: 'whole' }),
      bySide: slice({ side: oneOf(ORDER_SIDES) }),
      bySymbol: slice({ symbol: 'text' }),
      byNotional: slice({ from: 'signed', to: 'signed?' }),
    }),
    scope,
  ),
  '/api/v1/volume_profile': figure(
    'volumeProfile',
    'Traded quantity by price',
    shape({
      symbol: 'text',
      items: many(
        shape({
          priceFrom: 'signed',
          priceTo: 'signed',
          buyQuantity: 'signed',
          sellQuantity: 'signed',
          quantity: 'signed',
          trades: 'whole',
        }),
      ),
      pointOfControl: 'signed?',
      valueAreaLow: 'signed?',
      valueAreaHigh: 'signed?',
    }),
    [...scope, queryParameter('buckets', wholeNumber(1, 200, 24), 'Number of price steps.')],
  ),
  '/api/v1/equity': figure(
    'equity',
    'Equity of the account, oldest first',
    shape({
      market: oneOf(MARKETS),
      asset: 'text',
      items: many(shape({ at: 'time', wallet: 'signed', unrealizedPnl: 'signed', equity: 'signed' })),
    }),
    [
      queryParameter('market', { ...oneOf(MARKETS), default: 'futures' }, 'Which account.'),
      queryParameter('asset', { type: 'string', default: 'USDT' }, 'Which balance.'),
      queryParameter(
        'interval',
        { ...oneOf(EQUITY_INTERVALS), default: 'hour' },
        'The last value of each interval is returned.',
      ),
      queryParameter('limit', wholeNumber(1, 5_000, 1_000), 'Most points to return; the newest count.'),
      ...range,
    ],
  ),
  '/api/v1/daily_statement': figure(
    'dailyStatement',
    'Our fills of a day beside the bookings of the exchange',
    shape({
      market: oneOf(MARKETS),
      day: 'text',
      lines: many(
        shape({ asset: 'text', type: 'text', ours: 'signed?', exchange: 'signed', difference: 'signed?' }),
      ),
      differences: many(
        shape({
          kind: oneOf(['MISSING_HERE', 'MISSING_AT_EXCHANGE', 'AMOUNT_DIFFERS']),
          type: 'text',
          symbol: 'text?',
          asset: 'text',
          tradeId: 'text?',
          ours: 'signed?',
          exchange: 'signed?',
        }),
      ),
      isReconciled: 'flag',
      trades: 'whole',
      preparedAt: 'time',
    }),
    [
      queryParameter('market', { ...oneOf(MARKETS), default: 'futures' }, 'Which account.'),
      { ...queryParameter('day', { type: 'string', format: 'date' }, 'The day, in UTC.'), required: true },
    ],
  ),
  '/api/v1/bots/summary': figure(
    'botSummaries',
    'Results of all bots',
    shape({
      items: many(
        shape({
          botConfigId: 'text',
          name: 'text?',
          strategy: 'text?',
          symbol: 'text?',
          status: 'text?',
          lastTradeAt: 'time?',
          ...pnl,
        }),
      ),
    }),
    range,
  ),
  '/api/v1/bots/{id}/performance': figure(
    'botPerformance',
    'Results of one bot by day',
    shape({
      botConfigId: 'text',
      name: 'text?',
      strategy: 'text?',
      status: 'text?',
      pnl: shape(pnl),
      stats: shape(stats),
      firstTradeAt: 'time?',
      lastTradeAt: 'time?',
      daily: many(shape({ day: 'text', net: 'signed', cumulative: 'signed' })),
    }),
    [pathParameter('id', bot, '`botConfigId`.'), ...range],
  ),
  '/api/v1/bots/{id}/trades': figure('botTrades', 'The fills of one bot, newest first', listOf('Trade'), [
    pathParameter('id', bot, '`botConfigId`.'),
    queryParameter('symbol', symbol, 'Only this symbol.'),
    queryParameter('side', oneOf(ORDER_SIDES), 'Only this side.'),
    queryParameter('cursor', { type: 'string', maxLength: 200 }, '`nextCursor` of the previous page.'),
    queryParameter(
      'direction',
      { ...oneOf(['older', 'newer']), default: 'older' },
      'Which way to page from the cursor.',
    ),
    queryParameter('limit', wholeNumber(1, 1_000, 50), 'Page size.'),
    ...range,
  ]),
};
