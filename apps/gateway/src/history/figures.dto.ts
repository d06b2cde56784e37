/** What one may ask of the figures; docs/figures.md says how each is worked out. */
import {
  GetBotPerformance,
  GetEquity,
  GetFees,
  GetPnlBreakdown,
  GetRollingStats,
  GetTradeDistribution,
  GetVolumeProfile,
  ListBotSummaries,
  ListTrades,
  STATS_WINDOWS,
  StatsWindow,
} from '@elvis/contracts';
import { CommaSeparated } from '@elvis/platform';
import { SYMBOL_PATTERN } from '@elvis/trading';
import { OmitType } from '@nestjs/mapped-types';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { IsoTimes } from '../rest/time-range';

export class FeesQuery extends IsoTimes(GetFees) {}
export class PnlQuery extends IsoTimes(GetPnlBreakdown) {}
export class DistributionQuery extends IsoTimes(GetTradeDistribution) {}
export class EquityQuery extends IsoTimes(GetEquity) {}
export class BotSummaryQuery extends IsoTimes(ListBotSummaries) {}

export class StatsQuery extends OmitType(IsoTimes(GetRollingStats), ['windows']) {
  /** Comma-separated. */
  @CommaSeparated()
  @IsArray()
  @ArrayMaxSize(6)
  @IsIn(STATS_WINDOWS, { each: true })
  readonly windows: readonly StatsWindow[] = ['1d', '7d', '30d'];
}

export class ProfileQuery extends OmitType(IsoTimes(GetVolumeProfile), ['symbol']) {
  /** The first of SYMBOLS if absent. */
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
}

export class BotId {
  @IsUUID() readonly id!: string;
}
export class BotQuery extends OmitType(IsoTimes(GetBotPerformance), ['botConfigId']) {}
export class BotTradesQuery extends OmitType(IsoTimes(ListTrades), ['botConfigId']) {}
