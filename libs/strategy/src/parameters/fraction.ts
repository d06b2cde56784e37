/** A share of something, as a decimal: 0.01 is one percent. Not to be mixed up with a price or a quantity. */
import { Decimal } from '@elvis/trading';

export class Fraction {
  private constructor(readonly value: Decimal) {}

  /** @throws RangeError for what is not a plain decimal */
  static of(text: string | Decimal): Fraction {
    if (typeof text === 'string' && !/^-?\d+(\.\d+)?$/.test(text))
      throw new RangeError(`"${text}" is not a decimal fraction such as 0.01`);
    return new Fraction(new Decimal(text));
  }

  times(factor: number | Fraction): Fraction {
    return new Fraction(this.value.times(factor instanceof Fraction ? factor.value : factor));
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.value.plus(other.value));
  }

  minus(other: Fraction): Fraction {
    return new Fraction(this.value.minus(other.value));
  }

  isAbove(other: Fraction): boolean {
    return this.value.gt(other.value);
  }

  /** For signals alone: an amount of money is never made from it. */
  toNumber(): number {
    return this.value.toNumber();
  }

  toJSON(): string {
    return this.value.toFixed();
  }

  toString(): string {
    return this.value.toFixed();
  }
}
