/** `npm run faults:leases -- [--from 1] [--count 1000]`: seeded races for a symbol; exits 1 at the first that has not one winner. */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { LeaseRaces } from './lease-races';

const EVERY = 100;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string', default: '1' }, count: { type: 'string', default: '1000' } },
  });
  const from = Number(values.from);
  const count = Number(values.count);
  const races = await LeaseRaces.start();
  const wins = { bot: 0, front: 0 };
  let contenders = 0;
  try {
    for (let seed = from; seed < from + count; seed += 1) {
      const report = await races.race(seed);
      wins[report.winner] += 1;
      contenders += report.contenders;
      const done = seed - from + 1;
      if (done % EVERY === 0 || done === count)
        console.log(
          `${done} races, ${contenders} contenders: one winner each; ${wins.bot} by bots, ${wins.front} by keys of the front`,
        );
    }
  } finally {
    await races.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
