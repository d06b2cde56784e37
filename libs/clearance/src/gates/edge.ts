/** Is there reason to believe that it earns? Every ratio is that of a day. */
import {
  ObservedSharpe,
  bootstrapInterval,
  bootstrapQuantile,
  deflatedSharpe,
  expectedBestSharpe,
  expectedShortfall,
  kurtosis,
  maximumDrawdown,
  minimumTrackRecord,
  predictiveQuantile,
  probabilisticSharpe,
  profitFactor,
  sharpeRatio,
  skewness,
  standardDeviation,
  valueAtRisk,
  wilsonInterval,
} from '@elvis/statistics';
import { Evidence } from '../evidence/evidence';
import { Finding, Gate, byInterval, fail, pass, short, unknown } from './gate';

const SEED = 1;
const RESAMPLES = 2_000;
const CONFIDENT = 0.95;
const DAYS_TO_FAIL = 90;
const LEAST_DAYS = 30;
const LEAST_BLOCK = 8;
const LEAST_TRADES = 20;
const LEAST_TRIALS = 10;
const MOST_OVERFITTING = 0.2;
const MOST_DRAWDOWN = 0.2;
const YEAR = 365;

const edge = (gate: Omit<Gate, 'group' | 'isOfBot'>): Gate => ({ ...gate, group: 'EDGE', isOfBot: true });

/** Results of the paper days as fractions of the capital. */
function paperReturns({ paperDays, subject }: Evidence): readonly number[] {
  const capital = Number(subject.rows[0]?.capital ?? 0);
  return capital > 0 ? paperDays.rows.map(({ net }) => Number(net) / capital) : [];
}

/** What no parameter was chosen on: the walk-forward's days, then those on paper. */
const unseenReturns = (evidence: Evidence): readonly number[] => [
  ...(evidence.backtest.rows[0]?.outOfSample ?? []),
  ...paperReturns(evidence),
];

export const growth = (returns: readonly number[]): number =>
  returns.reduce((worth, each) => worth * (1 + each), 1) - 1;

function drawdownOf(returns: readonly number[]): number {
  let worth = 1;
  return maximumDrawdown([1, ...returns.map((each) => (worth = Math.max(1e-9, worth * (1 + each))))]);
}

function observed(returns: readonly number[]): ObservedSharpe | undefined {
  const sharpe = returns.length < LEAST_BLOCK ? null : sharpeRatio(returns);
  if (sharpe === null) return undefined;
  return {
    sharpe,
    periods: returns.length,
    skewness: skewness(returns) ?? 0,
    kurtosis: kurtosis(returns) ?? 3,
  };
}

const tooFew = (days: number): Finding =>
  unknown(`${days} unseen days with a result that moves; at least ${LEAST_BLOCK} are needed`, {
    daysMissing: Math.max(0, LEAST_BLOCK - days),
  });

/** A probability that the true Sharpe ratio is above a benchmark, and the days until it can be known. */
function probable(what: string, seen: ObservedSharpe, value: number, benchmark: number): Finding {
  const needed = Math.ceil(minimumTrackRecord(seen, benchmark, CONFIDENT));
  const text = `${what} is ${short(value)} over ${seen.periods} unseen days`;
  if (value >= CONFIDENT) return pass(text, { value });
  if (value <= 0.5 && seen.periods >= DAYS_TO_FAIL) return fail(text, { value });
  if (!Number.isFinite(needed))
    return unknown(`${text}: the ratio is not above ${short(benchmark)}, so no length would show it`, {
      value,
      daysMissing: null,
    });
  return unknown(`${text}; at this ratio ${needed} days would show it`, {
    value,
    daysMissing: Math.max(1, needed - seen.periods),
  });
}

