/** The year of minutes that all contenders run over, and what a run of one of them is told by. */
import { CandleColumns, generateCandles } from '@elvis/backtest';
import { EMA } from 'trading-signals';

export const MINUTE_MS = 60_000;
export const YEAR = 525_600;
const FIRST_OPEN_MS = Date.UTC(2026, 0, 1);

/** Nobody trades before this candle: the averages of all have forgotten where they began. */
export const FIRST_STEP = 1_440;
export const FAST = 9;
export const SLOW = 21;
/** Of the entry price. */
export const STOP = 0.01;
export const TARGET = 0.03;
/** Of the notional, at entry and exit, where a contender knows fees. */
export const FEE = 0.0005;
export const TICK = 0.1;

/** A position by the places of its candles. One that the data's end closes is left out. */
export interface Trade {
  readonly enteredAt: number;
  readonly entryPrice: number;
  readonly exitedAt: number;
  readonly exitPrice: number;
}

export const market = (count: number): CandleColumns =>
  generateCandles({
    symbol: 'BTCUSDT',
    interval: '1m',
    firstOpenMs: FIRST_OPEN_MS,
    count,
    seed: 1,
    tick: TICK,
  });

export const placeOf = (timeMs: number): number => Math.floor((timeMs - FIRST_OPEN_MS) / MINUTE_MS);

/** The two averages of the close as the peers' strategies keep them: from `trading-signals`, fed candle by candle. */
export class Averages {
  private readonly fast = new EMA(FAST);
  private readonly slow = new EMA(SLOW);
  private was = 0;
  private is = 0;

  add(close: number): void {
    this.was = this.is;
    this.is = (this.fast.add(close) ?? 0) - (this.slow.add(close) ?? 0);
  }

  get hasRisen(): boolean {
    return this.was <= 0 && this.is > 0;
  }

  get isBelow(): boolean {
    return this.is < 0;
  }
}
