/**
 * One symbol's market: the recorded book with the accounts' own orders in it, matched by price and time.
 *
 * A taker walks the levels that are there. A resting order stands behind the quantity recorded at its price when it
 * came; it fills when recorded trades at its price have eaten what stood ahead, when a recorded trade goes through its
 * price, or when the recording brings an opposite level that crosses it. Cancellations are taken to happen behind it
 * until that is impossible. Update and trade ids are given out here, so their chains never break.
 */
import { Instrument } from '../shared/instrument';
import { isWithin, Level, SymbolOrderBook, Taker } from './symbol-order-book';
import { Fill, Order, remainingOf, Side } from '../shared/order';

/** Levels in a row: price, quantity, price, quantity. A recording has a million of them. */
export type FlatLevels = Float64Array;

export interface DepthUpdate {
  readonly first: number;
  readonly last: number;
  readonly previous: number;
  readonly time: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface TradePrint {
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly buyerIsMaker: boolean;
  readonly time: number;
}

export interface MarketListener {
  depthChanged(market: SymbolMarket, update: DepthUpdate): void;
  traded(market: SymbolMarket, print: TradePrint): void;
}

/** Who settles what the market matches. */
export interface Settlement {
  /**
   * How much of the order may still trade: less than what remains of it when it may only reduce a position, of which
   * its account would have traded `already`.
   */
  allowance(order: Order, already?: number): number;
  filled(order: Order, fill: Fill): void;
  /** The market took the order out: a self-trade, or nothing left that it may reduce. */
  removed(order: Order, cause: 'SELF_TRADE' | 'REDUCE_ONLY', time: number): void;
}

export class SymbolMarket extends SymbolOrderBook {
  lastPrice = 0;
  private readonly touchedBids = new Set<number>();
  private readonly touchedAsks = new Set<number>();

  constructor(
    readonly instrument: Instrument,
    private readonly settlement: Settlement,
    private readonly listener: MarketListener,
    public lastUpdateId: number,
    public nextTradeId: number,
  ) {
    super();
  }

  /** Where the id chains begin: right after these. */
  startIds(updateId: number, tradeId: number): void {
    this.lastUpdateId = updateId;
    this.nextTradeId = tradeId;
  }

  // ---- what the recording (or a live feed) says ----

  /** One recorded depth event. `gap` and `span` keep the shape of the recorded ids. */
  recordDepth(
    bids: FlatLevels,
    asks: FlatLevels,
    gap: number,
    span: number,
    time: number,
    /** Price units by which the recording was moved. */
    shift = 0,
  ): void {
    for (const [side, levels] of [
      ['BUY', bids],
      ['SELL', asks],
    ] as const)
      for (let index = 0; index < levels.length; index += 2) {
        const price = levels[index]! + shift;
        // Moved down by hand, the lowest levels of a recording would lie below nothing.
        if (price > 0) this.record(side, price, levels[index + 1]!);
      }
    this.settleCrossings(time);
    this.publish(time, gap, span);
  }

  /** Turns the recorded book into another one, by one depth event: the loop point, or a price moved by hand. */
  replaceOrderBook(bids: readonly Level[], asks: readonly Level[], time: number): void {
    for (const price of this.bids.replace(bids)) this.touchedBids.add(price);
    for (const price of this.asks.replace(asks)) this.touchedAsks.add(price);
    this.settleCrossings(time);
    this.publish(time, 1, 0);
  }

  /** One recorded trade. Own orders at better prices, and then in line at its price, share in it. */
  recordTrade(price: number, quantity: number, buyerIsMaker: boolean, time: number): void {
    const own = buyerIsMaker ? this.ownBids : this.ownAsks;
    let left = quantity;
    let best = own.best();
    while (left > 0 && best !== undefined && (buyerIsMaker ? best >= price : best <= price)) {
      const order = own.first(best)!;
      if (best === price && order.queueAhead > 0) {
        const ahead = Math.min(order.queueAhead, left);
        for (const waiting of own.ordersAt(price)) waiting.queueAhead -= Math.min(waiting.queueAhead, ahead);
        this.print(price, ahead, buyerIsMaker, time);
        left -= ahead;
        continue;
      }
      left -= this.fillResting(order, left, best, buyerIsMaker, time);
      best = own.best();
    }
    if (left > 0) this.print(price, left, buyerIsMaker, time);
    if (this.touchedBids.size + this.touchedAsks.size > 0) this.publish(time, 1, 0);
  }

