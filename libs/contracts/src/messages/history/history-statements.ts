/** The daily statement: what our fills say the day brought, beside what the exchange booked, to the last unit. */
import { MARKETS, Market, SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { query } from '../contract';

export class ListIncome {
  @IsIn(MARKETS) readonly market!: Market;
  /**
   * Spot has no list of bookings, but one of the account's trades for each symbol: with a symbol they are told as
   * bookings of the kinds TRADE (of the base asset and of the quote asset) and COMMISSION; without one there are none.
   */
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
  /** Inclusive, as the exchange has it. For spot at most a day before `toMs`. */
  @Type(() => Number) @IsInt() @Min(0) readonly fromMs!: number;
  /** Inclusive. */
  @Type(() => Number) @IsInt() @Min(0) readonly toMs!: number;
  @Type(() => Number) @IsInt() @Min(1) @Max(1000) readonly limit: number = 1000;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) readonly page?: number;
}

/** One booking of the exchange (`GET /fapi/v1/income`), ids and amounts as text to their last digit. */
export interface IncomeItem {
  readonly transactionId: string;
  /** The exchange's word: REALIZED_PNL, COMMISSION, FUNDING_FEE, TRANSFER, ...; TRADE for what a spot trade moved. */
  readonly type: string;
  readonly symbol: string | null;
  readonly asset: string;
  /** Signed; what was paid is below zero. */
  readonly amount: string;
  readonly tradeId: string | null;
  readonly info: string | null;
  readonly atMs: number;
}

/** Oldest first, at most `limit`. Only execution speaks REST to the exchange. */
export const listIncome = query<ListIncome, { readonly items: readonly IncomeItem[] }>(
  'elvis.query.execution.income',
  ListIncome,
);

export class GetDailyStatement {
  @IsIn(MARKETS) readonly market: Market = 'futures';
  /** A day of UTC that is over, or the present one so far. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'day must be YYYY-MM-DD' }) readonly day!: string;
}

export interface StatementLine {
  readonly asset: string;
  /** The exchange's word for the kind of booking. */
  readonly type: string;
  /** Sum of our fills; null for kinds that no fill tells of. */
  readonly ours: string | null;
  readonly exchange: string;
  /** exchange - ours; "0" when reconciled. */
  readonly difference: string | null;
}

export interface StatementDifference {
  readonly kind: 'MISSING_HERE' | 'MISSING_AT_EXCHANGE' | 'AMOUNT_DIFFERS';
  readonly type: string;
  readonly symbol: string | null;
  readonly asset: string;
  readonly tradeId: string | null;
  readonly ours: string | null;
  readonly exchange: string | null;
}

export interface DailyStatement {
  readonly market: Market;
  readonly day: string;
  readonly lines: readonly StatementLine[];
  readonly differences: readonly StatementDifference[];
  readonly isReconciled: boolean;
  readonly trades: number;
  readonly preparedAtMs: number;
}

export const getDailyStatement = query<GetDailyStatement, DailyStatement>(
  'elvis.query.trade-history.daily-statement',
  GetDailyStatement,
);
