/**
 * When an order fills within a candle, and at what price. Where a candle does not tell, the worse is taken: these rules
 * are printed in every report.
 */
import { Decimal } from '@elvis/trading';

export const FILL_RULES = [
  'A market order fills at the open of the next candle, moved against it by half the spread and the slippage.',
  'A stop fills at its price, or at the open if the candle opens beyond it, moved against it in the same way.',
  'A limit fills at its price when the candle trades through it by a tick, never when it is only touched; maker fee.',
  'A target needs a candle that trades through it by a tick: on spot it is such a limit; on futures it fills at its price, moved against it as a market order is.',
  'Stop and target in one candle: the stop. The finest candles there are decide.',
  'A trailing stop follows the extremes of the candles before, not of the one it fills in.',
  'A position whose entry rested is not taken to its target by the candle of the entry.',
  'Funding is paid on the position at its times, at the close of the candle before.',
  'A position is liquidated when a candle reaches the price at which margin is used up, and its stop lies beyond; it fills as a stop does.',
] as const;

export type Side = 'BUY' | 'SELL';

/** What a fill rule reads of a candle. */
export interface Range {
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

/** What taking costs: the price moved against it. @param against half the spread and the slippage, as a fraction */
export const movedAgainst = (side: Side, price: number, against: number): number =>
  side === 'BUY' ? price * (1 + against) : price * (1 - against);

/** Where a stop fires, or null where the candle does not reach it. A SELL stop lies below, a BUY stop above. */
export function stopPrice(side: Side, stop: number, { open, high, low }: Range): number | null {
  if (side === 'SELL') return low > stop ? null : Math.min(open, stop);
  return high < stop ? null : Math.max(open, stop);
}

/** Whether the candle trades through a resting limit by at least a tick. */
export const tradesThrough = (side: Side, price: number, { high, low }: Range, tick: number): boolean =>
  // Half a tick of tolerance, for two numbers that should be a tick apart and are not quite.
  side === 'BUY' ? low <= price - tick / 2 : high >= price + tick / 2;

/** A price this near to a tick, in ticks, is on it: two numbers that should be the same are not quite. */
const NEAR = 5e-7;

/** To the tick that is worse for this side. @param tick the same as `tickSize`, which is as slow to become a number */
export function worseTick(side: Side, price: number, tickSize: Decimal, tick: number): Decimal {
  const ticks = price / tick;
  return tickSize.times(side === 'BUY' ? Math.ceil(ticks - NEAR) : Math.floor(ticks + NEAR));
}
