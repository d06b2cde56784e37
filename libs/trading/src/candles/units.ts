/**
 * Decimals as whole numbers, so that sums are exact and fast: a price or quantity counts in 1e-18, their product in 1e-36.
 * That is every digit that a decimal on the wire may have.
 */
const DIGITS = 18;

/** Reads plain digits such as `61590.31`. @throws SyntaxError for anything else */
export const toUnits = (decimal: string): bigint => read(decimal, DIGITS);
/** A product of two has up to twice their digits. */
export const toSquareUnits = (decimal: string): bigint => read(decimal, 2 * DIGITS);

export const unitsText = (units: bigint): string => text(units, DIGITS);
/** Of a product of two. */
export const squareUnitsText = (units: bigint): string => text(units, 2 * DIGITS);

/** `61590.310` as `61590.31`: two texts of one number become the same. */
export const plainDecimal = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

function read(decimal: string, digits: number): bigint {
  const point = decimal.indexOf('.');
  if (point < 0) return BigInt(decimal + '0'.repeat(digits));
  return BigInt(decimal.slice(0, point) + decimal.slice(point + 1).padEnd(digits, '0'));
}

function text(units: bigint, digits: number): string {
  const all = units.toString().padStart(digits + 1, '0');
  return plainDecimal(`${all.slice(0, -digits)}.${all.slice(-digits)}`);
}
