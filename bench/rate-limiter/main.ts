/**
 * `npm run bench:rate-limiter [-- <part> ...]`: Elvis' limiter against the strict paper exchange, and its peers in the
 * same run. Parts: `faults`, `load`, `orders`, `peers`; all of them without a word. Exits with 1 if a bound is missed.
 */
import {
  clockSteps,
  redisEmptied,
  redisStopped,
  replicaKilled,
  silenceAfter418,
  silenceAfter429,
  unitCost,
  wallClocks,
} from './fault-rows';
import { LoadRun, Row, runLoad } from './load-rows';

const FULL_WINDOWS = 2;
const PEERS = ['ccxt', 'bottleneck', 'rate-limiter-flexible', 'pause above 80 %'];

const load =
  (who: string, processes: number, workload: LoadRun['workload'], withOutsideClient = false) =>
  (): Promise<Row[]> =>
    runLoad({ who, processes, workload, withOutsideClient, fullWindows: FULL_WINDOWS });

/** Runs of one stage go side by side; a stage is small enough not to starve itself on two cores. */
const STAGES: Readonly<Record<string, readonly (() => Promise<Row | readonly Row[]>)[][]>> = {
  faults: [
    [unitCost],
    [clockSteps, wallClocks],
    [silenceAfter429, silenceAfter418],
    [redisStopped, redisEmptied],
    [replicaKilled],
  ],
  load: [
    [load('elvis', 1, 'saturation'), load('elvis', 3, 'saturation'), load('elvis', 8, 'saturation')],
    [load('elvis', 3, 'half'), load('elvis', 1, 'saturation', true), load('elvis', 3, 'saturation', true)],
  ],
  orders: [[load('elvis', 1, 'orders'), load('elvis', 3, 'orders'), load('elvis', 8, 'orders')]],
  peers: [PEERS.flatMap((peer) => [load(peer, 3, 'saturation'), load(peer, 3, 'saturation', true)])],
};

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const rows: Row[] = [];
  for (const [name, stages] of Object.entries(STAGES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const stage of stages) {
      const done = await Promise.allSettled(stage.map((run) => run()));
      for (const outcome of done) {
        if (outcome.status === 'fulfilled') rows.push(...[outcome.value].flat());
        else
          rows.push({
            what: `a run failed: ${String(outcome.reason)}`,
            who: '?',
            processes: 0,
            figures: {},
            passed: false,
          });
      }
      for (const row of rows.splice(0)) print(row);
    }
  }
  process.exit(missed === 0 ? 0 : 1);
}

let missed = 0;

function print({ what, who, processes, figures, passed }: Row): void {
  if (passed === false) missed += 1;
  const verdict = passed === undefined ? '' : passed ? 'held' : 'MISSED';
  const text = Object.entries(figures)
    .map(([name, figure]) => `${name} ${figure}`)
    .join(', ');
  console.log(`| ${what} | ${who} | ${processes} | ${text} | ${verdict} |`);
}

console.log('| what | who | processes | figures | bound |');
console.log('|---|---|---|---|---|');
void main();
