/** Prices of one side, ranked so that the best is last, where changes are cheap: bids (1) ascend, asks (-1) descend. */
export type Sign = 1 | -1;

/** The index of the price in a ranked list, or the one where it belongs. */
export function rankOf(prices: readonly number[], price: number, sign: Sign): number {
  const rank = price * sign;
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prices[middle]! * sign < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
