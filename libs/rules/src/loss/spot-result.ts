/**
 * What spot has won or lost since it was first measured: what the followed coins are worth now, less what they were worth
 * then and what has moved since, each movement at the price of its time. A movement is a change of a wallet that no fill
 * explains: a deposit, a withdrawal, a transfer, dust turned into another coin. It is neither profit nor loss.
 *
 * The coins of followed symbols count in full. Of any other coin only what a fill made of it counts, at the price of that
 * time: a fee paid in it does, its price going up and down does not.
 */
import { Decimal, ZERO, maxDecimal } from '@elvis/trading';

export interface Holding {
  readonly wallet: Decimal;
  /** The sum of all movements since the ledger began. */
  readonly moved: Decimal;
}

/** The spot balances as our own records make them, since that moment. */
export interface SpotLedger {
  readonly sinceMs: number;
  /** By asset. */
  readonly holdings: ReadonlyMap<string, Holding>;
}

export interface SpotResult {
  /** The ledger and its holdings that this result was measured on. */
  readonly sinceMs: number;
  readonly holdings: ReadonlyMap<string, Holding>;
  /** Assets whose price counts. Only ever more: what leaves the list would look like money that left. */
  readonly counted: readonly string[];
  /** What all that counts has brought in, at the price of its time. */
  readonly base: Decimal;
  /** The result when it was last written down; above zero is won. */
  readonly value: Decimal;
  readonly valueAtMs: number;
  /** The result when the day began, or its loss was acknowledged. */
  readonly dayStart: Decimal;
}

/** In the currency that losses are measured in; undefined while it is not known. */
export type PriceOf = (asset: string) => Decimal | 'unlisted' | undefined;

export type SpotMeasurement =
  | { readonly result: SpotResult }
  /** Nothing was measured: these assets have no price. */
  | { readonly unpriced: readonly string[] };

const NOTHING: Holding = { wallet: ZERO, moved: ZERO };
/** Of the currency that losses are measured in. */
const DECIMALS = 8;

export function measureSpot(
  known: SpotResult | undefined,
  { sinceMs, holdings }: SpotLedger,
  followed: readonly string[],
  priceOf: PriceOf,
  atMs: number,
): SpotMeasurement {
  const prices = new Pricing(priceOf);
  const counted = [...new Set([...(known?.counted ?? []), ...followed])].sort();
  let added = ZERO;
  let unexplained = ZERO;
  for (const asset of new Set([...holdings.keys(), ...(known?.holdings.keys() ?? [])])) {
    const now = holdings.get(asset) ?? NOTHING;
    const before = known?.holdings.get(asset) ?? NOTHING;
    const change = now.wallet.minus(before.wallet);
    const moved = now.moved.minus(before.moved);
    if (!counted.includes(asset)) {
      if (known?.sinceMs === sinceMs) added = added.minus(prices.ofFlow(asset, change.minus(moved)));
    } else if (!known?.counted.includes(asset)) added = added.plus(prices.of(asset, now.wallet));
    else if (known.sinceMs === sinceMs) added = added.plus(prices.of(asset, moved));
    else unexplained = unexplained.plus(prices.of(asset, change));
  }
  // The ledger began again: what changed before nobody can explain. It counts where it is a loss, and never as a gain.
  const brought = added.plus(maxDecimal(unexplained, ZERO)).toDecimalPlaces(DECIMALS);
  const base = (known?.base ?? ZERO).plus(brought);
  const worth = counted.reduce(
    (sum, asset) => sum.plus(prices.of(asset, holdings.get(asset)?.wallet ?? ZERO)),
    ZERO,
  );
  if (prices.unpriced.size > 0) return { unpriced: [...prices.unpriced].sort() };
  const value = worth.minus(base).toDecimalPlaces(DECIMALS);
  const dayStart = known?.dayStart ?? value;
  return { result: { sinceMs, holdings, counted, base, value, valueAtMs: atMs, dayStart } };
}

/** Whether both were measured on the same balances and movements, so that they differ by prices alone. */
export const isSameBasis = (one: SpotResult, other: SpotResult): boolean =>
  one.sinceMs === other.sinceMs &&
  one.base.eq(other.base) &&
  one.counted.join() === other.counted.join() &&
  one.holdings.size === other.holdings.size &&
  [...one.holdings].every(([asset, { wallet, moved }]) => {
    const same = other.holdings.get(asset);
    return same !== undefined && wallet.eq(same.wallet) && moved.eq(same.moved);
  });

class Pricing {
  readonly unpriced = new Set<string>();

  constructor(private readonly priceOf: PriceOf) {}

  of(asset: string, amount: Decimal): Decimal {
    if (amount.isZero()) return ZERO;
    const price = this.priceOf(asset);
    if (price instanceof Decimal) return amount.times(price);
    this.unpriced.add(asset);
    return ZERO;
  }

  /** As `of`; what the exchange lists at no price at all has none to wait for, and comes to nothing. */
  ofFlow(asset: string, amount: Decimal): Decimal {
    return this.priceOf(asset) === 'unlisted' ? ZERO : this.of(asset, amount);
  }
}
