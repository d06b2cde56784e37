/** No order is judged without the market's price, nor with an old one: the mark, or on spot the middle of its own book. */
import { APPROVED, OrderContent, Verdict, denied } from '@elvis/trading';
import { Check } from '../../order/check';

export const checkMarkAge: Check = ({ content }, { mark }, { maxPriceAgeMs }) => {
  if (!mark) return noPrice(content);
  if (maxPriceAgeMs !== undefined && mark.ageMs > maxPriceAgeMs) {
    return denied(content.market === 'spot' ? 'PRICE_STALE' : 'MARK_STALE', {
      symbol: content.symbol,
      ageMs: `${mark.ageMs}`,
      maximumMs: `${maxPriceAgeMs}`,
    });
  }
  return APPROVED;
};

/** The refusal of the one that needs the price and has none. */
export const noPrice = ({ market, symbol }: Pick<OrderContent, 'market' | 'symbol'>): Verdict =>
  denied(market === 'spot' ? 'PRICE_MISSING' : 'MARK_MISSING', { symbol });
