/**
 * One side of the recorded book, and what accounts took out of it.
 *
 * The recording does not know of our fills. Quantity an account took stays taken until the recording removes the
 * level or adds to it: `available` never exceeds what was recorded, and only real additions bring it back.
 */
import { Sign, rankOf } from './price-rank';

export class RecordedSide {
  /** Ranked, best last. */
  readonly prices: number[] = [];
  private readonly recorded: number[] = [];
  readonly available: number[] = [];

  constructor(private readonly sign: Sign) {}

  /** Sets what the recording says of a level. */
  record(price: number, quantity: number): void {
    const index = rankOf(this.prices, price, this.sign);
    if (this.prices[index] !== price) {
      if (quantity > 0) this.insert(index, price, quantity);
      return;
    }
    if (quantity === 0) {
      this.prices.splice(index, 1);
      this.recorded.splice(index, 1);
      this.available.splice(index, 1);
      return;
    }
    const added = quantity - this.recorded[index]!;
    const left = this.available[index]!;
    this.recorded[index] = quantity;
    this.available[index] = added > 0 ? left + added : Math.min(left, quantity);
  }

  /** Quantity that can be traded at exactly this price. */
  availableAt(price: number): number {
    const index = rankOf(this.prices, price, this.sign);
    return this.prices[index] === price ? this.available[index]! : 0;
  }

  takeQuantity(price: number, quantity: number): void {
    const index = rankOf(this.prices, price, this.sign);
    if (this.prices[index] === price) this.available[index]! -= quantity;
  }

  /** The best price at which something can be traded. */
  best(): number | undefined {
    for (let index = this.prices.length - 1; index >= 0; index -= 1)
      if (this.available[index]! > 0) return this.prices[index];
    return undefined;
  }

  /** The best price of the recording itself, whatever the accounts took. */
  bestRecorded(): number | undefined {
    return this.prices[this.prices.length - 1];
  }

  /** Replaces the recorded side by another; answers every price that may have changed. */
  replace(levels: readonly (readonly [number, number])[]): number[] {
    const touched = [...this.prices, ...levels.map(([price]) => price)];
    this.prices.length = this.recorded.length = this.available.length = 0;
    const ranked = [...levels].sort(([left], [right]) => (left - right) * this.sign);
    for (const [price, quantity] of ranked)
      if (quantity > 0) this.insert(this.prices.length, price, quantity);
    return touched;
  }

  /** Every recorded level, best last. */
  levels(): [number, number][] {
    return this.prices.map((price, index) => [price, this.recorded[index]!]);
  }

  private insert(index: number, price: number, quantity: number): void {
    this.prices.splice(index, 0, price);
    this.recorded.splice(index, 0, quantity);
    this.available.splice(index, 0, quantity);
  }
}
