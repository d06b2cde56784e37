/**
 * `npm run bench:history`: pages, counts, stats and exports over ten million trades, and the ingest of a filled
 * stream. Words: `--trades N`, `--events N` (0 leaves the ingest out), `--export N`.
 */
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
    },
  });
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`load average at the start: ${load.join(' ')}`);
  if (Number(values.events) > 0) await benchIngest(Number(values.events));
  await benchReading(Number(values.trades), Number(values.export));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
