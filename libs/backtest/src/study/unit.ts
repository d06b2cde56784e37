/**
 * A study is one backtest and its variations, cut into units. What a unit brings follows from the study and its own few
 * words alone: any process may run it, in any order, and a study whose process was lost goes on with what is left.
 */
import { CandleColumns, slice } from '../data/candle-columns';
import { BacktestRun, BacktestSetup, runBacktest } from '../engine/backtest';
import { Grid } from './grid';

export type Given = Readonly<Record<string, unknown>>;

export interface Study {
  readonly setup: BacktestSetup;
  readonly data: CandleColumns;
  readonly grid: Grid;
  /** Into how many parts a walk-forward cuts the time; 4 if not said. */
  readonly parts?: number;
}

/** One backtest of a study, as plain data. */
export interface Unit {
  /** Unique in the study. */
  readonly name: string;
  readonly params: Given;
  /** Which candles, by their place; the second is the first that is left out. */
  readonly from: number;
  readonly to: number;
  /** Candles before only warm indicators up; UTC milliseconds. */
  readonly fromMs?: number;
}

export interface UnitSummary {
  readonly netReturn: number;
  readonly maximumDrawdown: number;
  readonly trades: number;
  readonly dailyReturns: readonly number[];
}

/** Plain data too; what was read back from a file is what was written. */
export interface UnitResult {
  /** Null where the strategy does not take the parameters. */
  readonly summary: UnitSummary | null;
  /** Why there is none. */
  readonly why?: string;
  /** Of the unit `whole` alone. */
  readonly run?: BacktestRun;
}

export const WHOLE = 'whole';

/** @throws RangeError from the unit `whole`: parameters or data that the strategy does not take */
export function runUnit({ setup, data }: Study, unit: Unit): UnitResult {
  const { columns } = slice(data, unit.from, unit.to);
  const run = (): BacktestRun =>
    runBacktest({ ...setup, params: unit.params, fromMs: unit.fromMs ?? setup.fromMs }, columns);
  if (unit.name === WHOLE) {
    const whole = run();
    return { summary: summaryOf(whole, setup), run: whole };
  }
  try {
    return { summary: summaryOf(run(), setup) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { summary: null, why: error.message };
  }
}

export function dailyReturns({ dailyEquity }: Pick<BacktestRun, 'dailyEquity'>): readonly number[] {
  return dailyEquity.slice(1).map((equity, at) => equity / dailyEquity[at]! - 1);
}

const summaryOf = (run: BacktestRun, { capital }: BacktestSetup): UnitSummary => ({
  netReturn: Number(run.endEquity) / capital.toNumber() - 1,
  maximumDrawdown: run.maximumDrawdown,
  trades: run.trades.length,
  dailyReturns: dailyReturns(run),
});
