/** What stands in one symbol's book: the recorded levels and the accounts' own orders among them. */
import { BookSide } from './book-side';
import { Side } from './order';
import { RestingSide } from './resting-side';

export type Level = readonly [price: number, quantity: number];

export abstract class MarketBook {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  readonly ownBids = new RestingSide(1);
  readonly ownAsks = new RestingSide(-1);

  /** The best price to be had on the given side of the book, own orders included. */
  best(side: Side): number | undefined {
    const recorded = (side === 'BUY' ? this.bids : this.asks).best();
    const own = this.own(side).best();
    if (recorded === undefined || own === undefined) return recorded ?? own;
    return side === 'BUY' ? Math.max(recorded, own) : Math.min(recorded, own);
  }

  quantityAt(side: Side, price: number): number {
    return (side === 'BUY' ? this.bids : this.asks).availableAt(price) + this.own(side).totalAt(price);
  }

  /** The middle of the recorded book: own orders cannot move it. In half price units. */
  recordedMidTwice(): number | undefined {
    const bid = this.bids.bestRecorded();
    const ask = this.asks.bestRecorded();
    return bid === undefined || ask === undefined ? undefined : bid + ask;
  }

  /** The published levels of one side, best first. */
  levels(side: Side, limit: number): Level[] {
    const recorded = side === 'BUY' ? this.bids : this.asks;
    const own = this.own(side);
    const ranked = own.ranked();
    const levels: Level[] = [];
    let left = recorded.prices.length - 1;
    let right = ranked.length - 1;
    while (levels.length < limit && (left >= 0 || right >= 0)) {
      const there = left >= 0 ? recorded.prices[left]! : undefined;
      const ours = right >= 0 ? ranked[right]! : undefined;
      const price =
        there === undefined || ours === undefined
          ? (there ?? ours)!
          : side === 'BUY'
            ? Math.max(there, ours)
            : Math.min(there, ours);
      const quantity =
        (there === price ? recorded.available[left]! : 0) + (ours === price ? own.totalAt(price) : 0);
      if (there === price) left -= 1;
      if (ours === price) right -= 1;
      if (quantity > 0) levels.push([price, quantity]);
    }
    return levels;
  }

  protected own(side: Side): RestingSide {
    return side === 'BUY' ? this.ownBids : this.ownAsks;
  }
}