  // ---- what the accounts do ----

  /** Matches the order up to its limit and, when `mayRest`, leaves the rest in the book. */
  enter(order: Order, limit: number | undefined, mayRest: boolean, time: number): void {
    this.matchTaker(order, limit, time);
    if (mayRest && order.status !== 'EXPIRED_IN_MATCH' && this.settlement.allowance(order) > 0)
      this.rest(order);
    this.publish(time, 1, 0);
  }

  /** Hands the whole order over at this price, past the book. */
  transfer(order: Order, price: number, time: number): void {
    const quantity = remainingOf(order);
    this.fill(order, price, quantity, false, this.print(price, quantity, order.side === 'SELL', time), time);
  }

  /** Takes a resting order out of the book. */
  withdraw(order: Order, time: number): void {
    if (!order.resting) return;
    this.unrest(order);
    this.publish(time, 1, 0);
  }

  /** Puts a changed order back, at the end of its new queue. */
  rest(order: Order): void {
    order.queueAhead = (order.side === 'BUY' ? this.bids : this.asks).availableAt(order.price);
    this.own(order.side).add(order);
    this.touch(order.side, order.price);
  }

  unrest(order: Order): void {
    this.own(order.side).remove(order);
    this.touch(order.side, order.price);
  }

  /** Makes an order smaller where it stands: it keeps its place. */
  shrink(order: Order, quantity: number, time: number): void {
    const less = order.quantity - quantity;
    order.quantity = quantity;
    if (!order.resting) return;
    this.own(order.side).reduce(order, less);
    this.touch(order.side, order.price);
    this.publish(time, 1, 0);
  }

  /** What the taker would trade if it came now. */
  reachable(taker: Taker): Generator<Level> {
    return this.path(taker, (order, already) => this.settlement.allowance(order, already));
  }

  /** Whether the taker would get so much. */
  fillable(taker: Taker, wanted: number): boolean {
    let left = wanted;
    for (const [, quantity] of this.reachable(taker)) {
      left -= quantity;
      if (left <= 0) return true;
    }
    return false;
  }

  private record(side: Side, price: number, quantity: number): void {
    (side === 'BUY' ? this.bids : this.asks).record(price, quantity);
    this.touch(side, price);
    for (const order of this.own(side).ordersAt(price))
      if (order.queueAhead > quantity) order.queueAhead = quantity;
  }

  private touch(side: Side, price: number): void {
    (side === 'BUY' ? this.touchedBids : this.touchedAsks).add(price);
  }

  private matchTaker(order: Order, limit: number | undefined, time: number): void {
    const against: Side = order.side === 'BUY' ? 'SELL' : 'BUY';
    const recorded = order.side === 'BUY' ? this.asks : this.bids;
    const own = this.own(against);
    for (;;) {
      const wanted = this.settlement.allowance(order);
      const price = this.best(against);
      if (wanted <= 0 || price === undefined || !isWithin(order.side, price, limit)) return;
      const rival = own.first(price);
      const there = recorded.availableAt(price);
      const ahead = rival ? Math.min(rival.queueAhead, there) : there;
      if (ahead > 0) {
        const quantity = Math.min(ahead, wanted);
        recorded.takeQuantity(price, quantity);
        for (const waiting of own.ordersAt(price))
          waiting.queueAhead -= Math.min(waiting.queueAhead, quantity);
        this.touch(against, price);
        this.fill(
          order,
          price,
          quantity,
          false,
          this.print(price, quantity, order.side === 'SELL', time),
          time,
        );
      } else if (rival) {
        if (rival.account === order.account && order.selfTradePrevention !== 'NONE') {
          if (order.selfTradePrevention !== 'EXPIRE_TAKER') this.expel(rival, 'SELF_TRADE', time);
          if (order.selfTradePrevention !== 'EXPIRE_MAKER') {
            this.settlement.removed(order, 'SELF_TRADE', time);
            return;
          }
          continue;
        }
        const quantity = Math.min(wanted, this.settlement.allowance(rival));
        if (quantity <= 0) {
          this.expel(rival, 'REDUCE_ONLY', time);
          continue;
        }
        const id = this.print(price, quantity, order.side === 'SELL', time);
        this.fillMaker(rival, price, quantity, id, time);
        this.fill(order, price, quantity, false, id, time);
      }
    }
  }

