/**
 * `npm run faults:kill-switch [-- --from 1 --to 1000 --state FILE]`: the thousand fault runs, on long-lived systems of
 * one to five replicas of execution. Every result is a line of the state file; seeds that stand there are not run again.
 * A system that does not recover from a run is told, with its logs beside the state file, and replaced.
 */
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Outcome, runSeed } from './run-seed';
import { Stand } from './stand';

const SEEDS_PER_STACK = 50;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      to: { type: 'string', default: '1000' },
      state: { type: 'string', default: 'kill-switch-runs.jsonl' },
    },
  });
  const done = new Map(readState(values.state).map((outcome) => [outcome.seed, outcome]));
  const seeds = Array.from(
    { length: Number(values.to) - Number(values.from) + 1 },
    (_, place) => Number(values.from) + place,
  ).filter((seed) => !done.has(seed));
  const unsettled: string[] = [];
  while (seeds.length > 0) {
    const batch = seeds.splice(0, SEEDS_PER_STACK);
    const execution = 1 + (Math.floor((batch[0] as number) / SEEDS_PER_STACK) % 5);
    const stand = await Stand.start({ replicas: { execution, risk: 2 } });
    try {
      for (const [place, seed] of batch.entries()) {
        const startedAt = performance.now();
        const run = await runSeed(stand, seed).catch((error: Error) => error);
        if (run instanceof Error) {
          // A system that does not recover from the run before is a finding, and no ground for the seeds after it.
          console.log(`${seed} NOT RUN: ${run.message}`);
          cpSync(join(stand.home, 'logs'), `${values.state}.${seed}.logs`, { recursive: true });
          unsettled.push(`${seed}: ${run.message}`);
          seeds.unshift(...batch.slice(Math.max(1, place)));
          break;
        }
        const outcome = { ...run, execution };
        appendFileSync(values.state, `${JSON.stringify(outcome)}\n`);
        done.set(seed, outcome);
        const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
        console.log(
          `${seed} ${outcome.fault}+${outcome.second}+${clockOf(outcome)} ${outcome.way}: accepted ${outcome.accepted}, outdated ${outcome.outdated}, ` +
            `drained after ${outcome.drainedAfterMs ?? '-'} ms, ${outcome.phase} (${seconds} s, ${execution} replicas)`,
        );
      }
    } finally {
      await stand.stop();
    }
  }
  for (const line of unsettled) console.log('UNSETTLED before', line);
  return Math.max(summary([...done.values()]), Math.min(1, unsettled.length));
}

const clockOf = ({ clock, clockOffMs }: Outcome): string =>
  clock === 'none' ? 'clock right' : `clock ${clock} ${clockOffMs} ms`;

const readState = (file: string): Outcome[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Outcome)
    : [];

function summary(outcomes: readonly Outcome[]): number {
  const broken = outcomes.filter(({ accepted }) => accepted > 0);
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  console.log(
    `${outcomes.length} runs, ${outcomes.filter(({ isAcknowledged }) => isAcknowledged).length} acknowledged as drained; ` +
      `accepted after it: ${sum(({ accepted }) => accepted)}; refused as outdated: ${sum(({ outdated }) => outdated)}`,
  );
  for (const outcome of broken) console.log('BROKEN', outcome);
  return broken.length === 0 ? 0 : 1;
}

void main().then((code) => process.exit(code));
