/** A limit price stands on the instrument's tick, inside the exchange's own bounds. */
import { APPROVED, Decimal, Instrument, Verdict, denied, isOnGrid } from '@elvis/trading';
import { Check } from '../../order/check';

export const checkPriceGrid: Check = ({ content, price }, { instrument }) => {
  if (price === undefined) return APPROVED;
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  return priceGridVerdict(price, instrument);
};

/** @param field named in a refusal where it is not the order's price */
export function priceGridVerdict(price: Decimal, instrument: Instrument, field?: string): Verdict {
  const { tickSize, minPrice, maxPrice } = instrument;
  const asked = { price: price.toFixed(), ...(field !== undefined && { field }) };
  if (minPrice && price.lt(minPrice)) {
    return denied('PRICE_BELOW_MINIMUM', { ...asked, minimum: minPrice.toFixed() });
  }
  if (maxPrice?.gt(0) && price.gt(maxPrice)) {
    return denied('PRICE_ABOVE_MAXIMUM', { ...asked, maximum: maxPrice.toFixed() });
  }
  if (!isOnGrid(price, tickSize, minPrice)) {
    return denied('PRICE_NOT_ON_TICK', { ...asked, tickSize: tickSize.toFixed() });
  }
  return APPROVED;
}
