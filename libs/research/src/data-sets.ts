/** Finds the candles that a name stands for: a shipped day or recording, or generated ones. */
import {
  CandleColumns,
  DataFacts,
  generateCandles,
  lengthOf,
  readDay,
  recordedCandles,
  recordedMarket,
  toColumns,
} from '@elvis/backtest';
import { intervalMs } from '@elvis/strategy';
import { Market } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SHIPPED_RECORDINGS, readCapture, recordingFile } from './capture-file';

export interface DataSet {
  readonly columns: CandleColumns;
  readonly facts: DataFacts;
  readonly market: Market;
  /** Candles before only warm indicators up; UTC milliseconds. */
  readonly fromMs?: number;
}

const DAY_2022_12_13_MS = 1_670_889_600_000;
const NEW_YEAR_2026_MS = 1_767_225_600_000;
const MINUTES_A_DAY = 1_440;
const GENERATED_DAYS = 90;
const GENERATED_SYMBOL = 'BTCUSDT';

const SHIPPED: Readonly<Record<string, { readonly symbol: string; readonly market: Market }>> = {
  'btcbusd-spot-2022-12-13': { symbol: 'BTCBUSD', market: 'spot' },
  'adausdt-futures-2022-12-13': { symbol: 'ADAUSDT', market: 'futures' },
};

const GENERATED = /^generated(?::(\d{1,4})(?::(\d{1,9}))?)?$/;

/** What is found by its name alone. */
export const DATA_NAMES = [
  ...Object.keys(SHIPPED),
  ...SHIPPED_RECORDINGS,
  'generated',
  'generated:DAYS:SEED',
] as const;

/** How many days a name lets be generated; undefined for one of recorded candles. */
export function generatedDays(name: string): number | undefined {
  const match = GENERATED.exec(name);
  return match === null ? undefined : Number(match[1] ?? GENERATED_DAYS);
}

/** Whose candles a name stands for; undefined where it stands for nothing here. */
export function symbolOfData(name: string): string | undefined {
  if ((SHIPPED_RECORDINGS as readonly string[]).includes(name)) return name.split('_')[1]?.toUpperCase();
  return SHIPPED[name]?.symbol ?? (generatedDays(name) === undefined ? undefined : GENERATED_SYMBOL);
}

/** Undefined for a name that stands for nothing here. @throws RangeError no day is to be generated */
export function knownData(name: string, root: string): DataSet | undefined {
  const shipped = SHIPPED[name];
  if (shipped !== undefined) {
    const file = join(root, 'data', 'bars', `${name}.csv.gz`);
    const candles = readDay(gunzipSync(readFileSync(file)).toString('utf8'), DAY_2022_12_13_MS);
    return dataSet(name, 'recorded', toColumns(shipped.symbol, '1m', candles), shipped.market);
  }
  if ((SHIPPED_RECORDINGS as readonly string[]).includes(name))
    return captureData(name, recordingFile(name, root));
  const days = generatedDays(name);
  return days === undefined ? undefined : generated(days, Number(GENERATED.exec(name)?.[2] ?? 1));
}

function generated(days: number, seed: number): DataSet {
  if (days < 1) throw new RangeError('At least one day is generated');
  const count = days * MINUTES_A_DAY;
  const columns = generateCandles({
    symbol: GENERATED_SYMBOL,
    interval: '1m',
    firstOpenMs: NEW_YEAR_2026_MS,
    count,
    seed,
  });
  return dataSet(`generated:${days}:${seed}`, 'generated', columns, 'futures');
}

/** The whole minutes of a capture. @throws RangeError it has none */
export function captureData(name: string, path: string): DataSet {
  const lines = readCapture(path);
  try {
    const { symbol, market } = recordedMarket(lines);
    return dataSet(name, 'recorded', toColumns(symbol, '1m', recordedCandles(lines)), market);
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${name} has no candles: ${error.message}`);
    throw error;
  }
}

/** Candles with what they are known by: their hash. */
export function dataSet(
  name: string,
  origin: DataFacts['origin'],
  columns: CandleColumns,
  market: Market,
): DataSet {
  const hash = createHash('sha256').update(`${columns.symbol} ${columns.interval} ${columns.firstOpenMs}`);
  for (const column of [columns.open, columns.high, columns.low, columns.close, columns.volume])
    hash.update(Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  const candles = lengthOf(columns);
  const { symbol, interval, firstOpenMs: fromMs } = columns;
  const toMs = fromMs + candles * intervalMs(interval);
  const facts = { name, hash: hash.digest('hex'), origin, symbol, interval, fromMs, toMs, candles };
  return { columns, facts, market };
}
