/** No order is judged without a mark price, nor with an old one. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from './check';

export const checkMarkAge: Check = ({ content }, { mark }, { maxPriceAgeMs }) => {
  if (!mark) return denied('MARK_MISSING', { symbol: content.symbol });
  if (maxPriceAgeMs !== undefined && mark.ageMs > maxPriceAgeMs) {
    return denied('MARK_STALE', {
      symbol: content.symbol,
      ageMs: `${mark.ageMs}`,
      maximumMs: `${maxPriceAgeMs}`,
    });
  }
  return APPROVED;
};
