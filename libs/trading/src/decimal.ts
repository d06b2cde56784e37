/**
 * Money and quantities. Exact decimals of 40 digits, always written out in full: `1e-7` is not a price
 * that an exchange or a person should have to read.
 */
import { Decimal } from 'decimal.js';

Decimal.set({ precision: 40, toExpNeg: -40, toExpPos: 40, rounding: Decimal.ROUND_HALF_EVEN });

export { Decimal };

/** Plain digits only: no sign, no exponent, no blanks, at most 20 before and 18 behind the point. */
const PLAIN_DECIMAL = /^(0|[1-9]\d{0,19})(\.\d{1,18})?$/;

/** Reads a non-negative decimal as it travels on every wire; undefined for anything else, numbers included. */
export function parseDecimal(text: unknown): Decimal | undefined {
  return typeof text === 'string' && PLAIN_DECIMAL.test(text) ? new Decimal(text) : undefined;
}

/** As `parseDecimal`, and above zero. */
export function parsePositiveDecimal(text: unknown): Decimal | undefined {
  const value = parseDecimal(text);
  return value?.gt(0) ? value : undefined;
}

export const ZERO = new Decimal(0);

/** The larger of two decimals. */
export const maxDecimal = (left: Decimal, right: Decimal): Decimal => (left.gte(right) ? left : right);

/** The smaller of two decimals. */
export const minDecimal = (left: Decimal, right: Decimal): Decimal => (left.lte(right) ? left : right);

/** Whether `value` lies on the grid that starts at `origin` and advances by `step`. A step of 0 is no grid. */
export const isOnGrid = (value: Decimal, step: Decimal, origin: Decimal = ZERO): boolean =>
  step.isZero() || value.minus(origin).modulo(step).isZero();

/** The largest multiple of `step` that is not above `value`. A step of 0 is no grid. */
export const floorToStep = (value: Decimal, step: Decimal): Decimal =>
  step.isZero() ? value : value.div(step).floor().times(step);
