/** What trading costs: fractions of the notional, or of the price. */
import { Decimal } from '@elvis/trading';
import { SizedSlippage } from '../data/measured-slippage';

export interface Costs {
  readonly takerFee: Decimal;
  readonly makerFee: Decimal;
  /** Of the price; half of what lies between bid and ask. */
  readonly halfSpread: number;
  /** Of the price, on top, whatever the size. */
  readonly slippage: number;
  /** Instead of it: by the size of what is taken, smallest first, as it was measured on recorded order books. */
  readonly slippageBySize?: readonly SizedSlippage[];
  /** Where spread and slippage are from. */
  readonly slippageFrom: string;
  /** Of the notional, every eight hours; what longs pay shorts. */
  readonly fundingRate: Decimal;
  /** Instead of it, within their time: as the exchange published them, by the moment they were paid. */
  readonly fundings?: ReadonlyMap<number, Decimal>;
  /** Where they are from. */
  readonly fundingFrom?: string;
  readonly liquidationFee: Decimal;
}

/** Binance's fees without a discount (VIP 0), 2 basis points of slippage; funding as where markets are calm. */
export const FUTURES_COSTS: Costs = {
  takerFee: new Decimal('0.0005'),
  makerFee: new Decimal('0.0002'),
  halfSpread: 0.000_01,
  slippage: 0.000_2,
  slippageFrom: 'assumed',
  fundingRate: new Decimal('0.0001'),
  liquidationFee: new Decimal('0.0125'),
};

export const SPOT_COSTS: Costs = {
  takerFee: new Decimal('0.001'),
  makerFee: new Decimal('0.001'),
  halfSpread: 0.000_01,
  slippage: 0.000_2,
  slippageFrom: 'assumed',
  fundingRate: new Decimal(0),
  liquidationFee: new Decimal(0),
};

/** Funding is exchanged at 00:00, 08:00 and 16:00 UTC. */
export const FUNDING_EVERY_MS = 28_800_000;

/**
 * The rate that is paid at a moment, or null where none is. Before the first and after the last of those that are known, the
 * assumed one is paid at its times: what is not known is not free.
 */
export function fundingAt({ fundingRate, fundings }: Costs, timeMs: number): Decimal | null {
  const known = fundings?.get(timeMs);
  if (known !== undefined) return known;
  if (timeMs % FUNDING_EVERY_MS !== 0) return null;
  if (fundings === undefined || fundings.size === 0) return fundingRate;
  const [first, last] = spanOf(fundings);
  return timeMs < first || timeMs > last ? fundingRate : null;
}

const spans = new WeakMap<ReadonlyMap<number, Decimal>, readonly [first: number, last: number]>();

function spanOf(fundings: ReadonlyMap<number, Decimal>): readonly [first: number, last: number] {
  let span = spans.get(fundings);
  if (span === undefined) {
    const times = [...fundings.keys()].sort((one, other) => one - other);
    span = [times[0]!, times.at(-1)!];
    spans.set(fundings, span);
  }
  return span;
}

/** What taking so much loses, as a fraction of the price. Beyond what was measured it grows with the size. */
export function takingLoses({ halfSpread, slippage, slippageBySize = [] }: Costs, notional: number): number {
  const largest = slippageBySize.at(-1);
  if (largest === undefined) return halfSpread + slippage;
  const row = slippageBySize.find((each) => notional <= each.notional);
  return halfSpread + (row?.slippage ?? largest.slippage * (notional / largest.notional));
}
