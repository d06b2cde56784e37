/** What is known of one product of the reference venue on the present connection: its order book and its last price. */
import { OrderBookEvent, CoinbaseEvent } from '@elvis/coinbase';
import { PriceLadder } from '../../domain/price-ladder';

export interface Arrival {
  /** The venue's number of the message. */
  readonly sequence: number;
  /** The venue's time of it. */
  readonly timeMs: number;
  /** On the monotonic clock. */
  readonly receivedAtMs: number;
  /** How much later than usual it came. */
  readonly excessMs: number;
}

export interface Top extends Arrival {
  readonly bid: string;
  readonly ask: string;
  readonly last: string | null;
}

/** A snapshot has thousands of levels a side and is not sent again: where the market goes they must be there. */
const MAX_LEVELS = 20_000;

export class ProductQuote {
  private readonly bids = new PriceLadder(-1, MAX_LEVELS);
  private readonly asks = new PriceLadder(1, MAX_LEVELS);
  private changed: Arrival | undefined;
  private last: string | null = null;
  private isOnline = true;

  /** Nothing of it is known any more: it begins again with the next snapshot. */
  forget(): void {
    this.bids.load([]);
    this.asks.load([]);
    this.changed = undefined;
    this.isOnline = true;
  }

  /** Takes one event; false where the book is worth nothing after it, because it crosses. */
  apply(event: CoinbaseEvent, arrival: Arrival): boolean {
    if (event.kind === 'last') this.last = event.price;
    if (event.kind === 'status') this.isOnline = event.isOnline;
    return event.kind !== 'book' || this.change(event, arrival);
  }

  /** Undefined while there is no book, a side of it is empty, or the product is not traded there. */
  top(): Top | undefined {
    const [bid, ask] = [this.bids.best(), this.asks.best()];
    if (!this.changed || !this.isOnline || !bid || !ask) return undefined;
    return { ...this.changed, bid: bid[0], ask: ask[0], last: this.last };
  }

  /** A change before the first snapshot is of a book that is not known. */
  private change({ isSnapshot, changes }: OrderBookEvent, arrival: Arrival): boolean {
    if (!isSnapshot && !this.changed) return true;
    if (isSnapshot) {
      this.bids.load([]);
      this.asks.load([]);
    }
    for (const { side, price, quantity } of changes)
      (side === 'bid' ? this.bids : this.asks).set([price, quantity]);
    this.changed = arrival;
    return !this.bids.crosses(this.asks);
  }
}
