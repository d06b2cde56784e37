/**
 * What one reservation adds to the sums of its side, as `reservation.lua` counts it: from the reservation alone, so that
 * taking it out subtracts exactly what putting it in added. Quantities are whole QUANTITY_UNITs and amounts whole
 * AMOUNT_UNITs of the quote, rounded against the order.
 */
import { EXPOSURE_UNITS, Reservation } from '@elvis/trading';

const { QUANTITY_UNIT, AMOUNT_UNIT } = EXPOSURE_UNITS;

/** A figure is summed in two parts, whole 2^32s and the rest: both sums stay whole numbers that a double holds exactly. */
const PART = 2 ** 32;
const LARGEST = 2 ** 80;
const FIGURES = 4;

/** Of one side: orders, then both parts of each figure. */
export type SideSums = readonly number[];

/** Quantity left to fill; how much of it can open; what that is worth at the orders' own prices; what is spent on spot. */
export const [LEFT, OPENS, WORTH, SPENDS] = [0, 1, 2, 3] as const;

export const figureOf = (sums: SideSums, which: number): number =>
  sums[2 * which + 1]! * PART + sums[2 * which + 2]!;

export const NO_SUMS: SideSums = Array<number>(1 + 2 * FIGURES).fill(0);

export const added = (sums: SideSums, adds: SideSums, sign: 1 | -1): SideSums =>
  sums.map((value, place) => value + sign * adds[place]!);

/** By which the sums are kept. */
export const sideKey = ({ market = 'futures', symbol, side }: Reservation): string =>
  `${market}:${symbol}:${side}`;

/** What it adds; undefined where a figure is none, or is too large to be counted. */
export function contributionOf(reservation: Reservation): SideSums | undefined {
  const { market, side, quantity, notional, filled = '0', reduceOnly, shares } = reservation;
  const total = whole(quantity, QUANTITY_UNIT);
  const left = Math.max(0, total - whole(filled, QUANTITY_UNIT));
  const isOpening = total > 0 && !reduceOnly;
  const figures = [
    left,
    isOpening ? left : 0,
    isOpening ? Math.ceil((left / total) * whole(notional, AMOUNT_UNIT) - 0.01) : 0,
    // The target of a list counts no coin of its own until something of it is filled: then its stop has ended.
    market === 'spot' && !(shares && left === total) ? spent(side, left, total, notional) : 0,
  ];
  const adds = [1];
  for (const amount of figures) {
    if (!(amount >= 0 && amount < LARGEST)) return undefined;
    const parts = Math.floor(amount / PART);
    adds.push(parts, amount - parts * PART);
  }
  return adds;
}

/** A SELL spends its base, a BUY its quote. */
function spent(side: 'BUY' | 'SELL', left: number, total: number, notional: string): number {
  if (side === 'SELL') return left;
  return total > 0 ? Math.ceil((left / total) * Number(notional) * QUANTITY_UNIT - 1e-3) : 0;
}

const whole = (text: string, unit: number): number => Math.floor(Number(text) * unit + 0.5);
