/** The accounts' own resting orders on one side: by price, and at a price by time. */
import { Order, remainingOf } from '../shared/order';
import { Sign, rankOf } from './price-rank';

interface Level {
  readonly orders: Order[];
  total: number;
}

export class RestingSide {
  private readonly levels = new Map<number, Level>();
  /** Best last, as in RecordedSide. */
  private readonly prices: number[] = [];

  constructor(private readonly sign: Sign) {}

  add(order: Order): void {
    let level = this.levels.get(order.price);
    if (!level) {
      level = { orders: [], total: 0 };
      this.levels.set(order.price, level);
      this.prices.splice(rankOf(this.prices, order.price, this.sign), 0, order.price);
    }
    level.orders.push(order);
    level.total += remainingOf(order);
    order.resting = true;
  }

  remove(order: Order): void {
    const level = this.levels.get(order.price);
    const index = level?.orders.indexOf(order) ?? -1;
    if (!level || index < 0) return;
    level.orders.splice(index, 1);
    level.total -= remainingOf(order);
    order.resting = false;
    if (level.orders.length > 0) return;
    this.levels.delete(order.price);
    this.prices.splice(rankOf(this.prices, order.price, this.sign), 1);
  }

  /** To be called for every quantity that leaves a resting order by a fill. */
  reduce(order: Order, quantity: number): void {
    const level = this.levels.get(order.price);
    if (level) level.total -= quantity;
  }

  best(): number | undefined {
    return this.prices[this.prices.length - 1];
  }

  /** The next in line at this price. */
  first(price: number): Order | undefined {
    return this.levels.get(price)?.orders[0];
  }

  ordersAt(price: number): readonly Order[] {
    return this.levels.get(price)?.orders ?? [];
  }

  totalAt(price: number): number {
    return this.levels.get(price)?.total ?? 0;
  }

  /** Prices at which own orders rest, best last. */
  ranked(): readonly number[] {
    return this.prices;
  }
}
