/**
 * Figures that trade-history works out of the fills. Every formula, its source and a worked example stand in
 * docs/figures.md. Amounts are decimal strings in the quote asset unless an asset is named; times are milliseconds,
 * `fromMs` inclusive, `toMs` exclusive, both open if absent. Days and hours are UTC.
 */
import { MARKETS, Market, OrderSide, SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { query } from '../contract';

/** Which fills a figure is about; all of them if nothing is named. */
class FigureRange {
  @IsOptional() @IsIn(MARKETS) readonly market?: Market;
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
}

export class FigureFilter extends FigureRange {
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
}

export const FEE_PERIODS = ['hour', 'day', 'month', 'all'] as const;

export class GetFees extends FigureFilter {
  @IsIn(FEE_PERIODS) readonly period: (typeof FEE_PERIODS)[number] = 'all';
}

export interface FeeLine {
  /** Begin of the period; null for `all`. */
  readonly periodStartMs: number | null;
  readonly asset: string;
  readonly fee: string;
  /** The same in quote, at the prices recorded when the fees were paid. */
  readonly feeQuote: string;
  /** The part whose price was not recorded and that `feeQuote` leaves out, in `asset`. */
  readonly unconverted: string;
  readonly trades: number;
}

export interface FeesReply {
  readonly items: readonly FeeLine[];
  readonly totalQuote: string;
  /** Whether every fee could be converted. */
  readonly isComplete: boolean;
}

export const getFees = query<GetFees, FeesReply>('elvis.query.trade-history.fees', GetFees);

export const LEFT_OUT = [
  'FEES_UNCONVERTED',
  'BOOKINGS_UNCONVERTED',
  'FILLS_NOT_BOOKED',
  'FUNDING',
  'OPEN_LOTS',
] as const;

/**
 * Something that a sum in quote leaves out.
 *
 * - FEES_UNCONVERTED      fees paid in `asset` at a time when its price was not recorded.
 * - BOOKINGS_UNCONVERTED  other bookings in an asset that nothing is quoted in.
 * - FILLS_NOT_BOOKED      so many fills are not in the books yet; the exchange's result counts for them, if it tells any.
 * - FUNDING               paid on the position that all bots share; `amount` is the account's, null for a single bot.
 * - OPEN_LOTS             by bot: so much more the account realised than all owners together, because what is open of
 *                         theirs cost something else than the account's position.
 */
export interface Incomplete {
  readonly what: (typeof LEFT_OUT)[number];
  readonly asset: string | null;
  readonly amount: string | null;
}

export const PNL_GROUPS = ['symbol', 'bot', 'day'] as const;
/** `average` closes at the average cost of the position, `fifo` the oldest part of it first. */
export const PNL_METHODS = ['average', 'fifo'] as const;

export class GetPnlBreakdown extends FigureFilter {
  @IsIn(PNL_GROUPS) readonly by: (typeof PNL_GROUPS)[number] = 'symbol';
  @IsIn(PNL_METHODS) readonly method: (typeof PNL_METHODS)[number] = 'average';
}

export interface PnlAmounts {
  readonly realized: string;
  readonly fees: string;
  /** From the exchange's own income records; null where funding cannot be told apart (bots share a position). */
  readonly funding: string | null;
  /** The exchange's other bookings that are results: what a liquidation cost, rebates; null as `funding` is. */
  readonly other: string | null;
  /** realized - fees + funding + other. */
  readonly net: string;
  /** Of the open position at the newest mark; null where none is known or the group has none. */
  readonly unrealized: string | null;
  /** The exchange's time of the look at the account that `unrealized` is from; null with it. */
  readonly unrealizedAtMs: number | null;
  readonly trades: number;
  readonly volume: string;
  readonly incomplete: readonly Incomplete[];
}

export interface PnlLine extends PnlAmounts {
  /**
   * The symbol (`account` for bookings that name none); the bot's id, `none` for orders of Elvis without one, `external`
   * for what was done by hand at the exchange, `liquidation`, or `account` for funding; or the day as YYYY-MM-DD.
   */
  readonly key: string;
}

export interface PnlBreakdownReply {
  readonly by: (typeof PNL_GROUPS)[number];
  readonly method: (typeof PNL_METHODS)[number];
  readonly items: readonly PnlLine[];
  readonly total: PnlAmounts;
  /** Until when the exchange's bookings are in `funding` and `other`; null while none were fetched. */
  readonly bookingsUntilMs: number | null;
}

export const getPnlBreakdown = query<GetPnlBreakdown, PnlBreakdownReply>(
  'elvis.query.trade-history.pnl-breakdown',
  GetPnlBreakdown,
);

export const STATS_WINDOWS = ['1d', '7d', '30d', '90d', '365d', 'all'] as const;
export type StatsWindow = (typeof STATS_WINDOWS)[number];

export class GetRollingStats extends FigureFilter {
  /** Each ends at `toMs` (now if absent) and is cut at `fromMs`. */
  @IsArray() @ArrayMaxSize(6) @IsIn(STATS_WINDOWS, { each: true }) readonly windows: readonly StatsWindow[] =
    ['1d', '7d', '30d'];
}

export const RATIO_REASONS = ['TOO_FEW_DAYS', 'NO_RISK'] as const;
export type RatioReason = (typeof RATIO_REASONS)[number];
export const RESULT_REASONS = ['TOO_FEW_RESULTS', 'NO_LOSSES'] as const;
export type ResultReason = (typeof RESULT_REASONS)[number];

/** One result is one order that closed something, with its fees. What says something of chance is null below a minimum sample. */
export interface TradingStats {
  readonly results: number;
  readonly wins: number;
  readonly losses: number;
  /** Wins over results; null below twenty results, as the next two. */
  readonly winRate: number | null;
  readonly winRateReason: ResultReason | null;
  /** Sum of wins over sum of losses; null without a loss too. */
  readonly profitFactor: number | null;
  readonly profitFactorReason: ResultReason | null;
  readonly averageResult: string | null;
  readonly averageResultReason: ResultReason | null;
  readonly largestWin: string | null;
  readonly largestLoss: string | null;
  readonly netPnl: string;
  /** Of daily net results, a year of 365 days; null below seven days with trades, and where there is no risk to divide by. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  /** Why there is none; null where there is one. */
  readonly sharpeReason: RatioReason | null;
  readonly sortinoReason: RatioReason | null;
  /** Days of the window that had trades. */
  readonly tradedDays: number;
  /** The deepest fall of the summed net results below their highest point before, as an amount above zero. */
  readonly maxDrawdown: string;
  readonly incomplete: readonly Incomplete[];
}

export interface WindowStats extends TradingStats {
  readonly window: StatsWindow;
  readonly fromMs: number | null;
  readonly toMs: number;
}

export const getRollingStats = query<GetRollingStats, { readonly items: readonly WindowStats[] }>(
  'elvis.query.trade-history.rolling-stats',
  GetRollingStats,
);

export class GetTradeDistribution extends FigureFilter {}

export interface DistributionLine {
  readonly trades: number;
  readonly volume: string;
  readonly realized: string;
}

export interface TradeDistributionReply {
  readonly byHour: readonly (DistributionLine & { readonly hour: number })[];
  /** 1 is Monday. */
  readonly byWeekday: readonly (DistributionLine & { readonly weekday: number })[];
  readonly bySide: readonly (DistributionLine & { readonly side: OrderSide })[];
  readonly bySymbol: readonly (DistributionLine & { readonly symbol: string })[];
  /** Fills by their worth; the last has no upper bound. */
  readonly byNotional: readonly (DistributionLine & { readonly from: string; readonly to: string | null })[];
}

export const getTradeDistribution = query<GetTradeDistribution, TradeDistributionReply>(
  'elvis.query.trade-history.trade-distribution',
  GetTradeDistribution,
);

export class GetVolumeProfile extends FigureRange {
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly buckets: number = 24;
}

export interface VolumeBucket {
  /** Inclusive; `priceTo` is exclusive but for the last bucket. */
  readonly priceFrom: string;
  readonly priceTo: string;
  readonly buyQuantity: string;
  readonly sellQuantity: string;
  readonly quantity: string;
  readonly trades: number;
}

export interface VolumeProfileReply {
  readonly symbol: string;
  readonly items: readonly VolumeBucket[];
  /** Middle of the bucket with the most quantity; null where there are no trades. */
  readonly pointOfControl: string | null;
  /** The narrowest run of buckets around it that holds 70 % of the quantity. */
  readonly valueAreaLow: string | null;
  readonly valueAreaHigh: string | null;
}

export const getVolumeProfile = query<GetVolumeProfile, VolumeProfileReply>(
  'elvis.query.trade-history.volume-profile',
  GetVolumeProfile,
);
