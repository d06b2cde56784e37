/**
 * Money as integers: a price, a quantity and an amount are counts of their smallest unit, so nothing is ever
 * rounded by a binary fraction. Prices and quantities fit a double's 53 bits exactly; amounts are big integers of 1e-8.
 */

/** Amounts (balances, fees, profit, notional) are counted in 1e-8 of the quote asset. */
export const MONEY_DECIMALS = 8;
export const ONE = 100_000_000n;

const PLAIN = /^\d{1,20}(\.\d{0,20})?$/;

/** Whether the text is an unsigned decimal in plain digits, as Binance takes it. */
export const isPlainDecimal = (text: string): boolean => PLAIN.test(text);

/** How many digits behind the point carry meaning: trailing zeros do not. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length;
  while (end > point + 1 && text.charCodeAt(end - 1) === 48) end -= 1;
  return end - point - 1;
}

/** Reads plain digits into units of 10^-decimals; digits beyond that are cut off (check `decimalsOf` first). */
export function toUnits(text: string, decimals: number): number {
  const point = text.indexOf('.');
  if (point < 0) return Number(text) * 10 ** decimals;
  const fraction = text.slice(point + 1, point + 1 + decimals).padEnd(decimals, '0');
  return Number(text.slice(0, point) + fraction);
}

/** As `toUnits`, for amounts that may outgrow a double; a sign is allowed. */
export function toMoney(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const value = BigInt(whole + fraction.slice(0, MONEY_DECIMALS).padEnd(MONEY_DECIMALS, '0'));
  return negative ? -value : value;
}

/** Writes units in full, with `shown` digits behind the point (never fewer than the units need). */
export function fromUnits(units: number, decimals: number, shown = decimals): string {
  const negative = units < 0;
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : digits.slice(0, -decimals);
  const fraction = (decimals === 0 ? '' : digits.slice(-decimals)).padEnd(shown, '0');
  return (negative ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`);
}

/** Writes an amount with `shown` digits behind the point, cutting off the rest. */
export function fromMoney(amount: bigint, shown = MONEY_DECIMALS): string {
  const negative = amount < 0n;
  const digits = String(negative ? -amount : amount).padStart(MONEY_DECIMALS + 1, '0');
  const whole = digits.slice(0, -MONEY_DECIMALS);
  const fraction = digits.slice(-MONEY_DECIMALS).slice(0, shown);
  return (negative ? '-' : '') + (shown === 0 ? whole : `${whole}.${fraction}`);
}

/** Cuts trailing zeros, leaving at least one digit behind the point: `61800.20000000` is `61800.2`. */
export function trimmed(decimal: string): string {
  if (!decimal.includes('.')) return decimal;
  const cut = decimal.replace(/0+$/, '');
  return cut.endsWith('.') ? `${cut}0` : cut;
}

export const absolute = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
export const larger = (left: bigint, right: bigint): bigint => (left > right ? left : right);
