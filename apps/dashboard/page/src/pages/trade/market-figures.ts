/** Two figures that a page may make of what it sees: they describe the market, not the account. */
import { fixed } from '../../figures/decimal-text';

const DIGITS = 18;

/** How far the best ask is above the best bid. */
export function spreadOf(bid: string, ask: string): string {
  return textOf(scaled(ask) - scaled(bid));
}

/** A fraction in percent. */
export const percentOf = (fraction: string): string => textOf(scaled(fraction) * 100n);

const scaled = (text: string): bigint => BigInt(fixed(text, DIGITS).replace('.', ''));

function textOf(value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const digits = `${value < 0n ? -value : value}`.padStart(DIGITS + 1, '0');
  return `${sign}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}
