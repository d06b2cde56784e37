/** What a report says of a recording: how the order book filled, beside what the rules for candles make of the same minutes. */
import { BacktestRun, BacktestSetup } from '../engine/backtest';
import { CandleColumns, slice } from '../data/candle-columns';
import { Delay, drawnArrivals } from './delay';
import { Played } from './recorded-minutes';
import { OrderReport } from './recorded-trader';
import { runOnRecording } from './recorded-run';

/** A run over the recorded minutes, by one way to fill. */
export interface RecordedSide {
  readonly endEquity: string;
  readonly netReturn: number;
  readonly fees: string;
  /** Positions that were closed. */
  readonly trades: number;
}

export interface RecordedOutcome {
  readonly name: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  /** UTC milliseconds at which it is played: the next whole minute after it was recorded. */
  readonly startMs: number;
  readonly minutes: number;
  /** How often it went round; above 1 the same market was met again. */
  readonly rounds: number;
  /** Minutes before it that were made up, to warm indicators up. */
  readonly generatedMinutes: number;
  readonly delay: Delay;
  /** By the matching of the paper exchange, with the queue that stood there and the delay. */
  readonly byOrderBook: RecordedSide;
  /** By the rules for candles, as everything else in the report. */
  readonly byCandles: RecordedSide;
  /** The order book's less the candles': what filling by candles hides. */
  readonly difference: { readonly netReturn: number; readonly fees: string; readonly trades: number };
  /** Of the order book, in the order in which they were sent. */
  readonly orders: readonly OrderReport[];
  readonly denials: Readonly<Record<string, number>>;
}

export interface RecordedGiven extends Played {
  readonly name: string;
  readonly hash: string;
  readonly delay: Delay;
}

/** @param data the made-up minutes and the recorded ones, on which the run by candles was made */
export function recordedOutcome(
  given: RecordedGiven,
  setup: BacktestSetup,
  data: CandleColumns,
  byCandles: BacktestRun,
): RecordedOutcome {
  const { name, hash, startMs, minutes, delay, recording } = given;
  const generatedMinutes = Math.round((startMs - data.firstOpenMs) / 60_000);
  const run = runOnRecording({
    ...setup,
    recording,
    row: given.row,
    startMs,
    speed: 1,
    history: slice(data, 0, generatedMinutes).columns,
    toMs: startMs + minutes * 60_000,
    arrivalMs: drawnArrivals(delay, setup.seed),
  });
  const side = (
    of: Pick<BacktestRun, 'endEquity' | 'trades'> & { paid: { fees: string } },
  ): RecordedSide => ({
    endEquity: of.endEquity,
    netReturn: Number(of.endEquity) / setup.capital.toNumber() - 1,
    fees: of.paid.fees,
    trades: of.trades.length,
  });
  const [book, candles] = [side(run), side(byCandles)];
  return {
    name,
    hash,
    startMs,
    minutes,
    rounds: (minutes * 60_000) / recording.durationMs,
    generatedMinutes,
    delay,
    byOrderBook: book,
    byCandles: candles,
    difference: {
      netReturn: book.netReturn - candles.netReturn,
      fees: setup.capital.times(0).plus(book.fees).minus(candles.fees).toFixed(),
      trades: book.trades - candles.trades,
    },
    orders: run.orders,
    denials: run.denials,
  };
}
