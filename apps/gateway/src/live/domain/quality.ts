/**
 * How often a client gets market data: as often as it can take. It falls a level at once when bytes pile up or answers
 * come late, and rises a level after ten seconds without either. Order events are not its business: they always go.
 */

/** Milliseconds between two order books, marks, tickers, candles and references of one topic, by level. */
export const STATE_INTERVALS_MS = [120, 250, 500, 1_000] as const;
/** Milliseconds between two batches of trades, by level. */
export const TRADES_INTERVALS_MS = [80, 160, 320, 640] as const;
/** No market topics at all: the tab is hidden, or too much waits. */
export const ACCOUNT_ONLY = 4;

export type Level = 0 | 1 | 2 | 3 | typeof ACCOUNT_ONLY;
export type QualityReason = 'unsent-bytes' | 'round-trip' | 'hidden' | 'visible' | 'recovered';

export interface QualityChange {
  readonly level: Level;
  readonly reason: QualityReason;
}

const UNSENT_SLOW_BYTES = 256 * 1_024;
const UNSENT_ACCOUNT_ONLY_BYTES = 4 * 1_024 * 1_024;
/** A client with more than this is cut off: its memory is ours. */
export const UNSENT_CUT_BYTES = 16 * 1_024 * 1_024;
/** A lower level gets this long to help before the next one. */
const FALL_AGAIN_MS = 1_000;
const GOOD_MS = 10_000;

export class Quality {
  private own: Level = 0;
  private isHidden = false;
  private fellAtMs = -Infinity;
  private goodSinceMs: number;

  constructor(nowMs: number) {
    this.goodSinceMs = nowMs;
  }

  get level(): Level {
    return this.isHidden ? ACCOUNT_ONLY : this.own;
  }

  /** A hidden page draws nothing; when it is shown again it goes on at the level that its connection has. */
  show(isHidden: boolean): QualityChange | undefined {
    if (this.isHidden === isHidden) return undefined;
    const before = this.level;
    this.isHidden = isHidden;
    return this.changed(before, isHidden ? 'hidden' : 'visible');
  }

  /**
   * Looks at the connection as it is now.
   *
   * @param unsentBytes what was given to the socket and has not left
   * @param isSlow      whether the 95th percentile of its round trips is too long
   * @param isQuick     whether the newest round trip was short enough
   */
  look(nowMs: number, unsentBytes: number, isSlow: boolean, isQuick: boolean): QualityChange | undefined {
    const piles = unsentBytes > UNSENT_SLOW_BYTES;
    if (piles || !isQuick) this.goodSinceMs = nowMs;
    const before = this.level;
    if (unsentBytes > UNSENT_ACCOUNT_ONLY_BYTES)
      return this.fallTo(ACCOUNT_ONLY, 'unsent-bytes', before, nowMs);
    if ((piles || isSlow) && this.own < 3 && nowMs - this.fellAtMs >= FALL_AGAIN_MS)
      return this.fallTo((this.own + 1) as Level, piles ? 'unsent-bytes' : 'round-trip', before, nowMs);
    if (this.own === 0 || nowMs - this.goodSinceMs < GOOD_MS) return undefined;
    this.own = (this.own - 1) as Level;
    this.goodSinceMs = nowMs;
    return this.changed(before, 'recovered');
  }

  private fallTo(
    level: Level,
    reason: QualityReason,
    before: Level,
    nowMs: number,
  ): QualityChange | undefined {
    this.own = level;
    this.fellAtMs = nowMs;
    this.goodSinceMs = nowMs;
    return this.changed(before, reason);
  }

  private changed(before: Level, reason: QualityReason): QualityChange | undefined {
    return this.level === before ? undefined : { level: this.level, reason };
  }
}
