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

interface Lot {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

export class CostBasis {
  private lots: Lot[] = [];
  private direction: 1 | -1 = 1;

  constructor(private readonly method: CostMethod) {}

  /** Signed: above zero is LONG. */
  get quantity(): Decimal {
    return this.lots.reduce((sum, lot) => sum.plus(lot.quantity), ZERO).times(this.direction);
  }

  /** Takes the next fill and answers what it realised; zero for one that opens. */
  apply({ side, price, quantity }: CostFill): Decimal {
    const direction = side === 'BUY' ? 1 : -1;
    if (this.lots.length === 0) this.direction = direction;
    if (direction === this.direction) {
      this.open(price, quantity);
      return ZERO;
    }
    let realized = ZERO;
    let left = quantity;
    for (let lot = this.lots[0]; lot && left.gt(0); lot = this.lots[0]) {
      const closed = minDecimal(lot.quantity, left);
      realized = realized.plus(price.minus(lot.price).times(closed).times(this.direction));
      left = left.minus(closed);
      if (closed.eq(lot.quantity)) this.lots.shift();
      else this.lots[0] = { price: lot.price, quantity: lot.quantity.minus(closed) };
    }
    if (left.gt(0)) {
      this.direction = direction;
      this.open(price, left);
    }
    return realized;
  }

  /** What closing everything at `mark` would bring. */
  unrealized(mark: Decimal): Decimal {
    return this.lots.reduce(
      (sum, lot) => sum.plus(mark.minus(lot.price).times(lot.quantity).times(this.direction)),
      ZERO,
    );
  }

  private open(price: Decimal, quantity: Decimal): void {
    const [held] = this.lots;
    if (this.method === 'fifo' || !held) {
      this.lots.push({ price, quantity });
      return;
    }
    const together = held.quantity.plus(quantity);
    const worth = held.price.times(held.quantity).plus(price.times(quantity));
    this.lots = [{ price: worth.div(together), quantity: together }];
  }
}
