/** What a fill does to a position. */
import { Decimal, OrderSide } from '@elvis/trading';
import { PositionFill, Booked, Origin, ownerOf } from './symbol-lots';

export interface Traded {
  readonly market: string;
  readonly side: OrderSide;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly fee: string;
  readonly feeAsset: string;
  /** The exchange's own, of futures. */
  readonly realizedPnl: string;
  readonly botConfigId?: string | null;
  readonly origin: Origin;
}

/**
 * On spot a fee in the base asset leaves the holding: of 0.02 bought with a fee of 0.00002 there are 0.01998, and what
 * the fee is worth at the fill's price counts as a fee, not as cost. Undefined where it cannot be known: a spot fill
 * with a fee in a symbol whose assets nobody told.
 */
export function toPositionFill(traded: Traded, baseAsset: string | undefined): PositionFill | undefined {
  const { market, side } = traded;
  const owner = ownerOf(traded.botConfigId, traded.origin);
  const quantity = new Decimal(traded.quantity);
  const price = new Decimal(traded.price);
  if (market !== 'spot') return { owner, side, quantity, amount: quantity.times(price) };
  const fee = new Decimal(traded.fee);
  const amount = new Decimal(traded.quoteQuantity);
  if (baseAsset === undefined && !fee.isZero()) return undefined;
  if (traded.feeAsset !== baseAsset || fee.isZero()) return { owner, side, quantity, amount };
  const sign = side === 'BUY' ? -1 : 1;
  return {
    owner,
    side,
    quantity: quantity.plus(fee.times(sign)),
    amount: amount.plus(fee.times(price).times(sign)),
  };
}

export interface Results {
  readonly result: Decimal;
  readonly closes: boolean;
  readonly ownResult: Decimal;
  readonly ownCloses: boolean;
}

/** On futures the account's result is the exchange's word; of spot it has none. */
export function resultsOf({ market, realizedPnl }: Traded, { account, own }: Booked): Results {
  const told = new Decimal(realizedPnl);
  const isFutures = market !== 'spot';
  return {
    result: isFutures ? told : account.realized,
    closes: account.closes || (isFutures && !told.isZero()),
    ownResult: own.realized,
    ownCloses: own.closes,
  };
}
