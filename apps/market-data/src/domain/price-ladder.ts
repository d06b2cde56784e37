/**
 * One side of an order book: price levels sorted from the best, every price once.
 *
 * Prices stay the strings the exchange sent and are compared digit by digit, so no digit is ever lost and the
 * book costs no decimal objects at thousands of updates a second.
 */
export type Level = readonly [price: string, quantity: string];

/** Levels beyond this depth are dropped: nobody reads them, and a snapshot never had them. */
const MAX_LEVELS = 2_000;

export class PriceLadder {
  private levels: Level[] = [];

  /** @param direction 1 for asks, whose best is the lowest price; -1 for bids */
  constructor(private readonly direction: 1 | -1) {}

  /** Replaces everything by the levels of a snapshot. */
  load(levels: readonly Level[]): void {
    this.levels = [];
    for (const level of levels) this.set(level);
  }

  /** Sets the absolute quantity at a price; zero removes the level, which may never have been there. */
  set(level: Level): void {
    const [price, quantity] = level;
    const { index, isPresent } = this.find(price);
    if (isZero(quantity)) {
      if (isPresent) this.levels.splice(index, 1);
    } else if (isPresent) {
      this.levels[index] = level;
    } else {
      this.levels.splice(index, 0, level);
      if (this.levels.length > MAX_LEVELS) this.levels.pop();
    }
  }

  best(): Level | undefined {
    return this.levels[0];
  }

  top(count: number): readonly Level[] {
    return this.levels.slice(0, count);
  }

  private find(price: string): { readonly index: number; readonly isPresent: boolean } {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = comparePrices((this.levels[middle] as Level)[0], price) * this.direction;
      if (order === 0) return { index: middle, isPresent: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, isPresent: false };
  }
}

/** Orders two plain decimals as numbers: `9.5` < `10`, and `1.50` equals `1.5`. */
export function comparePrices(left: string, right: string): number {
  if (left === right) return 0;
  const [leftPoint, rightPoint] = [pointOf(left), pointOf(right)];
  if (leftPoint !== rightPoint) return leftPoint - rightPoint;
  if (left.length === right.length) return left < right ? -1 : 1;
  const width = Math.max(left.length, right.length) + 1;
  const [a, b] = [padded(left, leftPoint, width), padded(right, rightPoint, width)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const pointOf = (price: string): number => {
  const point = price.indexOf('.');
  return point < 0 ? price.length : point;
};

const padded = (price: string, point: number, width: number): string =>
  (point === price.length ? `${price}.` : price).padEnd(width, '0');

const isZero = (quantity: string): boolean => /^0+(\.0*)?$/.test(quantity);
