/** Finds the candles that a name stands for: a shipped day, generated ones, or a file. */
import {
  CandleColumns,
  DataFacts,
  generateCandles,
  lengthOf,
  readDay,
  readKlines,
  toColumns,
} from '@elvis/backtest';
import { Candle, intervalMs } from '@elvis/strategy';
import { Market } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface DataSet {
  readonly columns: CandleColumns;
  readonly facts: DataFacts;
  readonly market: Market;
}

const DAY_2022_12_13_MS = 1_670_889_600_000;
const NEW_YEAR_2026_MS = 1_767_225_600_000;
const MINUTES_A_DAY = 1_440;
const GENERATED_DAYS = 90;

const SHIPPED: Readonly<Record<string, { readonly symbol: string; readonly market: Market }>> = {
  'btcbusd-spot-2022-12-13': { symbol: 'BTCBUSD', market: 'spot' },
  'adausdt-futures-2022-12-13': { symbol: 'ADAUSDT', market: 'futures' },
};

const DATA_NAMES = [...Object.keys(SHIPPED), 'generated', 'generated:DAYS:SEED', 'FILE.csv'];

/** @throws RangeError where the name stands for nothing, or for what is not candles */
export function findData(name: string, root: string): DataSet {
  const shipped = SHIPPED[name];
  if (shipped !== undefined) {
    const file = join(root, 'data', 'bars', `${name}.csv.gz`);
    const candles = readDay(gunzipSync(readFileSync(file)).toString('utf8'), DAY_2022_12_13_MS);
    return named(name, 'recorded', toColumns(shipped.symbol, '1m', candles), shipped.market);
  }
  const [, days, seed] = /^generated(?::(\d{1,4})(?::(\d{1,9}))?)?$/.exec(name) ?? [];
  if (name.startsWith('generated') && (days !== undefined || name === 'generated'))
    return generated(Number(days ?? GENERATED_DAYS), Number(seed ?? 1));
  if (existsSync(name)) return fromFile(name);
  throw new RangeError(
    `No data are called ${name}, and there is no such file. There are: ${DATA_NAMES.join(', ')}`,
  );
}

function generated(days: number, seed: number): DataSet {
  if (days < 1) throw new RangeError('At least one day is generated');
  const count = days * MINUTES_A_DAY;
  const columns = generateCandles({
    symbol: 'BTCUSDT',
    interval: '1m',
    firstOpenMs: NEW_YEAR_2026_MS,
    count,
    seed,
  });
  return named(`generated:${days}:${seed}`, 'generated', columns, 'futures');
}

/** A CSV of the exchange's, unpacked; its name begins with the symbol, as the exchange names them: `BTCUSDT-1m-2026-01.csv`. */
function fromFile(path: string): DataSet {
  const name = basename(path);
  const [, symbol, interval] = /^([A-Z0-9]{3,40})-(\d{1,2}[mhd])-/.exec(name) ?? [];
  if (symbol === undefined || interval !== '1m')
    throw new RangeError(
      `The name of ${name} does not begin as the exchange's do with 1m candles: BTCUSDT-1m-2026-01.csv`,
    );
  const candles: Candle[] = readKlines(readFileSync(path, 'utf8'));
  return named(name, 'imported', toColumns(symbol, '1m', candles), 'futures');
}

function named(name: string, origin: DataFacts['origin'], columns: CandleColumns, market: Market): DataSet {
  const hash = createHash('sha256').update(`${columns.symbol} ${columns.interval} ${columns.firstOpenMs}`);
  for (const column of [columns.open, columns.high, columns.low, columns.close, columns.volume])
    hash.update(Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  const candles = lengthOf(columns);
  const { symbol, interval, firstOpenMs: fromMs } = columns;
  const toMs = fromMs + candles * intervalMs(interval);
  const facts = { name, hash: hash.digest('hex'), origin, symbol, interval, fromMs, toMs, candles };
  return { columns, facts, market };
}
