/** Opens a recording for a backtest: its order book to trade on, and the minutes that its trades make. */
import { Played, RecordedGiven, minutesOf, neededBefore, recordedMarket } from '@elvis/backtest';
import {
  DataSet,
  SHIPPED_RECORDINGS,
  dataSet,
  exchangeRow,
  isRecording,
  readCapture,
  recordingFile,
  sha256,
} from '@elvis/research';
import { futuresInstrument, readRecording } from '@elvis/simulation';
import { Strategy } from '@elvis/strategy';
import { MINUTE_MS } from '@elvis/trading';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BacktestWords, RecordedWords } from './words';

const NANOSECONDS_A_MS = 1_000_000;

export interface RecordedData {
  readonly data: DataSet;
  readonly given: RecordedGiven;
}

/** @throws RangeError where the name stands for no recording of futures, or it is shorter than two minutes */
export function openRecorded(
  { name: wanted, rounds, delay }: RecordedWords,
  strategy: Strategy,
  { params, seed }: BacktestWords,
  root: string,
): RecordedData {
  const isShipped = (SHIPPED_RECORDINGS as readonly string[]).includes(wanted);
  const path = isShipped ? recordingFile(wanted, root) : wanted;
  if (!isRecording(path))
    throw new RangeError(
      `No recording is called ${wanted}, and there is no such file. There are: ${SHIPPED_RECORDINGS.join(', ')}, a capture FILE.gz`,
    );
  const name = basename(wanted);
  const lines = readCapture(path);
  const market = recordedMarket(lines);
  if (market.market !== 'futures')
    throw new RangeError(`${name} is of spot; the order book of a recording is traded on futures alone`);
  const row = exchangeRow(market.symbol, root);
  const recording = readRecording(market, lines, futuresInstrument(row));
  const minutes = Math.floor((recording.durationMs * rounds) / MINUTE_MS);
  if (minutes < 2) throw new RangeError(`${name} has ${minutes} whole minutes; two are needed at least`);
  // The minute after its first line: a candle must be whole.
  const beganMs = Number(lines[0]!.slice(0, lines[0]!.indexOf(' '))) / NANOSECONDS_A_MS;
  const startMs = Math.ceil(beganMs / MINUTE_MS) * MINUTE_MS;
  const played: Played = { recording, row, startMs, minutes };
  const bot = { symbol: market.symbol, interval: '1m' } as const;
  const before = Math.ceil(neededBefore(strategy.prepare(bot, params), MINUTE_MS)) + 1;
  const columns = minutesOf(played, before, seed);
  const data = { ...dataSet(name, 'recorded', columns, 'futures'), fromMs: startMs };
  return { data, given: { ...played, name, hash: sha256(readFileSync(path)), delay } };
}
