/** Futures that the paper exchange lists and Elvis can count in whole steps. */
import { ExchangeInfoRow, futuresInstrument } from '@elvis/simulation';
import { projectRoot } from '@elvis/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Symbols = readonly string[];

const RECORDED: Symbols = ['BTCUSDT', 'ETHUSDT'];

/** The two that are recorded, then others in the exchange's own order. */
export const tradableSymbols = (count: number): Symbols => [...RECORDED, ...otherSymbols()].slice(0, count);

export function otherSymbols(): Symbols {
  const file = join(projectRoot(), 'apps/paper-exchange/exchange-info/futures-others.json.gz');
  const { symbols } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { symbols: ExchangeInfoRow[] };
  return symbols
    .filter(
      (row) =>
        row.status === 'TRADING' &&
        row.quoteAsset === 'USDT' &&
        !/^(BTC|ETH)USDT/.test(row.symbol) &&
        isCountable(row),
    )
    .map(({ symbol }) => symbol);
}

function isCountable(row: ExchangeInfoRow): boolean {
  try {
    return futuresInstrument(row).symbol === row.symbol;
  } catch {
    return false;
  }
}
