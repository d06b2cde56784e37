/** The newest trades of one symbol, and how many there ever were: what a client has not had yet is the end of it. */
const KEPT = 200;

export interface TradeBatch<Trade> {
  readonly trades: readonly Trade[];
  /** How many more there were than one batch holds. */
  readonly dropped: number;
}

export class TradeTape<Trade> {
  private readonly kept: Trade[] = [];
  private counted = 0;

  /** How many trades there were so far. */
  get count(): number {
    return this.counted;
  }

  add(trade: Trade): void {
    this.kept.push(trade);
    this.counted += 1;
    // Taken off in heaps: one by one each trade would move all others.
    if (this.kept.length >= 2 * KEPT) this.kept.splice(0, this.kept.length - KEPT);
  }

  /** What came after the first `count` trades, the newest 200 of it. */
  since(count: number): TradeBatch<Trade> {
    const missed = this.counted - count;
    return {
      trades: missed > 0 ? this.kept.slice(-Math.min(missed, KEPT)) : [],
      dropped: Math.max(0, missed - KEPT),
    };
  }

  /** What somebody gets who has just come: nothing of it counts as dropped. */
  newest(): TradeBatch<Trade> {
    return { trades: this.kept.slice(-KEPT), dropped: 0 };
  }
}
