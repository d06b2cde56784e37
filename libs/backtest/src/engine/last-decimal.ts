/** A number read as a decimal, once for as long as it stays the same: most orders of a moment ask for the same price. */
import { Decimal } from '@elvis/trading';

export class LastDecimal {
  private number = 0;
  private decimal = new Decimal(0);

  of(number: number): Decimal {
    if (number !== this.number) {
      this.decimal = new Decimal(number);
      this.number = number;
    }
    return this.decimal;
  }
}
