/**
 * `npm run candles -- import FILE... [--market spot]`: takes files of minutes that the exchange published, each with its
 * .CHECKSUM beside it. `npm run candles -- compare DAY`: compares a day of UTC with the exchange's own candles now. Exit
 * code 0 if all is equal, 1 if it could not be done, 2 if candles differ.
 */
import { CandleDayCompared, compareCandles } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { parseArgs } from 'node:util';
import { Verb, findRunningSystem, openNats } from '../../../../tools/operator/running-system';
import { importCandles } from '../candles/import-candles';
import { openAudit } from './audit-database';

const USAGE =
  'Use: npm run candles -- import FILE... [--market spot], or npm run candles -- compare 2026-01-31';
const SHOWN = 20;
const COMPARE_TIMEOUT_MS = 120_000;

export async function operate({ root, args }: Verb): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { market: { type: 'string', default: 'futures' } },
    allowPositionals: true,
  });
  const [verb, ...rest] = positionals;
  const { market } = values;
  const isMarket = market === 'futures' || market === 'spot';
  try {
    if (verb === 'import' && rest.length > 0 && isMarket) return await importAll(root, rest, market);
    const [day] = rest;
    if (verb === 'compare' && day !== undefined && rest.length === 1) return await compare(root, day);
  } catch (error) {
    console.error(`Nothing more was done: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  console.error(USAGE);
  return 1;
}

async function importAll(root: string, files: readonly string[], market: Market): Promise<number> {
  const { pool } = openAudit(root);
  let differing = 0;
  try {
    for (const file of files) {
      const imported = await importCandles(
        file,
        market,
        async (text, given) => (await pool.query(text, given as unknown[])).rows as never,
      ).catch((error: Error) => {
        throw new Error(`${file} was refused and nothing of it stored: ${error.message}`);
      });
      console.log(
        `${file}: ${imported.candles} candles of ${imported.symbol}; ${imported.added} added, ${imported.equal} were there and are equal, ${imported.differing.length} were there and differ`,
      );
      differing += imported.differing.length;
      for (const { openTimeMs, figures } of imported.differing.slice(0, SHOWN))
        console.log(
          `  ${new Date(openTimeMs).toISOString()} differs in ${figures.join(', ')}; it stays as it was sealed`,
        );
    }
  } finally {
    await pool.end();
  }
  return differing > 0 ? 2 : 0;
}

async function compare(root: string, day: string): Promise<number> {
  const { operatorNatsUrl } = findRunningSystem(root);
  if (!operatorNatsUrl)
    throw new Error('no system was found; run this where Elvis runs (.elvis/stack.json), or set NATS_URL');
  const connection = await openNats(operatorNatsUrl);
  try {
    const { days } = await new Bus(connection).request(
      compareCandles,
      { day },
      { timeoutMs: COMPARE_TIMEOUT_MS },
    );
    if (days.length === 0) console.log(`No candles of ${day} are stored, so none were compared`);
    days.forEach(show);
    return days.some(({ differing, missing, isChanged }) => differing + missing > 0 || isChanged) ? 2 : 0;
  } finally {
    await connection.close();
  }
}

function show(found: CandleDayCompared): void {
  const { market, symbol, day, candles, equal, parity, missing, differing, differences, hash } = found;
  console.log(
    `${market} ${symbol} ${day}: ${candles} candles, ${equal} equal (${parity}), ${differing} differ, ${missing} were missing and were fetched; hash ${hash}${found.isChanged ? ', CHANGED since it was first compared' : ''}`,
  );
  for (const { openTimeMs, kind, figures } of differences.slice(0, SHOWN))
    console.log(`  ${new Date(openTimeMs).toISOString()} ${kind} ${figures.join(', ')}`.trimEnd());
}
