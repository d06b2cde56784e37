/**
 * `npm run bench:grid`: sets of parameters over a year of generated minutes, on one thread and on two. Every result must
 * be the same to the byte; two threads must be at least 1.8 times as fast. Needs two processors with nothing else to do:
 * it is measured by the clock. Words: `--sets N`.
 */
import { Unit, UnitResult, lengthOf } from '@elvis/backtest';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { findData } from '../../tools/backtest/data-sets';
import { StudyThreads, ThreadWork } from '../../tools/backtest/study/study-threads';
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

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { sets: { type: 'string', default: '24' } } });
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
  const work = { words, data, root: process.cwd() };
  const [one, text] = await tried(1, units, work);
  const [two, other] = await tried(2, units, work);
  const isSame = text === other;
  console.log(
    `${sets} sets of ${to.toLocaleString('en')} candles: the results are ${isSame ? '' : 'NOT '}the same`,
  );
  console.log(
    `one thread ${one.toFixed(1)} s, two ${two.toFixed(1)} s: ${(one / two).toFixed(2)} times (bound ${LEAST_TIMES})`,
  );
  return isSame && one / two >= LEAST_TIMES ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
