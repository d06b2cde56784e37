import {
  GetDailyStatement,
  getDailyStatement,
  getEquity,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  getVolumeProfile,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { withIsoTimes } from '../rest/iso-time';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { DistributionQuery, EquityQuery, FeesQuery, PnlQuery, ProfileQuery, StatsQuery } from './figures.dto';

/** Figures worked out of the fills; the root addresses are those of the old API. */
@Controller(['api/v1', '/'])
export class FiguresRestController {
  constructor(
    private readonly bus: Bus,
    private readonly config: GatewayConfig,
  ) {}

  @Get('fees')
  @Needs('read')
  async fees(@Query() query: FeesQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getFees, inMilliseconds(query)));
  }

  @Get('pnl_breakdown')
  @Needs('read')
  async pnlBreakdown(@Query() query: PnlQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getPnlBreakdown, inMilliseconds(query)));
  }

  @Get('rolling_stats')
  @Needs('read')
  async rollingStats(@Query() query: StatsQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getRollingStats, inMilliseconds(query)));
  }

  @Get('trade_distribution')
  @Needs('read')
  async tradeDistribution(@Query() query: DistributionQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getTradeDistribution, inMilliseconds(query)));
  }

  @Get('volume_profile')
  @Needs('read')
  async volumeProfile(
    @Query() { symbol = this.config.SYMBOLS[0] ?? '', ...query }: ProfileQuery,
  ): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getVolumeProfile, { ...inMilliseconds(query), symbol }));
  }

  @Get('equity')
  @Needs('read')
  async equity(@Query() query: EquityQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getEquity, inMilliseconds(query)));
  }

  @Get('daily_statement')
  @Needs('read')
  async dailyStatement(@Query() query: GetDailyStatement): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getDailyStatement, query));
  }
}
