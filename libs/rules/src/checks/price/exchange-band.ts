/** The exchange takes a BUY at most at mark x up and a SELL at least at mark x down; beyond it would be rejected. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from '../../order/check';
import { noPrice } from './mark-age';

export const checkExchangeBand: Check = ({ content, price, trigger }, { instrument, mark }) => {
  if (price === undefined) return APPROVED;
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  if (!mark) return noPrice(content);
  // What waits enters the book where the market is by then.
  const middle = trigger ?? mark.price;
  const { priceMultiplierUp, priceMultiplierDown } = instrument;
  const asked = { price: price.toFixed(), mark: middle.toFixed() };
  if (content.side === 'BUY' && priceMultiplierUp) {
    const highest = middle.times(priceMultiplierUp);
    if (price.gt(highest)) {
      return denied('PRICE_OUTSIDE_EXCHANGE_BAND', { ...asked, highest: highest.toFixed() });
    }
  }
  if (content.side === 'SELL' && priceMultiplierDown) {
    const lowest = middle.times(priceMultiplierDown);
    if (price.lt(lowest)) {
      return denied('PRICE_OUTSIDE_EXCHANGE_BAND', { ...asked, lowest: lowest.toFixed() });
    }
  }
  return APPROVED;
};
