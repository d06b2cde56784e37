/**
 * `npm run faults:front [-- --seed 1 --minutes 10 --pace 50]`: hostile traffic against one gateway and the account of
 * what it left behind. Ends with 1 if a good client was turned away, a count is not where it began or memory grew.
 */
import { parseArgs } from 'node:util';
import { line, runFront } from './run-front';
import { complaints } from './verdict';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '10' },
      pace: { type: 'string', default: '50' },
    },
  });
  const run = await runFront({
    seed: Number(values.seed),
    seconds: Number(values.minutes) * 60,
    pace: Number(values.pace),
    say: console.log,
  });
  console.log(
    `${run.attacks} attacks; ${run.orders} orders, the slowest ${run.slowestOrderMs.toFixed(0)} ms; ` +
      `${run.stops} stops, the slowest ${run.slowestStopMs.toFixed(0)} ms`,
  );
  const wrong = complaints(run);
  for (const complaint of wrong) console.log('WRONG', complaint);
  console.log(wrong.length === 0 ? 'Everything is where it began' : `began with ${line(run.before)}`);
  return wrong.length === 0 ? 0 : 1;
}

void main().then((code) => process.exit(code));
