/**
 * `npm run bench:history`: pages, counts, stats and exports over ten million trades, and the ingest of a filled
 * stream. Words: `--trades N`, `--events N` (0 leaves the ingest out), `--export N`.
 *
 * Each part in a process of its own: the hundreds of thousands of events that the ingest makes leave the engine
 * collecting garbage for up to 13 ms at a time, which whoever measures afterwards would take for the database's time.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchIngest } from './ingest';
import { benchReading } from './reading';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      trades: { type: 'string', default: '10000000' },
      events: { type: 'string', default: '200000' },
      export: { type: 'string', default: '1000000' },
      part: { type: 'string' },
    },
  });
  const { trades, events, part } = values;
  if (part === 'ingest') return benchIngest(Number(events));
  if (part === 'reading') return benchReading(Number(trades), Number(values.export));
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`load average at the start: ${load.join(' ')}`);
  if (Number(events) > 0) await alone('ingest');
  await alone('reading');
}

async function alone(part: 'ingest' | 'reading'): Promise<void> {
  const child = fork(__filename, [...process.argv.slice(2), '--part', part], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The ${part} failed`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
