/** A symbol's candles of any length and any age: what traded here, and before it the past that was made up. */
import { addQuiet, Candle, folded, Interval, Tape } from '@elvis/simulation';
import { GeneratedPast } from './generated-past';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface CandleSpan {
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit: number;
  /** The caller's clock against UTC. */
  readonly aheadMs?: number;
}

export class CandleHistory {
  /** Set where there is one. */
  past: GeneratedPast | undefined;

  constructor(readonly tape: Tape) {}

  /** From the first moment on, where there is one, else the newest. */
  candles(interval: Interval, span: CandleSpan, now: number): readonly Candle[] {
    const { startTime, endTime = now, limit, aheadMs = 0 } = span;
    const last = interval.opensAt(Math.min(endTime, now), aheadMs);
    const first = startTime === undefined ? back(interval, last, limit - 1, aheadMs) : startTime;
    const rows = folded(this.shorter(interval, first, aheadMs), interval, aheadMs);
    const newest = rows[rows.length - 1];
    if (newest) addQuiet(rows, newest, interval.after(last, aheadMs), interval, aheadMs);
    const inside = rows.filter(({ openTime }) => openTime >= first && openTime <= last);
    return startTime === undefined ? inside.slice(-limit) : inside.slice(0, limit);
  }

  /** What the candles are made of, from the opening of the first on. */
  private shorter(interval: Interval, first: number, aheadMs: number): Candle[] {
    const from = interval.opensAt(first, aheadMs);
    const partMs = [DAY, HOUR, MINUTE, SECOND].find(
      (length) => interval.lengthMs % length === 0 && aheadMs % length === 0,
    )!;
    const { tape, past } = this;
    const traded =
      partMs === SECOND ? tape.seconds : partMs === MINUTE ? tape.candles : [...tape.hours, ...tape.candles];
    const start = traded[0]?.openTime ?? Infinity;
    // Of the shorter ones only the newest are kept: then there is a gap between them and the past.
    const joins = partMs >= HOUR || start <= (past?.endTime ?? 0);
    const made = past && joins ? past.candlesFrom(from, partMs) : [];
    return [...made, ...traded].filter(({ openTime }) => openTime >= from);
  }
}

function back(interval: Interval, openTime: number, count: number, aheadMs: number): number {
  if (interval.name !== '1M') return openTime - count * interval.lengthMs;
  let first = openTime;
  for (let step = 0; step < count && first > 0; step += 1) first = interval.opensAt(first - 1, aheadMs);
  return first;
}
