/** What stands in one symbol's book: the recorded levels and the accounts' own orders among them. */
import { RecordedSide } from './recorded-side';
import { opposite, Order, Side } from '../shared/order';
import { RestingSide } from './resting-side';

export type Level = readonly [price: number, quantity: number];

/** Who would take, up to which price, and what happens where it meets an order of its own account. */
export type Taker = Pick<Order, 'side' | 'account' | 'selfTradePrevention'> & {
  readonly limit: number | undefined;
};

export abstract class SymbolOrderBook {
  readonly bids = new RecordedSide(1);
  readonly asks = new RecordedSide(-1);
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

  /**
   * What a taker that came now would trade, step by step, exactly as matching does it.
   *
   * @param allowance how much of a resting order may trade when its account has traded `already` on the way
   */
  *path(taker: Taker, allowance: (order: Order, already: number) => number): Generator<Level> {
    const against = opposite(taker.side);
    const traded = new Map<string, number>();
    for (const [price] of this.levels(against, Infinity)) {
      if (!isWithin(taker.side, price, taker.limit)) return;
      const recorded = (against === 'BUY' ? this.bids : this.asks).availableAt(price);
      let taken = 0;
      for (const rival of this.own(against).ordersAt(price)) {
        const ahead = Math.min(rival.queueAhead, recorded) - taken;
        if (ahead > 0) yield [price, ahead];
        taken += Math.max(ahead, 0);
        if (rival.account === taker.account && taker.selfTradePrevention !== 'NONE') {
          if (taker.selfTradePrevention === 'EXPIRE_MAKER') continue;
          return;
        }
        const position = `${rival.account} ${rival.positionSide}`;
        const already = traded.get(position) ?? 0;
        const quantity = allowance(rival, already);
        traded.set(position, already + quantity);
        if (quantity > 0) yield [price, quantity];
      }
      if (recorded > taken) yield [price, recorded - taken];
    }
  }

  protected own(side: Side): RestingSide {
    return side === 'BUY' ? this.ownBids : this.ownAsks;
  }
}

/** Whether an order of this side would trade at the price. */
export const isWithin = (side: Side, price: number, limit: number | undefined): boolean =>
  limit === undefined || (side === 'BUY' ? price <= limit : price >= limit);
