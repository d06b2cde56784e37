import {
  EQUITY_INTERVALS,
  FEE_PERIODS,
  GetDailyStatement,
  PNL_GROUPS,
  PNL_METHODS,
  STATS_WINDOWS,
  getDailyStatement,
  getEquity,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  getVolumeProfile,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MARKETS, ORDER_SIDES } from '@elvis/trading';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GatewayConfig } from '../gateway.config';
import { withIsoTimes } from '../rest/iso-time';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { DistributionQuery, EquityQuery, FeesQuery, PnlQuery, ProfileQuery, StatsQuery } from './figures.dto';
import { queryParameter, wholeNumber } from '../openapi/parameters';
import { many, oneOf, shape } from '../openapi/shape';
import { Figure, pnl, range, scope, slice, stats } from './figure-description';

/** Figures worked out of the fills. */
@ApiTags('Figures')
@Controller('api/v1')
export class FiguresRestController {
  constructor(
    private readonly bus: Bus,
    private readonly config: GatewayConfig,
  ) {}

  @Get('fees')
  @Figure(
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
  )
  @Needs('read')
  async fees(@Query() query: FeesQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getFees, inMilliseconds(query)));
  }

  @Get('pnl_breakdown')
  @Figure(
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
  )
  @Needs('read')
  async pnlBreakdown(@Query() query: PnlQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getPnlBreakdown, inMilliseconds(query)));
  }

  @Get('rolling_stats')
  @Figure(
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
  )
  @Needs('read')
  async rollingStats(@Query() query: StatsQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getRollingStats, inMilliseconds(query)));
  }

  @Get('trade_distribution')
  @Figure(
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
  )
  @Needs('read')
  async tradeDistribution(@Query() query: DistributionQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getTradeDistribution, inMilliseconds(query)));
  }

  @Get('volume_profile')
  @Figure(
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
  )
  @Needs('read')
  async volumeProfile(
    @Query() { symbol = this.config.SYMBOLS[0] ?? '', ...query }: ProfileQuery,
  ): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getVolumeProfile, { ...inMilliseconds(query), symbol }));
  }

  @Get('equity')
  @Figure(
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
  )
  @Needs('read')
  async equity(@Query() query: EquityQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getEquity, inMilliseconds(query)));
  }

  @Get('daily_statement')
  @Figure(
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
  )
  @Needs('read')
  async dailyStatement(@Query() query: GetDailyStatement): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getDailyStatement, query));
  }
}
