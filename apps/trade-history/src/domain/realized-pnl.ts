/**
 * What closing a position brought, by average cost or first in, first out. A position that is crossed through zero
 * is closed whole and opened the other way with the rest. Fees are not in it.
 */
import { Decimal, OrderSide, ZERO, minDecimal } from '@elvis/trading';

export type CostMethod = 'average' | 'fifo';

export interface CostFill {
  readonly side: OrderSide;
  readonly price: Decimal;
  readonly quantity: Decimal;
}

const SPENT_LOTS = 1_000;

interface Lot {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

export class CostBasis {
  private lots: Lot[] = [];
  /** Lots before this one are closed; they are let go many at a time, as each would move all that are behind it. */
  private first = 0;
  private direction: 1 | -1 = 1;

  constructor(private readonly method: CostMethod) {}

  /** Signed: above zero is LONG. */
  get quantity(): Decimal {
    return this.held.reduce((sum, lot) => sum.plus(lot.quantity), ZERO).times(this.direction);
  }

  /** Takes the next fill and answers what it realised; zero for one that opens. */
  apply({ side, price, quantity }: CostFill): Decimal {
    const direction = side === 'BUY' ? 1 : -1;
    if (this.first === this.lots.length) this.direction = direction;
    if (direction === this.direction) {
      this.open(price, quantity);
      return ZERO;
    }
    let realized = ZERO;
    let left = quantity;
    for (let lot = this.lots[this.first]; lot && left.gt(0); lot = this.lots[this.first]) {
      const closed = minDecimal(lot.quantity, left);
      realized = realized.plus(price.minus(lot.price).times(closed).times(this.direction));
      left = left.minus(closed);
      if (closed.eq(lot.quantity)) this.closeFirst();
      else this.lots[this.first] = { price: lot.price, quantity: lot.quantity.minus(closed) };
    }
    if (left.gt(0)) {
      this.direction = direction;
      this.open(price, left);
    }
    return realized;
  }

  /** What closing everything at `mark` would bring. */
  unrealized(mark: Decimal): Decimal {
    return this.held.reduce(
      (sum, lot) => sum.plus(mark.minus(lot.price).times(lot.quantity).times(this.direction)),
      ZERO,
    );
  }

  private get held(): readonly Lot[] {
    return this.lots.slice(this.first);
  }

  private closeFirst(): void {
    this.first += 1;
    if (this.first < this.lots.length && this.first < SPENT_LOTS) return;
    this.lots = this.lots.slice(this.first);
    this.first = 0;
  }

  private open(price: Decimal, quantity: Decimal): void {
    const held = this.lots[this.first];
    if (this.method === 'fifo' || !held) {
      this.lots.push({ price, quantity });
      return;
    }
    const together = held.quantity.plus(quantity);
    const worth = held.price.times(held.quantity).plus(price.times(quantity));
    this.lots = [{ price: worth.div(together), quantity: together }];
    this.first = 0;
  }
}
