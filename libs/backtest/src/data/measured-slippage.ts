/** What taking cost on recorded order books, by the size of the order. */
import { Market } from '@elvis/trading';
import { RecordedOrderBook } from './read-recording';

/** Of orders worth up to so much in the quote asset: the fraction of the price that they lose beyond half the spread. */
export interface SizedSlippage {
  readonly notional: number;
  readonly slippage: number;
}

export interface MeasuredSlippage {
  readonly market: Market;
  readonly symbol: string;
  readonly orderBooks: number;
  /** Of the price. */
  readonly halfSpread: number;
  readonly bySize: readonly SizedSlippage[];
  /** Within 10 basis points of the middle on the thinner side, at the tenth percentile; absent in files of before. */
  readonly depth?: number;
}

/** In the quote asset. */
const SIZES = [1_000, 5_000, 10_000, 20_000, 50_000, 100_000];
/** So many of the order books, on both sides, are no dearer. */
const SHARE = 0.95;
/** How far from the middle depth is counted, as a fraction of it, and the share of order books that has less. */
const NEAR = 0.001;
const THIN = 0.1;

/** @throws RangeError where there is no order book */
export function measureSlippage(
  orderBooks: Iterable<RecordedOrderBook>,
): Pick<MeasuredSlippage, 'orderBooks' | 'halfSpread' | 'bySize' | 'depth'> {
  const halfSpreads: number[] = [];
  const depths: number[] = [];
  const bySize = SIZES.map((): number[] => []);
  for (const { bids, asks } of orderBooks) {
    const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
    if (bid === undefined || ask === undefined) continue;
    const middle = (bid + ask) / 2;
    const halfSpread = (ask - bid) / 2 / middle;
    halfSpreads.push(halfSpread);
    depths.push(Math.min(near(bids, middle), near(asks, middle)));
    SIZES.forEach((size, at) => {
      for (const side of [bids, asks])
        bySize[at]!.push(Math.abs(averagePrice(side, size) / middle - 1) - halfSpread);
    });
  }
  if (halfSpreads.length === 0) throw new RangeError('It shows no order book with both sides');
  return {
    orderBooks: halfSpreads.length,
    halfSpread: figure(halfSpreads),
    depth: Math.floor(depths.sort((one, other) => one - other)[Math.floor(THIN * (depths.length - 1))]!),
    // A size that too many order books do not hold has no figure.
    bySize: SIZES.map((notional, at) => ({ notional, slippage: figure(bySize[at]!) })).filter(
      ({ slippage }) => Number.isFinite(slippage),
    ),
  };
}

/** What an order worth so much would pay on average; infinite where the side does not hold as much. */
function averagePrice(side: RecordedOrderBook['bids'], notional: number): number {
  let [left, quantity] = [notional, 0];
  for (const [price, offered] of side) {
    const taken = Math.min(left, price * offered);
    quantity += taken / price;
    left -= taken;
    if (left <= 0) return notional / quantity;
  }
  return Infinity;
}

/** What one side holds near the middle, in the quote asset. */
const near = (side: RecordedOrderBook['bids'], middle: number): number =>
  side
    .filter(([price]) => Math.abs(price - middle) <= NEAR * middle)
    .reduce((sum, [price, quantity]) => sum + price * quantity, 0);

/** To 1e-8 of the price. */
function figure(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Number(Math.max(0, sorted[Math.ceil(SHARE * sorted.length) - 1]!).toFixed(8));
}
