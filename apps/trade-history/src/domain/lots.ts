/**
 * Lots of one owner in one symbol, all LONG or all SHORT. By average cost they are one; first in, first out they stay
 * apart. A lot carries what it cost altogether, not each of it, so that nothing is lost to rounding: a part takes its
 * share of the cost, rounded half even to `DIGITS` behind the point, and the rest of the cost stays with the rest.
 */
import { Decimal, ZERO } from '@elvis/trading';

/** `average` closes at the average cost of the position, `fifo` the oldest part of it first. */
export type CostMethod = 'average' | 'fifo';

/** Exact for products of two numbers with eight digits behind the point, which is what exchanges have. */
export const DIGITS = 16;

/** Spent lots are let go many at a time, as each would move all that are behind it. */
const SPENT_LOTS = 1_000;

interface Lot {
  readonly quantity: Decimal;
  readonly cost: Decimal;
  readonly since: number;
}

export class Lots {
  private lots: Lot[] = [];
  private first = 0;
  private sign: 1 | -1 = 1;

  constructor(private readonly method: CostMethod) {}

  /** 1 is LONG, -1 SHORT, 0 flat. */
  get direction(): 1 | -1 | 0 {
    return this.first < this.lots.length ? this.sign : 0;
  }

  /** Signed: above zero is LONG. */
  get quantity(): Decimal {
    return this.held.reduce((sum, lot) => sum.plus(lot.quantity), ZERO).times(this.sign);
  }

  /** What a LONG position was bought for, or a SHORT one sold for. */
  get cost(): Decimal {
    return this.held.reduce((sum, lot) => sum.plus(lot.cost), ZERO);
  }

  get firstQuantity(): Decimal {
    return this.oldest.quantity;
  }

  /** Which fill opened the oldest lot. */
  get since(): number {
    return this.oldest.since;
  }

  add(sign: 1 | -1, quantity: Decimal, cost: Decimal, since: number): void {
    const held = this.lots[this.first];
    this.sign = sign;
    if (this.method === 'fifo' || !held) {
      this.lots.push({ quantity, cost, since });
      return;
    }
    this.lots[this.first] = {
      quantity: held.quantity.plus(quantity),
      cost: held.cost.plus(cost),
      since: held.since,
    };
  }

  restore(quantity: string, cost: string, since: number): void {
    const signed = new Decimal(quantity);
    if (!signed.isZero()) this.add(signed.gt(0) ? 1 : -1, signed.abs(), new Decimal(cost), since);
  }

  /** Takes this much out of the oldest lot, which holds as much, and answers what it cost. */
  close(quantity: Decimal): Decimal {
    const lot = this.oldest;
    const cost = share(lot.cost, quantity, lot.quantity);
    if (quantity.eq(lot.quantity)) this.closeFirst();
    else
      this.lots[this.first] = {
        quantity: lot.quantity.minus(quantity),
        cost: lot.cost.minus(cost),
        since: lot.since,
      };
    return cost;
  }

  private get held(): readonly Lot[] {
    return this.lots.slice(this.first);
  }

  private get oldest(): Lot {
    return this.lots[this.first] as Lot;
  }

  private closeFirst(): void {
    this.first += 1;
    if (this.first < this.lots.length && this.first < SPENT_LOTS) return;
    this.lots = this.lots.slice(this.first);
    this.first = 0;
  }
}

/** The part of `amount` that belongs to `part` of `whole`; all of it to the whole. */
export const share = (amount: Decimal, part: Decimal, whole: Decimal): Decimal =>
  part.eq(whole) ? amount : amount.times(part).div(whole).toDecimalPlaces(DIGITS);
