/** What a symbol comes to if everything that rests on one side is filled, or everything on the other. In whole units. */
import { EXPOSURE_UNITS, OrderSide } from '@elvis/trading';
import { LEFT, OPENS, SideSums, WORTH, figureOf } from './reservation-sums';

const { QUANTITY_UNIT, AMOUNT_UNIT } = EXPOSURE_UNITS;

/** What rests on a side: the quantity left, how much of it can open, and what that is worth at the orders' own prices. */
export interface RestingSide {
  readonly left: number;
  readonly opens: number;
  readonly worth: number;
}

/** A symbol's position, signed, and what rests in it. */
export interface SymbolStake extends Readonly<Record<OrderSide, RestingSide>> {
  readonly isSpot: boolean;
  readonly position: number;
}

const NOTHING: RestingSide = { left: 0, opens: 0, worth: 0 };

export const noStake = (key: string): SymbolStake => ({
  isSpot: key.startsWith('spot:'),
  position: 0,
  BUY: NOTHING,
  SELL: NOTHING,
});

export const restingSide = (sums: SideSums): RestingSide => ({
  left: figureOf(sums, LEFT),
  opens: figureOf(sums, OPENS),
  worth: figureOf(sums, WORTH),
});

/** With so much more to open on a side, worth so much. */
export function withMore(stake: SymbolStake, side: OrderSide, opens: number, worth: number): SymbolStake {
  const rests = stake[side];
  return { ...stake, [side]: { left: rests.left, opens: rests.opens + opens, worth: rests.worth + worth } };
}

/** @param mark undefined where it is not known: then what is held counts nothing, and orders their own prices */
export function worstOf(stake: SymbolStake, mark: number | undefined): number {
  const held = (stake.position / QUANTITY_UNIT) * (mark ?? 0) * AMOUNT_UNIT;
  const buys = worthOf(stake.BUY, mark);
  // What sells on spot is owned.
  const worst = stake.isSpot ? buys + held : Math.max(buys + held, worthOf(stake.SELL, mark) - held);
  return Math.max(0, Math.ceil(worst - 0.01));
}

/** All that can open at the orders' own prices, or all of it at the mark, whichever is more. */
function worthOf({ opens, worth }: RestingSide, mark: number | undefined): number {
  if (mark === undefined) return worth;
  return Math.max(worth, Math.ceil((opens / QUANTITY_UNIT) * mark * AMOUNT_UNIT - 0.01));
}
