/**
 * `node dist/test/faults/try-seeds.js [--from 1] [--count 1000] [--log FILE]`: seeded fault runs on one long-lived stage.
 * Seeds that stand in the log as clean are skipped, so that a thousand can be done in several sittings.
 */
import 'reflect-metadata';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runSeed } from './run';
import { Sender } from './sender';
import { Stage } from './stage';
import { Books } from './verdict';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      count: { type: 'string', default: '1000' },
      replicas: { type: 'string', default: '2' },
      log: { type: 'string', default: 'faults.log' },
    },
  });
  const first = Number(values.from);
  const done = new Set(
    existsSync(values.log)
      ? [...readFileSync(values.log, 'utf8').matchAll(/^(\d+) clean/gm)].map(([, seed]) => Number(seed))
      : [],
  );
  const stage = new Stage();
  const sender = new Sender(stage);
  const books = new Books(stage);
  let dirty = 0;
  try {
    await stage.open({ replicas: Number(values.replicas) });
    await Promise.all([sender.open(), books.open()]);
    for (let seed = first; seed < first + Number(values.count); seed += 1) {
      if (done.has(seed)) continue;
      const { fault, tookMs, unresolved, problems, outcomes } = await runSeed(stage, sender, books, seed);
      const isClean = unresolved.length === 0 && problems.length === 0;
      const line = `${seed} ${isClean ? 'clean' : 'DIRTY'} ${tookMs} ms, ${fault}: ${outcomes.join(' ')}`;
      console.log([line, ...unresolved, ...problems].join('\n    '));
      appendFileSync(values.log, `${line}\n`);
      if (isClean) continue;
      dirty += 1;
      if (process.env.ELVIS_FAULT_LOGS) console.log(stage.logs());
    }
  } finally {
    await Promise.allSettled([sender.close(), books.close()]);
    await stage.close();
  }
  console.log(dirty === 0 ? 'All clean.' : `${dirty} runs with differences.`);
  process.exitCode = dirty === 0 ? 0 : 1;
}

void main();
