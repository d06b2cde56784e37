/**
 * One side of an order book: price levels sorted towards the best, every price once.
 *
 * Levels stay the strings that the exchange sent, so that no digit is ever lost; they are found by their price as a number,
 * which is another for every other price of at most 15 digits. The best stands last: most changes are near it, and few
 * levels have to make room for them.
 */
export type Level = readonly [price: string, quantity: string];

/** Levels beyond this depth are dropped unless told otherwise: nobody reads them, and a snapshot never had them. */
const MAX_LEVELS = 2_000;

export class PriceLadder {
  /** Of each level its price times the direction: the best is the least, and the last. */
  private keys: number[] = [];
  private levels: Level[] = [];
  /** The key beyond which a snapshot told nothing; undefined: this side is known to its end. */
  private reach: number | undefined;

  /** @param direction 1 for asks, whose best is the lowest price; -1 for bids */
  constructor(
    private readonly direction: 1 | -1,
    private readonly levelsAtMost = MAX_LEVELS,
  ) {}

  /**
   * Replaces everything by the levels of a snapshot.
   *
   * @param isWhole false: there are more behind the last of them. Of those only changes are heard, so none of them is kept
   */
  load(levels: readonly Level[], isWhole = true): void {
    this.keys = [];
    this.levels = [];
    this.reach = undefined;
    for (const level of levels) this.set(level);
    if (!isWhole) this.reach = this.keys[0];
  }

  /** Whether its best so many levels are known, or all that there are. */
  knows(count: number): boolean {
    return this.reach === undefined || this.keys.length >= count;
  }

  /** Sets the absolute quantity at a price; zero removes the level, which may never have been there. */
  set(level: Level): void {
    const key = Number(level[0]) * this.direction;
    const index = this.find(key);
    const isPresent = this.keys[index] === key;
    if (isZero(level[1])) {
      if (!isPresent) return;
      removeAt(this.keys, index);
      removeAt(this.levels, index);
    } else if (isPresent) {
      this.levels[index] = level;
    } else if (this.reach !== undefined && key > this.reach) {
      return;
    } else if (this.keys.length < this.levelsAtMost || index > 0) {
      insertAt(this.keys, index, key);
      insertAt(this.levels, index, level);
      if (this.keys.length <= this.levelsAtMost) return;
      this.keys.shift();
      this.levels.shift();
      if (this.reach !== undefined) this.reach = this.keys[0];
    }
  }

  best(): Level | undefined {
    return this.levels.at(-1);
  }

  /** Whether its best price has reached the best of the other side. */
  crosses(other: PriceLadder): boolean {
    if (this.keys.length === 0 || other.keys.length === 0) return false;
    const [bid, ask] = this.direction === -1 ? [this, other] : [other, this];
    return -(bid.keys.at(-1) as number) >= (ask.keys.at(-1) as number);
  }

  /** The best first. */
  top(count: number): readonly Level[] {
    return this.levels.slice(-count).reverse();
  }

  /** The place of the key, or where it belongs. */
  private find(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] as number) > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** `splice` would make a list of what goes, each time. */
function insertAt<Item>(items: Item[], index: number, item: Item): void {
  items.push(item);
  for (let at = items.length - 1; at > index; at -= 1) items[at] = items[at - 1] as Item;
  items[index] = item;
}

function removeAt<Item>(items: Item[], index: number): void {
  for (let at = index; at < items.length - 1; at += 1) items[at] = items[at + 1] as Item;
  items.pop();
}

const ZERO = 48;
const POINT = 46;

function isZero(quantity: string): boolean {
  for (let index = 0; index < quantity.length; index += 1) {
    const code = quantity.charCodeAt(index);
    if (code !== ZERO && code !== POINT) return false;
  }
  return true;
}
