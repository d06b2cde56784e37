/** The figures of a report: each with its interval, and missing with the reason where the sample is too small. */
import {
  backtestOverfitting,
  bootstrapInterval,
  deflatedSharpe,
  expectedShortfall,
  kurtosis,
  minimumTrackRecord,
  profitFactor,
  sharpeRatio,
  skewness,
  sortinoRatio,
  valueAtRisk,
  wilsonInterval,
} from '@elvis/statistics';
import { BacktestRun } from '../engine/backtest';
import { CellOutcome } from '../study/outcome';
import { dailyReturns } from '../study/unit';

export interface Figure {
  readonly value: number | null;
  /** 95 %, where it can be said. */
  readonly low?: number;
  readonly high?: number;
  /** Why there is no value. */
  readonly why?: string;
}

/** What a figure of days, and one of trades, needs at least. */
export const LEAST_DAYS = 30;
export const LEAST_TRADES = 20;

export interface Figures {
  readonly netReturn: Figure;
  readonly maximumDrawdown: Figure;
  readonly trades: Figure;
  readonly winShare: Figure;
  readonly profitFactor: Figure;
  readonly meanTrade: Figure;
  readonly timeInMarket: Figure;
  readonly dailySharpe: Figure;
  readonly annualSharpe: Figure;
  readonly dailySortino: Figure;
  readonly dailyValueAtRisk: Figure;
  readonly dailyExpectedShortfall: Figure;
  /** Days that would be needed to be sure that the Sharpe ratio is above zero. */
  readonly daysNeeded: Figure;
  /** Probability that the ratio is better than the best of so many skill-less trials. */
  readonly deflatedSharpe: Figure;
  /** Probability that the best of the grid is no better than the middle later. */
  readonly overfitting: Figure;
}

/** The trials of the same series that are known, this one included: their daily Sharpe ratios. */
export type TrialSharpes = readonly number[];

const DAYS_A_YEAR = 365;
const SEED = 1;

const missing = (what: string, least: number, found: number): Figure => ({
  value: null,
  why: `at least ${least} ${what} are needed; there are ${found}`,
});

export function figuresOf(
  run: BacktestRun,
  capital: number,
  trials: TrialSharpes,
  cells: readonly CellOutcome[] = [],
): Figures {
  const returns = dailyReturns(run);
  const nets = run.trades.map(({ net }) => Number(net));
  const ofDays = (figure: (series: readonly number[]) => number | null): Figure =>
    returns.length < LEAST_DAYS ? missing('days', LEAST_DAYS, returns.length) : estimated(returns, figure);
  const ofTrades = (figure: (series: readonly number[]) => number | null): Figure =>
    nets.length < LEAST_TRADES ? missing('trades', LEAST_TRADES, nets.length) : estimated(nets, figure);
  const daily = ofDays((series) => sharpeRatio(series));
  const wins = nets.filter((net) => net > 0).length;
  return {
    netReturn: { value: Number(run.endEquity) / capital - 1 },
    maximumDrawdown: { value: run.maximumDrawdown },
    trades: { value: run.trades.length },
    winShare:
      nets.length < LEAST_TRADES
        ? missing('trades', LEAST_TRADES, nets.length)
        : { value: wins / nets.length, ...wilsonInterval(wins, nets.length) },
    profitFactor: ofTrades(profitFactor),
    meanTrade: ofTrades((series) => series.reduce((sum, net) => sum + net, 0) / series.length),
    timeInMarket: { value: run.candles === 0 ? 0 : run.candlesInMarket / run.candles },
    dailySharpe: daily,
    annualSharpe: scaled(daily, Math.sqrt(DAYS_A_YEAR)),
    dailySortino: ofDays((series) => sortinoRatio(series)),
    dailyValueAtRisk: ofDays((series) => valueAtRisk(series)),
    dailyExpectedShortfall: ofDays((series) => expectedShortfall(series)),
    ...certainty(returns, daily, trials),
    overfitting: overfittingOf(cells),
  };
}

/** How many combinations, and into how many blocks of days: each block has at least two. */
const LEAST_CELLS = 10;
const BLOCKS = 16;

function overfittingOf(cells: readonly CellOutcome[]): Figure {
  const rows = cells.flatMap(({ summary }) => (summary === null ? [] : [summary.dailyReturns]));
  const days = rows[0]?.length ?? 0;
  if (rows.length < LEAST_CELLS) return missing('combinations of a grid', LEAST_CELLS, rows.length);
  if (days < 2 * BLOCKS) return missing('days', 2 * BLOCKS, days);
  return { value: backtestOverfitting(rows, BLOCKS).probability };
}

function estimated(series: readonly number[], figure: (series: readonly number[]) => number | null): Figure {
  const value = figure(series);
  if (value === null)
    return { value: null, why: 'nothing moved, or nothing was lost: the ratio has no meaning' };
  const interval = bootstrapInterval(series, figure, { seed: SEED, resamples: 2_000 });
  return interval === null ? { value } : { value, ...interval };
}

const scaled = ({ value, low, high, why }: Figure, by: number): Figure => ({
  value: value === null ? null : value * by,
  ...(low !== undefined && high !== undefined && { low: low * by, high: high * by }),
  ...(why !== undefined && { why }),
});

function certainty(
  returns: readonly number[],
  { value: sharpe, why }: Figure,
  trials: TrialSharpes,
): Pick<Figures, 'daysNeeded' | 'deflatedSharpe'> {
  if (sharpe === null) return { daysNeeded: { value: null, why }, deflatedSharpe: { value: null, why } };
  const observed = {
    sharpe,
    periods: returns.length,
    skewness: skewness(returns) ?? 0,
    kurtosis: kurtosis(returns) ?? 3,
  };
  const needed = minimumTrackRecord(observed);
  const mean = trials.reduce((sum, each) => sum + each, 0) / Math.max(1, trials.length);
  const variance =
    trials.length < 2 ? 0 : trials.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (trials.length - 1);
  return {
    daysNeeded: Number.isFinite(needed)
      ? { value: Math.ceil(needed) }
      : { value: null, why: 'the ratio is not above zero: no length makes it so' },
    deflatedSharpe: { value: deflatedSharpe(observed, Math.max(1, trials.length), variance) },
  };
}
