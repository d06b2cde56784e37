/**
 * Nothing opens while the exchange's price strays from what another venue asks by more than the house allows: one of the
 * two is wrong, and it may be ours. How far they usually are apart (a dollar is no USDT) is taken off already. What only
 * reduces passes: a position must be closable.
 */
import { APPROVED, denied } from '@elvis/trading';
import { opensNothing } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkVenueDivergence: Check = (
  order,
  { reference },
  { maxVenueDivergence, maxPriceAgeMs = Infinity },
) => {
  if (maxVenueDivergence === undefined || opensNothing(order)) return APPROVED;
  const { symbol } = order.content;
  if (!reference) {
    return denied('REFERENCE_MISSING', { symbol, why: 'no reference price of this symbol has come' });
  }
  const { venue, price, ageMs, compared } = reference;
  if (ageMs > maxPriceAgeMs) {
    return denied('REFERENCE_STALE', { symbol, venue, ageMs: `${ageMs}`, maximumMs: `${maxPriceAgeMs}` });
  }
  if (!compared) return denied('REFERENCE_MISSING', { symbol, venue, why: reference.lacks });
  if (compared.ageMs > maxPriceAgeMs) {
    return denied('BOOK_STALE', { symbol, ageMs: `${compared.ageMs}`, maximumMs: `${maxPriceAgeMs}` });
  }
  if (compared.divergence.abs().lte(maxVenueDivergence)) return APPROVED;
  return denied('VENUE_DIVERGENCE_ABOVE_MAXIMUM', {
    symbol,
    divergence: compared.divergence.toFixed(),
    maximum: maxVenueDivergence.toFixed(),
    price: compared.price.toFixed(),
    ageMs: `${compared.ageMs}`,
    venue,
    referencePrice: price.toFixed(),
    referenceAgeMs: `${ageMs}`,
  });
};
