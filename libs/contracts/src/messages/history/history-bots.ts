/** How bots did, and what the account was worth. */
import { ASSET_PATTERN, MARKETS, Market } from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { query } from '../contract';
import { PnlAmounts, TradingStats } from './history-figures';

export class GetBotPerformance {
  @IsUUID() readonly botConfigId!: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
}

export interface BotPerformance {
  readonly botConfigId: string;
  /** Null for a bot that only its trades tell of. */
  readonly name: string | null;
  readonly strategy: string | null;
  readonly status: string | null;
  readonly pnl: PnlAmounts;
  readonly stats: TradingStats;
  readonly firstTradeAtMs: number | null;
  readonly lastTradeAtMs: number | null;
  /** Net result of each day that had trades, and the sum up to it. */
  readonly daily: readonly { readonly day: string; readonly net: string; readonly cumulative: string }[];
}

/** A bot without trades and without a configuration has zeros: nobody can say that it never was. */
export const getBotPerformance = query<GetBotPerformance, BotPerformance>(
  'elvis.query.trade-history.bot-performance',
  GetBotPerformance,
);

export class ListBotSummaries {
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
}

export interface BotSummary extends PnlAmounts {
  readonly botConfigId: string;
  readonly name: string | null;
  readonly strategy: string | null;
  readonly symbol: string | null;
  readonly status: string | null;
  readonly lastTradeAtMs: number | null;
}

export const listBotSummaries = query<ListBotSummaries, { readonly items: readonly BotSummary[] }>(
  'elvis.query.trade-history.bot-summaries',
  ListBotSummaries,
);

export const EQUITY_INTERVALS = ['raw', 'hour', 'day'] as const;

export class GetEquity {
  @IsIn(MARKETS) readonly market: Market = 'futures';
  @Matches(ASSET_PATTERN) readonly asset: string = 'USDT';
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
  /** The last value of each hour or day, or every one that was taken. */
  @IsIn(EQUITY_INTERVALS) readonly interval: (typeof EQUITY_INTERVALS)[number] = 'hour';
  @Type(() => Number) @IsInt() @Min(1) @Max(5_000) readonly limit: number = 1_000;
}

export interface EquityPoint {
  readonly atMs: number;
  readonly wallet: string;
  readonly unrealizedPnl: string;
  /** wallet + unrealizedPnl. */
  readonly equity: string;
}

/** Oldest first; of more points than `limit` the newest. */
export const getEquity = query<
  GetEquity,
  { readonly market: Market; readonly asset: string; readonly items: readonly EquityPoint[] }
>('elvis.query.trade-history.equity', GetEquity);
