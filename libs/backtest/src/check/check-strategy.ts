/**
 * Tries a strategy for what makes a backtest lie: looking ahead, memory that is not told, chance, too little warm-up,
 * trouble with silence. Each trial compares decisions to the byte.
 */
import { PreparedStrategy, Strategy, StrategyRun, anchorSpacing, intervalMs } from '@elvis/strategy';
import { CandleColumns, candleAt, lengthOf, slice } from '../data/candle-columns';
import { BacktestSetup } from '../engine/backtest';
import { minuteOf } from '../report/utc';
import { Decisions, Difference, decisionsOf, firstDifference } from './decisions';
import { noisy, quiet } from './disturbed';

export const CHECKS = [
  'determinism',
  'truncation',
  'future poison',
  'restart',
  'warm-up',
  'silence',
  'never fires',
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Finding {
  readonly check: CheckName;
  readonly text: string;
}

export interface CheckOptions {
  /** Gives the strategy as a new process would: its module loaded anew. */
  readonly load: () => Strategy;
  readonly setup: Omit<BacktestSetup, 'strategy' | 'observe' | 'restarts'>;
  readonly data: CandleColumns;
  /** How many candles with a decision, and how many without, are cut at. */
  readonly cuts?: number;
}

/** All that was found; nothing for a strategy that passes. @throws ParameterProblems, RangeError for a set-up that cannot run */
export function checkStrategy({ load, setup, data, cuts = 12 }: CheckOptions): readonly Finding[] {
  const decide = (of: CandleColumns, change: Partial<BacktestSetup> = {}, before = 0): Decisions =>
    decisionsOf({ ...setup, ...change, strategy: load() }, of, before);
  const whole = decide(data);
  const span = intervalMs(data.interval);
  const count = lengthOf(data);
  const findings: Finding[] = [];
  const compare = (check: CheckName, what: string, difference: Difference | undefined): void => {
    if (difference === undefined || findings.some((each) => each.check === check)) return;
    const { place, one, other } = difference;
    const timeMs = data.firstOpenMs + (place + 1) * span;
    findings.push({
      check,
      text: `${what} at ${minuteOf(timeMs)} UTC: ${short(one)} became ${short(other)}`,
    });
  };

  compare('determinism', 'the same run decided differently', firstDifference(whole, decide(data)));
  for (const at of placesToCut(whole, count, cuts)) {
    const cut = decide(slice(data, 0, at + 1).columns);
    compare(
      'truncation',
      'without the candles that follow it decided differently',
      firstDifference(whole, cut, at),
    );
    const poisoned = decide(noisy(data, at + 1));
    compare(
      'future poison',
      'with other candles to follow it decided differently',
      firstDifference(whole, poisoned, at),
    );
  }
  const places = Array.from({ length: 8 }, (_, at) => Math.floor(((at + 2) * count) / 11));
  try {
    const restarted = decide(data, { restarts: { at: new Set(places), load } });
    compare('restart', 'after a restart it decided differently', firstDifference(whole, restarted));
  } catch (error) {
    findings.push({ check: 'restart', text: `after a restart it failed: ${(error as Error).message}` });
  }
  const from = Math.floor((2 * count) / 3);
  const fromMs = data.firstOpenMs + from * span;
  const needed = neededBefore(load().prepare(setup.bot, setup.params), span);
  if (needed > from)
    throw new RangeError(
      `This strategy needs ${needed} candles before its first step; ${from} are too few to check it`,
    );
  const begin = Math.min(from - needed, Math.floor(count / 3));
  compare(
    'warm-up',
    'with twice the history before it decided differently',
    firstDifference(decide(data, { fromMs }), decide(slice(data, begin, count).columns, { fromMs }, begin)),
  );
  findings.push(...jumps(load(), setup, data), ...silence(decide, data), ...activity(whole, load()));
  return findings;
}

/** How many of the finest candles its indicators need at most before its first step. */
export const neededBefore = ({ indicators, feeds, lookBack }: PreparedStrategy, span: number): number =>
  Math.max(
    ...Object.values(indicators).map(
      ({ feed, warmUp }) => ((anchorSpacing(warmUp) + warmUp + 1) * intervalMs(feeds[feed]!.interval)) / span,
    ),
    0,
  ) +
  (lookBack * intervalMs(feeds.main.interval)) / span;

/** A value may not change with the place where its indicator was begun. */
const LARGEST_JUMP = 1e-6;

function jumps(
  strategy: Strategy,
  { bot, params, seed }: CheckOptions['setup'],
  data: CandleColumns,
): readonly Finding[] {
  const run = new StrategyRun(strategy.prepare(bot, params), seed);
  const largest: Record<string, number> = {};
  for (let at = 0; at < lengthOf(data); at += 1) {
    run.feed('main', candleAt(data, at));
    for (const [name, jump] of Object.entries(run.jumps)) largest[name] = Math.max(largest[name] ?? 0, jump);
  }
  return Object.entries(largest)
    .filter(([, jump]) => jump > LARGEST_JUMP)
    .map(([name, jump]) => ({
      check: 'warm-up' as const,
      text: `${name} jumps by ${jump.toExponential(1)} of itself where it is begun again: its warm-up is too short`,
    }));
}

/** Candles with a decision, evenly over all, and as many without. */
function placesToCut({ byPlace }: Decisions, count: number, cuts: number): readonly number[] {
  const decided = [...byPlace.keys()];
  const spread = (of: readonly number[]): number[] =>
    of.filter((_, at) => at % Math.max(1, Math.ceil(of.length / cuts)) === 0);
  const others = Array.from({ length: cuts }, (_, at) => Math.floor(((at + 1) * count) / (cuts + 1)));
  return [...new Set([...spread(decided), ...others])].filter((at) => at >= 0 && at < count - 1);
}

function silence(decide: (of: CandleColumns) => Decisions, data: CandleColumns): readonly Finding[] {
  try {
    for (const decisions of [decide(quiet(data)), decide(slice(data, 0, 1).columns)])
      for (const text of decisions.byPlace.values())
        if (/\bNaN\b|\bnull,"because"/.test(text))
          return [{ check: 'silence', text: `it wished a number that is none: ${short(text)}` }];
    return [];
  } catch (error) {
    return [{ check: 'silence', text: `on quiet candles it failed: ${(error as Error).message}` }];
  }
}

/** What signals make it do no candle shows. */
function activity({ run }: Decisions, { takesSignals }: Strategy): readonly Finding[] {
  if (run.trades.length === 0 && !takesSignals)
    return [
      { check: 'never fires', text: `no position in ${run.candles} candles: its conditions may never hold` },
    ];
  return [];
}

const short = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 157)}...`);
