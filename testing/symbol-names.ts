/** Names for a system of many symbols: those that the paper exchange has rules for, the recorded one first. */
import { ExchangeInfoRow, futuresInstrument } from '@elvis/simulation';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectRoot } from '../tools/rehearse/private-stack';

const ROWS = ['apps', 'paper-exchange', 'exchange-info', 'futures-others.json.gz'];

/** BTCUSDT, which is recorded, and as many without a recording as make up the count. */
export function symbolNames(count: number): readonly string[] {
  const text = gunzipSync(readFileSync(join(projectRoot(), ...ROWS))).toString();
  const { symbols } = JSON.parse(text) as { readonly symbols: readonly ExchangeInfoRow[] };
  const names = symbols
    .filter(({ symbol, quoteAsset }) => quoteAsset === 'USDT' && !/^(BTC|ETH)USDT/.test(symbol))
    .filter((row) => isCountable(row))
    .map(({ symbol }) => symbol);
  if (names.length < count - 1)
    throw new Error(`The paper exchange has rules for ${names.length + 1} symbols`);
  return ['BTCUSDT', ...names.slice(0, count - 1)];
}

function isCountable(row: ExchangeInfoRow): boolean {
  try {
    return futuresInstrument(row).symbol === row.symbol;
  } catch {
    return false;
  }
}
