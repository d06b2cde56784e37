/** Gathers depth changes for the slower depth streams: one event per period, whose ids join those of the one before. */
import { DepthUpdate, SymbolMarket } from '@elvis/simulation';

export class DepthCollector {
  private readonly bids = new Set<number>();
  private readonly asks = new Set<number>();
  private first = 0;
  private last = 0;
  private previous = 0;
  private time = 0;

  constructor(private readonly market: SymbolMarket) {}

  get hasChanges(): boolean {
    return this.first > 0;
  }

  /** Nobody may have listened to what came before: the first change says what it follows. */
  add(update: DepthUpdate): void {
    if (this.first === 0) {
      this.first = update.first;
      this.previous = update.previous;
    }
    this.last = update.last;
    this.time = update.time;
    for (const [price] of update.bids) this.bids.add(price);
    for (const [price] of update.asks) this.asks.add(price);
  }

  /** Everything since the last call as one event, with the quantities of now. */
  takeUpdate(): DepthUpdate | undefined {
    if (this.first === 0) return undefined;
    const { market } = this;
    const update = {
      first: this.first,
      last: this.last,
      previous: this.previous,
      time: this.time,
      bids: [...this.bids].map((price) => [price, market.quantityAt('BUY', price)] as const),
      asks: [...this.asks].map((price) => [price, market.quantityAt('SELL', price)] as const),
    };
    this.first = 0;
    this.bids.clear();
    this.asks.clear();
    return update;
  }
}
