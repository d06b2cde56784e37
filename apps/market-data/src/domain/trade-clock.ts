/**
 * The exchange's time up to which its trades have come. Other messages of their connection may be ahead of them: where the
 * trades of a busy market come ten seconds behind the marks, a mark that is past a minute says nothing about its trades.
 * So the clock is taken back by the most that any trade of the last minute or two came behind it. All times are the
 * exchange's own: however long messages wait on their way to us, they wait in order.
 */
const WINDOW_MS = 60_000;

export class TradeClock {
  private exchangeMs = 0;
  private windowEndsMs = 0;
  private behindNow = 0;
  private behindBefore = 0;

  /** The time in any message that came on the connection of the trades. */
  hear(exchangeMs: number): void {
    if (exchangeMs <= this.exchangeMs) return;
    this.exchangeMs = exchangeMs;
    if (exchangeMs < this.windowEndsMs) return;
    this.behindBefore = exchangeMs >= this.windowEndsMs + WINDOW_MS ? 0 : this.behindNow;
    this.behindNow = 0;
    this.windowEndsMs = exchangeMs + WINDOW_MS;
  }

  /** A trade of that time, of any symbol, has come. */
  trade(tradeTimeMs: number): void {
    this.behindNow = Math.max(this.behindNow, this.exchangeMs - tradeTimeMs);
  }

  /** The latest that was heard; 0 before anything was. */
  get nowMs(): number {
    return this.exchangeMs;
  }

  /** A trade before this time that has not come by now would be later than any was lately. */
  get tradesMs(): number {
    return this.exchangeMs - Math.max(this.behindNow, this.behindBefore);
  }
}
