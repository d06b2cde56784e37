/** `node dist/test/machines/many-orders.js [--runs 100000] [--from 1]`: the pure order machine, run after run, in simulated time. */
import { parseArgs } from 'node:util';
import { runOrder } from './order-in-time';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, from: { type: 'string', default: '1' } },
});
const first = Number(values.from);
const runs = Number(values.runs);
const ways = new Map<string, number>();
let dirty = 0;
const startedAt = performance.now();
for (let seed = first; seed < first + runs; seed += 1) {
  const run = runOrder(seed);
  for (const way of run.ways) ways.set(way, (ways.get(way) ?? 0) + 1);
  if (run.problems.length === 0) continue;
  dirty += 1;
  if (dirty <= 20) console.log(`seed ${seed}: ${run.problems.join('; ')}`);
}
console.log(
  `${runs} runs in ${Math.round((performance.now() - startedAt) / 1_000)} s, ${dirty} with a wrong end`,
);
for (const [way, count] of [...ways].sort(([, left], [, right]) => right - left))
  console.log(`  ${way}: ${count}`);
process.exitCode = dirty === 0 ? 0 : 1;
