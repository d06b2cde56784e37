/**
 * `npm run bench:history`: pages, counts, stats and exports over ten million trades, and the ingest of a filled
 * stream. Words: `--trades N`, `--events N`, `--export N`.
 */
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
  await benchIngest(Number(values.events));
  await benchReading(Number(values.trades), Number(values.export));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
