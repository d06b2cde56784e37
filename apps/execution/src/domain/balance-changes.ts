/** What one fill does to the balances: on futures its profit and its fee, on spot what changes hands. */
import { Decimal, Fill, InstrumentMessage } from '@elvis/trading';

export type Assets = Pick<InstrumentMessage, 'baseAsset' | 'quoteAsset'>;

/** By asset; what comes to nothing is left out. */
export function balanceChangesOf(
  fill: Fill,
  { baseAsset, quoteAsset }: Assets,
): ReadonlyMap<string, Decimal> {
  const changes = new Map<string, Decimal>();
  const add = (asset: string, amount: Decimal): void => {
    const sum = (changes.get(asset) ?? new Decimal(0)).plus(amount);
    if (sum.isZero()) changes.delete(asset);
    else changes.set(asset, sum);
  };
  if (fill.market === 'spot') {
    const sign = fill.side === 'BUY' ? 1 : -1;
    add(baseAsset, new Decimal(fill.quantity).times(sign));
    add(quoteAsset, new Decimal(fill.quoteQuantity).times(-sign));
  } else add(quoteAsset, new Decimal(fill.realizedPnl));
  if (fill.feeAsset !== '') add(fill.feeAsset, new Decimal(fill.fee).negated());
  return changes;
}
