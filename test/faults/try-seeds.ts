/**
 * `node dist/test/faults/try-seeds.js [--family plain|kinds|amendments] [--from 1] [--count 1000] [--log FILE]`: seeded fault runs
 * on one long-lived stage. `plain` knows limit and market orders of futures, `kinds` every kind there is, `amendments`
 * changes partly filled orders to every size around what is filled of them.
 * Seeds that stand in the log as clean are skipped, so that a thousand can be done in several sittings.
 */
import 'reflect-metadata';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runAmendmentsSeed } from './amendments/run-amendments';
import { KINDS_STAGE, runKindsSeed } from './kinds/run-kinds';
import { Rig } from './rig';
import { runSeed } from './run';
import { StageOptions } from './stage';

interface Family {
  readonly run: typeof runSeed;
  readonly stage: StageOptions;
  readonly log: string;
}

/** Each with its own list of faults, so that a seed always means the same. */
const FAMILIES: Readonly<Record<string, Family>> = {
  plain: { run: runSeed, stage: {}, log: 'faults.log' },
  kinds: { run: runKindsSeed, stage: KINDS_STAGE, log: 'faults-kinds.log' },
  amendments: { run: runAmendmentsSeed, stage: {}, log: 'faults-amendments.log' },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      family: { type: 'string', default: 'plain' },
      from: { type: 'string', default: '1' },
      count: { type: 'string', default: '1000' },
      replicas: { type: 'string', default: '2' },
      log: { type: 'string' },
    },
  });
  const family = FAMILIES[values.family];
  if (!family) throw new Error(`--family must be one of ${Object.keys(FAMILIES).join(' ')}`);
  const log = values.log ?? family.log;
  const first = Number(values.from);
  const done = new Set(
    existsSync(log)
      ? [...readFileSync(log, 'utf8').matchAll(/^(\d+) clean/gm)].map(([, seed]) => Number(seed))
      : [],
  );
  const rig = new Rig();
  let dirty = 0;
  try {
    await rig.open({ replicas: Number(values.replicas), ...family.stage });
    for (let seed = first; seed < first + Number(values.count); seed += 1) {
      if (done.has(seed)) continue;
      const { fault, tookMs, unresolved, problems, outcomes } = await family.run(rig, seed);
      const isClean = unresolved.length === 0 && problems.length === 0;
      const line = `${seed} ${isClean ? 'clean' : 'DIRTY'} ${tookMs} ms, ${fault}: ${outcomes.join(' ')}`;
      console.log([line, ...unresolved, ...problems].join('\n    '));
      appendFileSync(log, `${line}\n`);
      if (isClean) continue;
      dirty += 1;
      if (process.env.ELVIS_FAULT_LOGS) console.log(rig.stage.logs());
    }
  } finally {
    await rig.close();
  }
  console.log(dirty === 0 ? 'All clean.' : `${dirty} runs with differences.`);
  process.exitCode = dirty === 0 ? 0 : 1;
}

void main();
