/** Finds the candles that a name stands for: a shipped day or recording, generated ones, a file, or the store. */
import {
  CandleColumns,
  DataFacts,
  generateCandles,
  lengthOf,
  readDay,
  readKlines,
  recordedCandles,
  recordedMarket,
  toColumns,
} from '@elvis/backtest';
import { onlyFileOf } from '@elvis/platform';
import { Candle, intervalMs } from '@elvis/strategy';
import { Market } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findRunningSystem } from '../operator/running-system';
import { SHIPPED_RECORDINGS, isRecording, readCapture, recordingFile } from './capture-file';
import { DataUnavailable } from './data-unavailable';
import { storedCandles } from './stored-candles';
import { WantedCandles } from './words';

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

const DATA_NAMES = [
  ...Object.keys(SHIPPED),
  ...SHIPPED_RECORDINGS,
  ...['generated', 'generated:DAYS:SEED', 'store', 'FILE.csv', 'FILE.zip', 'a capture FILE.gz'],
];

/**
 * @throws RangeError where the name stands for nothing, or for what is not candles
 * @throws DataUnavailable where they cannot be had now
 */
export async function findData(name: string, wanted: WantedCandles, root: string): Promise<DataSet> {
  if (name !== 'store') return foundData(name, wanted, root);
  const { stack } = findRunningSystem(root);
  if (!stack)
    throw new DataUnavailable(
      'The candle store is that of the running system, and none runs here: npm start',
    );
  const columns = toColumns(wanted.symbol, '1m', await storedCandles(wanted, stack));
  return named(`store ${wanted.market} ${wanted.symbol}`, 'recorded', columns, wanted.market);
}

function foundData(name: string, { market }: WantedCandles, root: string): DataSet {
  if ((SHIPPED_RECORDINGS as readonly string[]).includes(name))
    return fromCapture(name, recordingFile(name, root));
  const shipped = SHIPPED[name];
  if (shipped !== undefined) {
    const file = join(root, 'data', 'bars', `${name}.csv.gz`);
    const candles = readDay(gunzipSync(readFileSync(file)).toString('utf8'), DAY_2022_12_13_MS);
    return named(name, 'recorded', toColumns(shipped.symbol, '1m', candles), shipped.market);
  }
  const [, days, seed] = /^generated(?::(\d{1,4})(?::(\d{1,9}))?)?$/.exec(name) ?? [];
  if (name.startsWith('generated') && (days !== undefined || name === 'generated'))
    return generated(Number(days ?? GENERATED_DAYS), Number(seed ?? 1));
  if (isRecording(name)) return fromCapture(basename(name), name);
  if (existsSync(name)) return fromFile(name, market);
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

function fromCapture(name: string, path: string): DataSet {
  const lines = readCapture(path);
  try {
    const { symbol, market } = recordedMarket(lines);
    return named(name, 'recorded', toColumns(symbol, '1m', recordedCandles(lines)), market);
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${name} has no candles: ${error.message}`);
    throw error;
  }
}

/** A file of the exchange's, packed or not; its name begins with the symbol, as the exchange names them: `BTCUSDT-1m-2026-01.zip`. */
function fromFile(path: string, market: Market): DataSet {
  const name = basename(path);
  const [, symbol, interval] = /^([A-Z0-9]{3,40})-(\d{1,2}[mhd])-/.exec(name) ?? [];
  if (symbol === undefined || interval !== '1m')
    throw new RangeError(
      `The name of ${name} does not begin as the exchange's do with 1m candles: BTCUSDT-1m-2026-01.csv`,
    );
  const bytes = readFileSync(path);
  const candles: Candle[] = readKlines(
    (name.endsWith('.zip') ? unpacked(name, bytes) : bytes).toString('utf8'),
  );
  return named(name, 'imported', toColumns(symbol, '1m', candles), market);
}

function unpacked(name: string, archive: Buffer): Buffer {
  try {
    return onlyFileOf(archive);
  } catch (error) {
    throw new RangeError(`${name} could not be unpacked: ${(error as Error).message}`);
  }
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