  /** Fills a resting order from a recorded trade; answers how much of the trade went to it. */
  private fillResting(
    order: Order,
    offered: number,
    price: number,
    buyerIsMaker: boolean,
    time: number,
  ): number {
    const quantity = Math.min(offered, this.settlement.allowance(order));
    if (quantity <= 0) {
      this.expel(order, 'REDUCE_ONLY', time);
      return 0;
    }
    this.fillMaker(order, price, quantity, this.print(price, quantity, buyerIsMaker, time), time);
    return quantity;
  }

  private fillMaker(order: Order, price: number, quantity: number, tradeId: number, time: number): void {
    this.own(order.side).reduce(order, quantity);
    this.touch(order.side, price);
    const last = quantity === remainingOf(order);
    this.fill(order, price, quantity, true, tradeId, time);
    if (last) this.own(order.side).remove(order);
    else if (order.resting && this.settlement.allowance(order) <= 0) this.expel(order, 'REDUCE_ONLY', time);
  }

  private fill(
    order: Order,
    price: number,
    quantity: number,
    maker: boolean,
    tradeId: number,
    time: number,
  ): void {
    this.settlement.filled(order, { price, quantity, maker, tradeId, time });
  }

  private expel(order: Order, cause: 'SELF_TRADE' | 'REDUCE_ONLY', time: number): void {
    this.unrest(order);
    this.settlement.removed(order, cause, time);
  }

  /** Recorded levels that now cross an own order trade with it, at the own order's price: it was there first. */
  private settleCrossings(time: number): void {
    for (const side of ['BUY', 'SELL'] as const) {
      const own = this.own(side);
      const recorded = side === 'BUY' ? this.asks : this.bids;
      for (let ours = own.best(); ours !== undefined; ours = own.best()) {
        const theirs = recorded.best();
        if (theirs === undefined || !isWithin(side, theirs, ours)) break;
        const order = own.first(ours)!;
        const quantity = this.fillResting(order, recorded.availableAt(theirs), ours, side === 'BUY', time);
        recorded.takeQuantity(theirs, quantity);
        this.touch(side === 'BUY' ? 'SELL' : 'BUY', theirs);
      }
    }
  }

  private print(price: number, quantity: number, buyerIsMaker: boolean, time: number): number {
    const id = this.nextTradeId;
    this.nextTradeId += 1;
    this.lastPrice = price;
    this.listener.traded(this, { id, price, quantity, buyerIsMaker, time });
    return id;
  }

  private publish(time: number, gap: number, span: number): void {
    if (this.touchedBids.size === 0 && this.touchedAsks.size === 0) return;
    const bids = [...this.touchedBids].map((price): Level => [price, this.quantityAt('BUY', price)]);
    const asks = [...this.touchedAsks].map((price): Level => [price, this.quantityAt('SELL', price)]);
    this.touchedBids.clear();
    this.touchedAsks.clear();
    const previous = this.lastUpdateId;
    const first = previous + gap;
    this.lastUpdateId = first + span;
    this.listener.depthChanged(this, { first, last: this.lastUpdateId, previous, time, bids, asks });
  }
}
