/**
 * `npm run bench:grid`: sets of parameters over a year of generated minutes, on one thread and on two by turns. Every result
 * must be the same to the byte; by the median of the rounds two threads must be at least 1.8 times as fast. What the machine
 * itself gives is printed beside: a bare loop of numbers on one thread and on two, timed in the same rounds. Needs two
 * processors with nothing else to do: it is measured by the clock. Words: `--sets N --rounds N`.
 */
import { Unit, UnitResult, lengthOf } from '@elvis/backtest';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { findData } from '../../tools/backtest/data-sets';
import { StudyThreads, ThreadWork } from '../../tools/backtest/study/study-threads';
import { readRiskLimits } from '../../tools/backtest/risk-limits';
import { readWords } from '../../tools/backtest/words';

const LEAST_TIMES = 1.8;
const FASTS = 10;

/** Seconds by the clock, and what each set brought, in order. */
async function tried(count: number, units: readonly Unit[], work: ThreadWork): Promise<[number, string]> {
  const results = new Map<string, UnitResult>();
  const begunAtMs = performance.now();
  const threads = new StudyThreads(count, work);
  try {
    await threads.run(units, ({ name }, result) => results.set(name, result));
  } finally {
    await threads.end();
  }
  const seconds = (performance.now() - begunAtMs) / 1_000;
  return [seconds, units.map(({ name }) => `${name} ${JSON.stringify(results.get(name))}`).join('\n')];
}

const BARE_LOOP = `
  const values = new Float64Array(500_000).fill(1.5);
  let sum = 0;
  for (let round = 0; round < 3_000; round += 1) for (let at = 0; at < values.length; at += 1) sum += values[at] * 1.0001;
  require('node:worker_threads').parentPort.postMessage(sum);
`;

/** Seconds in which so many threads have each run a bare loop. */
async function bare(count: number): Promise<number> {
  const begunAtMs = performance.now();
  await Promise.all(
    Array.from({ length: count }, () => once(new Worker(BARE_LOOP, { eval: true }), 'message')),
  );
  return (performance.now() - begunAtMs) / 1_000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { sets: { type: 'string', default: '24' }, rounds: { type: 'string', default: '5' } },
  });
  const sets = Number(values.sets);
  const words = readWords(['ema-crossover', '--data', 'generated:365:1']);
  const data = await findData(words.data, words.wanted, process.cwd());
  const to = lengthOf(data.columns);
  const units = Array.from({ length: sets }, (_, at): Unit => {
    const params = { fast: String(5 + (at % FASTS)), slow: String(20 + Math.floor(at / FASTS)) };
    return { name: `${params.fast} and ${params.slow}`, params, from: 0, to };
  });
  const load = loadavg()[0]!.toFixed(1);
  console.log(`load average at the start: ${load}; ${availableParallelism()} processors`);
  const root = process.cwd();
  const work = { words, data, root, risk: readRiskLimits(root) };
  const times: number[] = [];
  const limits: number[] = [];
  let isSame = true;
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const [one, text] = await tried(1, units, work);
    const [two, other] = await tried(2, units, work);
    isSame &&= text === other;
    times.push(one / two);
    limits.push((2 * (await bare(1))) / (await bare(2)));
    console.log(
      `one thread ${one.toFixed(1)} s, two ${two.toFixed(1)} s: ${times.at(-1)!.toFixed(2)} times; a bare loop ${limits.at(-1)!.toFixed(2)}`,
    );
  }
  const reached = median(times);
  console.log(
    `${sets} sets of ${to.toLocaleString('en')} candles: the results are ${isSame ? '' : 'NOT '}the same`,
  );
  console.log(
    `two threads are ${reached.toFixed(2)} times as fast as one (bound ${LEAST_TIMES}); a bare loop is ${median(limits).toFixed(2)}`,
  );
  return isSame && reached >= LEAST_TIMES ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
