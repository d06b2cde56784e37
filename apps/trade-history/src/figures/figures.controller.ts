import {
  BotPerformance,
  BotSummary,
  DailyStatement,
  ExportChunk,
  ExportTrades,
  FeesReply,
  GetBotPerformance,
  GetDailyStatement,
  GetEquity,
  GetFees,
  GetPnlBreakdown,
  GetRollingStats,
  GetTradeDistribution,
  GetVolumeProfile,
  ListBotSummaries,
  PnlBreakdownReply,
  TradeDistributionReply,
  VolumeProfileReply,
  WindowStats,
  exportTrades,
  getBotPerformance,
  getDailyStatement,
  getEquity,
  getFees,
  getPnlBreakdown,
  getRollingStats,
  getTradeDistribution,
  getVolumeProfile,
  listBotSummaries,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Statements } from '../account/statements';
import { Bots } from './bots';
import { Equity, EquityReply } from './equity';
import { Fees } from './fees';
import { PnlBreakdown } from './pnl-breakdown';
import { RollingStats } from './rolling-stats';
import { TradeDistribution } from './trade-distribution';
import { TradeExports } from '../lists/trade-exports';
import { VolumeProfile } from './volume-profile';

@Controller()
export class FiguresController {
  constructor(
    private readonly fees: Fees,
    private readonly pnl: PnlBreakdown,
    private readonly stats: RollingStats,
    private readonly distribution: TradeDistribution,
    private readonly profile: VolumeProfile,
    private readonly bots: Bots,
    private readonly equity: Equity,
    private readonly exports: TradeExports,
    private readonly statements: Statements,
  ) {}

  @MessagePattern(getFees.subject)
  getFees(@Payload() wish: GetFees): Promise<FeesReply> {
    return this.fees.of(wish);
  }

  @MessagePattern(getPnlBreakdown.subject)
  getPnlBreakdown(@Payload() wish: GetPnlBreakdown): Promise<PnlBreakdownReply> {
    return this.pnl.of(wish);
  }

  @MessagePattern(getRollingStats.subject)
  getRollingStats(@Payload() wish: GetRollingStats): Promise<{ readonly items: readonly WindowStats[] }> {
    return this.stats.of(wish);
  }

  @MessagePattern(getTradeDistribution.subject)
  getTradeDistribution(@Payload() wish: GetTradeDistribution): Promise<TradeDistributionReply> {
    return this.distribution.of(wish);
  }

  @MessagePattern(getVolumeProfile.subject)
  getVolumeProfile(@Payload() wish: GetVolumeProfile): Promise<VolumeProfileReply> {
    return this.profile.of(wish);
  }

  @MessagePattern(getBotPerformance.subject)
  getBotPerformance(@Payload() wish: GetBotPerformance): Promise<BotPerformance> {
    return this.bots.performance(wish);
  }

  @MessagePattern(listBotSummaries.subject)
  listBotSummaries(@Payload() wish: ListBotSummaries): Promise<{ readonly items: readonly BotSummary[] }> {
    return this.bots.summaries(wish);
  }

  @MessagePattern(getEquity.subject)
  getEquity(@Payload() wish: GetEquity): Promise<EquityReply> {
    return this.equity.of(wish);
  }

  @MessagePattern(exportTrades.subject)
  exportTrades(@Payload() wish: ExportTrades): Promise<ExportChunk> {
    return this.exports.chunk(wish);
  }

  @MessagePattern(getDailyStatement.subject)
  getDailyStatement(@Payload() wish: GetDailyStatement): Promise<DailyStatement> {
    return this.statements.of(wish);
  }
}
