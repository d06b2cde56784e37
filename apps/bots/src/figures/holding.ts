/**
 * What a bot holds, by its fills: the quantity, what it cost, and what a fill that takes from it has brought. On futures
 * the exchange's own result of a fill counts; on spot, which has none, it follows from the average cost.
 */
import { BotHolding } from '@elvis/contracts';
import { Decimal, Fill, ZERO, minDecimal } from '@elvis/trading';

export interface Holding {
  /** Signed: below zero is short. */
  readonly quantity: Decimal;
  /** In the quote asset, above zero on either side; zero while flat. */
  readonly cost: Decimal;
  /** All that was added since it was last flat: what the shares of a ladder are shares of. */
  readonly added: Decimal;
  /** Of the first fill since it was last flat, on the exchange's clock; null while flat. */
  readonly openedAtMs: number | null;
}

export const keptHolding = ({ quantity, cost, added, openedAtMs }: Holding): BotHolding => ({
  quantity: quantity.toFixed(),
  cost: cost.toFixed(),
  added: added.toFixed(),
  openedAtMs,
});

export const readHolding = ({ quantity, cost, added, openedAtMs }: BotHolding): Holding => ({
  quantity: new Decimal(quantity),
  cost: new Decimal(cost),
  added: new Decimal(added),
  openedAtMs,
});

export const FLAT_HOLDING: Holding = { quantity: ZERO, cost: ZERO, added: ZERO, openedAtMs: null };

export const entryPriceOf = ({ quantity, cost }: Holding): Decimal =>
  quantity.isZero() ? ZERO : cost.div(quantity.abs());

export interface Booked {
  readonly holding: Holding;
  /** Result of what this fill closed, in the quote asset, before its fee; zero where it only added. */
  readonly result: Decimal;
  /** Fee in the quote asset; zero and `unpriced` where the fee's asset has no price here. */
  readonly fee: Decimal;
  readonly unpriced: boolean;
}

export interface FillTerms {
  /** What one unit of a fee asset that the symbol does not trade is worth in the quote asset, where that is known. */
  readonly feePrice?: Decimal | undefined;
  /** Less than this cannot be sold: what a fee has left of a spot holding is written off with its end. */
  readonly leastQuantity?: Decimal | undefined;
}

export function applyFill(
  before: Holding,
  fill: Fill,
  { feePrice, leastQuantity = ZERO }: FillTerms = {},
): Booked {
  const price = new Decimal(fill.price);
  const { fee, unpriced } = feeOf(fill, price, feePrice);
  const moved = quantityMoved(fill);
  const signed = fill.side === 'BUY' ? moved : moved.negated();
  const isAgainst = !before.quantity.isZero() && before.quantity.isPositive() !== signed.isPositive();
  const closes = isAgainst ? minDecimal(moved, before.quantity.abs()) : ZERO;
  const opens = moved.minus(closes);
  const costClosed = closes.isZero() ? ZERO : before.cost.times(closes).div(before.quantity.abs());
  const result = closes.isZero() ? ZERO : resultOf(fill, before, closes, costClosed, price);
  const quantity = before.quantity.plus(signed);
  if (quantity.isZero()) return { holding: FLAT_HOLDING, result, fee, unpriced };
  if (fill.market === 'spot' && isAgainst && quantity.abs().lt(leastQuantity)) {
    const writtenOff = before.cost.minus(costClosed);
    return { holding: FLAT_HOLDING, result: result.minus(writtenOff), fee, unpriced };
  }
  const hasTurned = isAgainst && opens.gt(0);
  return {
    holding: {
      quantity,
      cost: (hasTurned ? ZERO : before.cost.minus(costClosed)).plus(opens.times(price)),
      added: hasTurned ? opens : before.added.plus(opens),
      openedAtMs: hasTurned ? fill.tradedAtMs : (before.openedAtMs ?? fill.tradedAtMs),
    },
    result,
    fee,
    unpriced,
  };
}

function resultOf(fill: Fill, before: Holding, closes: Decimal, cost: Decimal, price: Decimal): Decimal {
  if (fill.market === 'futures') return new Decimal(fill.realizedPnl);
  const worth = closes.times(price);
  return before.quantity.isPositive() ? worth.minus(cost) : cost.minus(worth);
}

/** On spot the fee of a purchase may be taken out of what was bought. */
function quantityMoved({ market, side, quantity, fee, feeAsset, baseAsset }: Fill): Decimal {
  const isTakenOut = market === 'spot' && side === 'BUY' && feeAsset !== '' && feeAsset === baseAsset;
  return isTakenOut ? new Decimal(quantity).minus(fee) : new Decimal(quantity);
}

function feeOf(
  { fee: text, feeAsset, baseAsset, quoteAsset }: Fill,
  price: Decimal,
  feePrice: Decimal | undefined,
): { readonly fee: Decimal; readonly unpriced: boolean } {
  const fee = new Decimal(text);
  if (fee.isZero() || feeAsset === '' || feeAsset === quoteAsset) return { fee, unpriced: false };
  const worth = feeAsset === baseAsset ? price : feePrice;
  return worth ? { fee: fee.times(worth), unpriced: false } : { fee: ZERO, unpriced: true };
}
