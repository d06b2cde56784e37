/** Backtests as trade-history has stored them from their events, those of the command line and those of jobs. */
import { IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { OWNER_PATTERN } from '../bots/bot-config-commands';
import { query } from '../messages/contract';
import { Page } from '../messages/orders/order-queries';

export class ListBacktests {
  @Matches(OWNER_PATTERN) readonly owner!: string;
  @IsOptional() @Matches(/^[a-z][a-z0-9-]{0,59}$/) readonly strategy?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  @IsInt() @Min(1) @Max(1000) readonly limit: number = 50;
}

export class GetBacktest {
  @Matches(OWNER_PATTERN) readonly owner!: string;
  @IsUUID() readonly id!: string;
}

export interface StoredBacktest {
  readonly id: string;
  readonly strategy: string;
  readonly version: number;
  readonly series: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELED';
  readonly problem: string | null;
  /** The report's figures by name, each `{value, low?, high?, why?}`; null without a report. */
  readonly metrics: Readonly<Record<string, unknown>> | null;
  /** Trials that this backtest added to its series, and how many the series has by now, deleted ones included. */
  readonly trials: number;
  readonly trialsOfSeries: number;
  readonly codeHash: string;
  readonly dataHash: string;
  readonly rulesHash: string;
  readonly buildHash: string;
  readonly reportHash: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** Newest first, without those that are deleted. */
export const listBacktests = query<ListBacktests, Page<StoredBacktest>>(
  'elvis.query.trade-history.backtests',
  ListBacktests,
);
/** @throws BACKTEST_NOT_FOUND it is not there, deleted, or another's */
export const getBacktest = query<GetBacktest, StoredBacktest>(
  'elvis.query.trade-history.backtest',
  GetBacktest,
);

export class ListTrials {
  @Matches(OWNER_PATTERN) readonly owner!: string;
  @IsString() @Length(1, 200) readonly series!: string;
  /** Whose own trials are left out. */
  @IsUUID() readonly exceptId!: string;
}

/** Sharpe ratio of a day of each trial of the series, those of deleted backtests too. */
export const listTrials = query<ListTrials, { readonly perPeriodSharpes: readonly number[] }>(
  'elvis.query.trade-history.trials',
  ListTrials,
);
