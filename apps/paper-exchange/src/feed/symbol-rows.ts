/** The symbols' rules: Binance's own exchangeInfo rows that ship with the exchange, and where its recordings lie. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ExchangeInfoRow } from '@elvis/simulation';

/** The application's folder in the repository, also from the build beside it. */
const HOME = [
  join(__dirname, '..', '..'),
  join(__dirname, '..', '..', '..', '..', '..', 'apps', 'paper-exchange'),
].find((folder) => existsSync(join(folder, 'exchange-info')))!;

export const SHIPPED_RECORDINGS = {
  futures: { BTCUSDT: 'usdm_btcusdt_20240808.gz', ETHUSDT: 'usdm_ethusdt_20240808.gz' },
  spot: { BTCUSDT: 'spot_btcusdt_20240808.gz' },
} as const;

export const shippedRecording = (file: string): string => join(HOME, 'recordings', file);

/** The row of a symbol: the present one where we have it, else one of an older complete answer. */
export function symbolRow(market: 'futures' | 'spot', symbol: string): ExchangeInfoRow {
  const row =
    rowsIn(`${market}.json`).find((candidate) => candidate.symbol === symbol) ??
    rowsIn(`${market}-others.json.gz`).find((candidate) => candidate.symbol === symbol);
  if (!row)
    throw new Error(
      `Unknown symbol ${symbol} on ${market}: exchange-info/ has no row for it; use another symbol`,
    );
  return row;
}

const read = new Map<string, readonly ExchangeInfoRow[]>();

function rowsIn(file: string): readonly ExchangeInfoRow[] {
  const known = read.get(file);
  if (known) return known;
  const bytes = readFileSync(join(HOME, 'exchange-info', file));
  const parsed = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as
    ExchangeInfoRow[] | { symbols: ExchangeInfoRow[] };
  const rows = Array.isArray(parsed) ? parsed : parsed.symbols;
  read.set(file, rows);
  return rows;
}
