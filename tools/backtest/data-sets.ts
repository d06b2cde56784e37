/** Finds the candles that a name stands for: those known by their name, a file, or the store of the running system. */
import { readKlines, toColumns } from '@elvis/backtest';
import { onlyFileOf } from '@elvis/platform';
import { DATA_NAMES, DataSet, captureData, dataSet, isRecording, knownData } from '@elvis/research';
import { Candle } from '@elvis/strategy';
import { Market } from '@elvis/trading';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findRunningSystem } from '../operator/running-system';
import { DataUnavailable } from './data-unavailable';
import { storedCandles } from './stored-candles';
import { WantedCandles } from './words';

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
  return dataSet(`store ${wanted.market} ${wanted.symbol}`, 'recorded', columns, wanted.market);
}

function foundData(name: string, { market }: WantedCandles, root: string): DataSet {
  const known = knownData(name, root);
  if (known !== undefined) return known;
  if (isRecording(name)) return captureData(basename(name), name);
  if (existsSync(name)) return fromFile(name, market);
  const names = [...DATA_NAMES, 'store', 'FILE.csv', 'FILE.zip', 'a capture FILE.gz'];
  throw new RangeError(
    `No data are called ${name}, and there is no such file. There are: ${names.join(', ')}`,
  );
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
  return dataSet(name, 'imported', toColumns(symbol, '1m', candles), market);
}

function unpacked(name: string, archive: Buffer): Buffer {
  try {
    return onlyFileOf(archive);
  } catch (error) {
    throw new RangeError(`${name} could not be unpacked: ${(error as Error).message}`);
  }
}
