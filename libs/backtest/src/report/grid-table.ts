/** A grid as a report shows it. */
import { sharpeRatio } from '@elvis/statistics';
import { CellOutcome } from '../study/outcome';
import { LEAST_DAYS } from './figures';

export interface GridCell {
  readonly params: Readonly<Record<string, string>>;
  /** Null where the strategy does not take the parameters. */
  readonly netReturn: number | null;
  readonly maximumDrawdown: number | null;
  readonly trades: number | null;
  /** Null below the minimum of days too. */
  readonly dailySharpe: number | null;
  /** Why there is nothing. */
  readonly why?: string;
}

/** Of returns by day; null where they are too few to have one. */
export const trialSharpe = (dailyReturns: readonly number[]): number | null =>
  dailyReturns.length < LEAST_DAYS ? null : sharpeRatio(dailyReturns);

export const gridOf = (cells: readonly CellOutcome[]): readonly GridCell[] =>
  cells.map(({ cell, summary, why }) => ({
    params: cell,
    netReturn: summary?.netReturn ?? null,
    maximumDrawdown: summary?.maximumDrawdown ?? null,
    trades: summary?.trades ?? null,
    dailySharpe: summary === null ? null : trialSharpe(summary.dailyReturns),
    ...(why !== undefined && { why }),
  }));