export const EDGE_GATES: readonly Gate[] = [
  edge({
    id: 'EDGE-1',
    asks: 'Is its result above zero by more than luck?',
    passes: 'probability of a true Sharpe ratio above 0 at least 0.95, on unseen days',
    from: ['paperDays'],
    find: (evidence) => {
      const seen = observed(unseenReturns(evidence));
      if (seen === undefined) return tooFew(unseenReturns(evidence).length);
      return probable('the probability that it earns', seen, probabilisticSharpe(seen), 0);
    },
  }),
  edge({
    id: 'EDGE-2',
    asks: 'Is it better than the best of as many tries without any skill?',
    passes: 'deflated Sharpe ratio at least 0.95, with every trial of the ledger',
    from: ['paperDays', 'trials'],
    find: (evidence) => {
      const seen = observed(unseenReturns(evidence));
      if (seen === undefined) return tooFew(unseenReturns(evidence).length);
      const ratios = evidence.trials.rows.map(({ dailySharpe }) => dailySharpe);
      const variance = ratios.length < 2 ? 0 : standardDeviation(ratios) ** 2;
      const count = Math.max(1, ratios.length);
      const value = deflatedSharpe(seen, count, variance);
      return probable(
        `the same, deflated by ${count} trials,`,
        seen,
        value,
        expectedBestSharpe(count, variance),
      );
    },
  }),
  edge({
    id: 'EDGE-3',
    asks: 'Was the best of a grid better later too?',
    passes: 'probability of overfitting at most 0.2, over at least ten trials',
    from: ['backtest'],
    find: ({ backtest: { rows } }) => {
      const [row] = rows;
      if (row === undefined || row.gridTrials < LEAST_TRIALS || row.overfitting === null)
        return unknown(
          `a grid of ${row?.gridTrials ?? 0} trials; at least ${LEAST_TRIALS} over 32 days are needed: npm run backtest -- ... --grid`,
        );
      const text = `the probability of overfitting is ${short(row.overfitting)} over ${row.gridTrials} trials`;
      return row.overfitting <= MOST_OVERFITTING
        ? pass(text, { value: row.overfitting })
        : fail(text, { value: row.overfitting });
    },
  }),
  edge({
    id: 'EDGE-4',
    asks: 'Does paper earn what the backtest said?',
    passes: "not below the backtest's 90 % predictive interval",
    from: ['paperDays', 'backtest'],
    find: (evidence, { paperDays }) => {
      const [paper, past] = [paperReturns(evidence), evidence.backtest.rows[0]?.dailyReturns ?? []];
      if (past.length < LEAST_DAYS)
        return unknown(`the backtest has ${past.length} days; ${LEAST_DAYS} are needed`);
      if (paper.length < paperDays)
        return unknown(`${paper.length} of ${paperDays} paper days`, {
          daysMissing: paperDays - paper.length,
        });
      const bound = (share: number): number =>
        predictiveQuantile(past, paper.length, growth, share, { seed: SEED, resamples: RESAMPLES });
      const figures = { value: growth(paper), low: bound(0.05), high: bound(0.95) };
      const text = `paper brought ${short(figures.value * 100)} %, the backtest says ${short(figures.low * 100)} to ${short(figures.high * 100)} %`;
      return figures.value < figures.low ? fail(text, figures) : pass(text, figures);
    },
  }),
  edge({
    id: 'EDGE-5',
    asks: 'Did it fall no deeper than the backtest lets expect?',
    passes: "drawdown on paper at most the backtest's 95 % bound, and at most 20 %",
    from: ['paperDays', 'backtest'],
    find: (evidence) => {
      const [paper, past] = [paperReturns(evidence), evidence.backtest.rows[0]?.dailyReturns ?? []];
      if (paper.length === 0) return unknown('no paper day yet', { daysMissing: 1 });
      const value = drawdownOf(paper);
      if (value > MOST_DRAWDOWN)
        return fail(`it fell by ${short(value * 100)} % on paper, of at most 20 %`, { value });
      if (past.length < LEAST_DAYS)
        return unknown(`the backtest has ${past.length} days; ${LEAST_DAYS} are needed`);
      const high = bootstrapQuantile(past, paper.length, drawdownOf, 0.95, {
        seed: SEED,
        resamples: RESAMPLES,
      });
      const text = `it fell by ${short(value * 100)} % on paper; the backtest lets expect up to ${short(high * 100)} %`;
      return value <= high ? pass(text, { value, high }) : fail(text, { value, high });
    },
  }),
  edge({
    id: 'EDGE-6',
    asks: 'Does it meet the usual list?',
    passes: 'Sharpe 1, win rate 50 %, profit factor 1.5, value at risk 5 %, expected shortfall 10 %',
    from: ['paperDays', 'trades'],
    find: (evidence, { winRateOffBecause }) => {
      const days = unseenReturns(evidence);
      const nets = evidence.trades.rows.map(({ net }) => Number(net));
      if (days.length < LEAST_DAYS || nets.length < LEAST_TRADES)
        return unknown(
          `${days.length} unseen days and ${nets.length} trades; ${LEAST_DAYS} and ${LEAST_TRADES} are needed`,
          { daysMissing: Math.max(1, LEAST_DAYS - days.length) },
        );
      const wins = nets.filter((net) => net > 0).length;
      const annual = (series: readonly number[]): number | null => {
        const ratio = sharpeRatio(series);
        return ratio === null ? null : ratio * Math.sqrt(YEAR);
      };
      return together([
        ofSeries('Sharpe, annual,', days, annual, 1, 'above'),
        winRateOffBecause === ''
          ? byInterval(
              'win rate',
              { value: wins / nets.length, ...wilsonInterval(wins, nets.length) },
              0.5,
              'above',
            )
          : pass(`win rate is not asked: ${winRateOffBecause}`),
        ofSeries('profit factor', nets, profitFactor, 1.5, 'above'),
        ofSeries('value at risk of a day', days, (series) => valueAtRisk(series), 0.05, 'below'),
        ofSeries('expected shortfall of a day', days, (series) => expectedShortfall(series), 0.1, 'below'),
      ]);
    },
  }),
];

function ofSeries(
  what: string,
  series: readonly number[],
  figure: (series: readonly number[]) => number | null,
  bound: number,
  good: 'above' | 'below',
): Finding {
  const value = figure(series);
  if (value === null) return unknown(`${what} cannot be said: nothing moved or nothing was lost`);
  const interval = bootstrapInterval(series, figure, { seed: SEED, resamples: RESAMPLES });
  return interval === null
    ? unknown(`${what} has no interval`)
    : byInterval(what, { value, ...interval }, bound, good);
}

/** One that fails fails all, one that is unknown leaves all unknown. */
function together(findings: readonly Finding[]): Finding {
  const because = findings.map((finding) => finding.because).join('; ');
  if (findings.some(({ answer }) => answer === 'fail')) return fail(because);
  return findings.some(({ answer }) => answer === 'unknown') ? unknown(because) : pass(because);
}
