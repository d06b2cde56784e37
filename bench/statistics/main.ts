/**
 * `npm run bench:statistics`: what the two expensive figures cost, each beside a plain loop over simple-statistics on a
 * part of the same work. Exits with 1 if a bound is missed.
 */
import { backtestOverfitting, bootstrapInterval, sharpeRatio } from '@elvis/statistics';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const PERIODS = 1_000;
const random = xoroshiro128plus(1);
const noise = (): number[] => Array.from({ length: PERIODS }, () => random.next() / 2 ** 31);

function secondsOf(work: () => unknown): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1_000;
}

const plainSharpe = (values: number[]): number => mean(values) / sampleStandardDeviation(values);

/** Of the 12,870 ways the plain loop is timed on so many, and counted up. */
const PLAIN_WAYS = 60;
function plainOverfitting(trials: readonly number[][]): void {
  for (let way = 0; way < PLAIN_WAYS; way += 1)
    for (const row of trials) {
      plainSharpe(row.filter((_, at) => (at + way) % 2 === 0));
      plainSharpe(row.filter((_, at) => (at + way) % 2 === 1));
    }
}

const PLAIN_RESAMPLES = 200;
function plainBootstrap(series: readonly number[]): void {
  for (let sample = 0; sample < PLAIN_RESAMPLES; sample += 1)
    plainSharpe(series.map(() => series[(random.next() >>> 0) % PERIODS]!));
}

const trials = Array.from({ length: 100 }, noise);
const series = noise();
const overfitting = secondsOf(() => backtestOverfitting(trials, 16));
const bootstrap = secondsOf(() => bootstrapInterval(series, sharpeRatio, { seed: 1 }));
const rows = [
  {
    what: 'overfitting: 16 blocks, 100 trials of 1,000 periods',
    seconds: overfitting,
    atMost: 5,
    plainSeconds: (secondsOf(() => plainOverfitting(trials)) * 12_870) / PLAIN_WAYS,
  },
  {
    what: 'bootstrap: 10,000 Sharpe ratios of 1,000 periods',
    seconds: bootstrap,
    atMost: 2,
    plainSeconds: (secondsOf(() => plainBootstrap(series)) * 10_000) / PLAIN_RESAMPLES,
  },
];
console.table(
  rows.map(({ what, seconds, atMost, plainSeconds }) => ({
    what,
    seconds: seconds.toFixed(2),
    'at most': atMost,
    'a plain loop, reckoned': plainSeconds.toFixed(1),
  })),
);
if (rows.some(({ seconds, atMost }) => seconds > atMost)) process.exitCode = 1;
