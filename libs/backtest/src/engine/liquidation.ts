/** At which price the exchange takes a position away. */
import { bracketsOf } from '@elvis/simulation';

/**
 * The price at which the wallet and the position's loss leave no more than the maintenance margin of its bracket, in
 * one-way mode with this position alone: from wallet + q (p - entry) = q p m - cum, by Binance's own tables.
 *
 * @param signed below zero for a short position
 * @returns null where no price above zero does it
 */
export function liquidationPrice(
  symbol: string,
  signed: number,
  entryPrice: number,
  wallet: number,
): number | null {
  const quantity = Math.abs(signed);
  const notional = quantity * entryPrice;
  const brackets = bracketsOf(symbol);
  const { maintenancePpm, cum } =
    brackets.find(({ notionalCap }) => notional <= notionalCap) ?? brackets.at(-1)!;
  const rate = maintenancePpm / 1_000_000;
  const price =
    signed > 0
      ? (notional - wallet - cum) / (quantity * (1 - rate))
      : (notional + wallet + cum) / (quantity * (1 + rate));
  return price > 0 ? price : null;
}
