/**
 * `node dist/test/faults/try-seeds.js [--family plain|kinds|amendments|parts|bots|binance-front] [--from 1] [--count 1000] [--log FILE]`:
 * seeded fault runs on one long-lived stage. `plain` knows limit and market orders of futures, `kinds` every kind there is,
 * `amendments` changes partly filled orders to every size around what is filled of them, `parts` kills each service of a
 * whole system between any two writes of an order, `bots` kills, freezes and cuts off every part between the writes of a bot,
 * `binance-front` leaves clients of three characters without the outcome of an order that they sent through the front.
 * Seeds that stand in the log as clean are skipped, so that a thousand can be done in several sittings.
 */
import 'reflect-metadata';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FrontCourse } from './binance-front/run-binance-front';
import { recordProof } from '../../tools/operator/record-proof';
import { BotSystem } from './bots/bot-system';
import { runBotsSeed } from './bots/run-bots';
import { runAmendmentsSeed } from './amendments/run-amendments';
import { KINDS_STAGE, runKindsSeed } from './kinds/run-kinds';
import { PartsSystem } from './parts/parts-system';
import { runPartsSeed } from './parts/run-parts';
import { Rig } from './rig';
import { RunReport, runSeed } from './run';
import { StageOptions } from './stage';

/** What stands over many runs. */
interface Course {
  run(seed: number): Promise<RunReport>;
  logs(): string;
  close(): Promise<void>;
}

interface Family {
  readonly open: (replicas: number) => Promise<Course>;
  readonly log: string;
}

const onStage =
  (run: typeof runSeed, options: StageOptions = {}) =>
  async (replicas: number): Promise<Course> => {
    const rig = new Rig();
    await rig.open({ replicas, ...options });
    return {
      run: (seed) => run(rig, seed),
      logs: () => rig.stage.logs(),
      close: () => rig.close(),
    };
  };

async function onSystem(): Promise<Course> {
  const system = await PartsSystem.start();
  return {
    run: (seed) => runPartsSeed(system, seed),
    logs: () => system.logs(),
    close: () => system.close(),
  };
}

async function onBots(): Promise<Course> {
  const system = await BotSystem.start();
  return {
    run: (seed) => runBotsSeed(system, seed),
    logs: () => `${system.parts.logs()}\n--- the bot\n${system.trail}`,
    close: () => system.close(),
  };
}

/** Each with its own list of faults, so that a seed always means the same. */
const FAMILIES: Readonly<Record<string, Family>> = {
  plain: { open: onStage(runSeed), log: 'faults.log' },
  kinds: { open: onStage(runKindsSeed, KINDS_STAGE), log: 'faults-kinds.log' },
  amendments: { open: onStage(runAmendmentsSeed), log: 'faults-amendments.log' },
  parts: { open: onSystem, log: 'faults-parts.log' },
  bots: { open: onBots, log: 'faults-bots.log' },
  'binance-front': { open: () => FrontCourse.start(), log: 'faults-binance-front.log' },
};

async function main(): Promise<void> {
  const startedAtMs = Date.now();
  const { values } = parseArgs({
    options: {
      family: { type: 'string', default: 'plain' },
      from: { type: 'string', default: '1' },
      count: { type: 'string', default: '1000' },
      seeds: { type: 'string' },
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
  const course = await family.open(Number(values.replicas));
  const faults: string[] = [];
  const broken: string[] = [];
  let dirty = 0;
  try {
    for (let seed = first; seed < first + Number(values.seeds ?? values.count); seed += 1) {
      if (done.has(seed)) continue;
      const { fault, tookMs, unresolved, problems, outcomes } = await course.run(seed);
      const isClean = unresolved.length === 0 && problems.length === 0;
      const line = `${seed} ${isClean ? 'clean' : 'DIRTY'} ${tookMs} ms, ${fault}: ${outcomes.join(' ')}`;
      console.log([line, ...unresolved, ...problems].join('\n    '));
      appendFileSync(log, `${line}\n`);
      faults.push(fault);
      if (isClean) continue;
      dirty += 1;
      broken.push(line);
      if (process.env.ELVIS_FAULT_LOGS) console.log(course.logs());
    }
  } finally {
    await course.close();
  }
  console.log(dirty === 0 ? 'All clean.' : `${dirty} runs with differences.`);
  const having = (words: RegExp): number => faults.filter((fault) => words.test(fault)).length;
  await recordProof(process.cwd(), {
    kind: 'rehearsal',
    startedAtMs,
    counts: {
      seeds: faults.length,
      restarts: having(/killed/),
      feedLosses: having(/market-data|silence/),
      lost: dirty,
    },
    broken,
  });
  process.exitCode = dirty === 0 ? 0 : 1;
}

void main();
