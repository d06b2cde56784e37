/** A capture as its lines: those that are shipped with the paper exchange, and what `npm run capture` wrote. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExchangeInfoRow } from '@elvis/simulation';
import { gunzipSync } from 'node:zlib';

const FOLDER = join('apps', 'paper-exchange', 'recordings');
export const SHIPPED_RECORDINGS = [
  'usdm_btcusdt_20240808',
  'usdm_ethusdt_20240808',
  'spot_btcusdt_20240808',
] as const;

/** The path of a shipped recording by its name. */
export const recordingFile = (name: string, root: string): string => join(root, FOLDER, `${name}.gz`);

export const isRecording = (path: string): boolean => path.endsWith('.gz') && existsSync(path);

export function readCapture(path: string): readonly string[] {
  const bytes = readFileSync(path);
  return gunzipSync(bytes)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
}

/** A futures symbol as the exchange describes it: the rows that the paper exchange is shipped with. @throws RangeError for one it has none of */
export function exchangeRow(symbol: string, root: string): ExchangeInfoRow {
  const folder = join(root, 'apps', 'paper-exchange', 'exchange-info');
  for (const file of ['futures.json', 'futures-others.json.gz']) {
    const bytes = readFileSync(join(folder, file));
    const told = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as
      ExchangeInfoRow[] | { symbols: ExchangeInfoRow[] };
    const row = (Array.isArray(told) ? told : told.symbols).find((each) => each.symbol === symbol);
    if (row) return row;
  }
  throw new RangeError(`${symbol} is not among the futures that the paper exchange knows`);
}
