/**
 * `npm run calibrate [-- FILE ...]`: measures half the spread and the slippage by size on recorded order books, those that
 * are shipped or the captures named, and writes `data/slippage.json`, by which backtests of these symbols fill. Exits 0 when
 * it is written, 64 for files that are none.
 */
import { MeasuredSlippage, measureSlippage, recordedMarket, recordedOrderBooks } from '@elvis/backtest';
import {
  SHIPPED_RECORDINGS,
  SlippageFile,
  isRecording,
  readCapture,
  recordingFile,
  sha256,
  slippageFile,
} from '@elvis/research';
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Verb } from '../operator/running-system';

const NANOSECONDS_A_MS = 1_000_000;

export async function operate({ args, root }: Verb): Promise<number> {
  const files = args.length > 0 ? args : SHIPPED_RECORDINGS.map((name) => recordingFile(name, root));
  const unknown = files.filter((file) => !isRecording(file));
  if (unknown.length > 0) {
    console.error(`These are no captures (FILE.gz): ${unknown.join(', ')}. Nothing was measured`);
    return 64;
  }
  await Promise.resolve();
  const table = measured(files);
  writeFileSync(slippageFile(root), `${JSON.stringify(table, null, 2)}\n`);
  for (const { market, symbol, orderBooks, halfSpread, bySize } of table.measured)
    console.log(
      `${market} ${symbol}, ${orderBooks} order books: half the spread ${points(halfSpread)}, then ${bySize
        .map(({ notional, slippage }) => `${points(slippage)} up to ${notional}`)
        .join(', ')}`,
    );
  console.log(`\nWritten to ${slippageFile(root)}. Next: npm run backtest -- ema-crossover --data FILE`);
  return 0;
}

/** @throws RangeError naming a file that is no capture of a market */
function measured(files: readonly string[]): SlippageFile {
  const captures = files.map((file) => ({ file, lines: readCapture(file) }));
  const newestMs = Math.max(
    ...captures.map(({ lines }) => Number(lines.at(-1)?.split(' ', 1)[0]) / NANOSECONDS_A_MS),
  );
  return {
    date: new Date(newestMs).toISOString().slice(0, 10),
    hash: sha256(captures.map(({ lines }) => sha256(lines.join('\n'))).join('\n')),
    measured: captures.map(({ file, lines }): MeasuredSlippage => {
      try {
        return { ...recordedMarket(lines), ...measureSlippage(recordedOrderBooks(lines)) };
      } catch (error) {
        if (error instanceof RangeError) throw new RangeError(`${basename(file)}: ${error.message}`);
        throw error;
      }
    }),
  };
}

/** In basis points. */
const points = (fraction: number): string => `${(fraction * 10_000).toFixed(3)} bp`;
