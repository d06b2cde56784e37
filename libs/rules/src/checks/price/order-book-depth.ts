/**
 * A market order is judged on a fresh book that shows enough to fill it: otherwise its price is anybody's guess. One
 * that only closes what is held asks for no book: anyone who wants out is not kept in by a thin market.
 */
import { APPROVED, denied } from '@elvis/trading';
import { isMarketExit } from '../../order/market-exit';
import { walkOrderBook } from '../../order/worst-price';
import { Check } from '../../order/check';

export const checkOrderBookDepth: Check = (order, facts, { maxPriceAgeMs }) => {
  const { content, quantity } = order;
  const { book } = facts;
  if (content.type !== 'MARKET' || isMarketExit(order, facts)) return APPROVED;
  const { symbol } = content;
  if (!book || book.levels.length === 0) return denied('BOOK_MISSING', { symbol });
  if (maxPriceAgeMs !== undefined && book.ageMs > maxPriceAgeMs) {
    return denied('BOOK_STALE', { symbol, ageMs: `${book.ageMs}`, maximumMs: `${maxPriceAgeMs}` });
  }
  if (!walkOrderBook(book, quantity)) {
    return denied('BOOK_TOO_THIN', {
      symbol,
      quantity: quantity.toFixed(),
      shown: book.levels.reduce((sum, level) => level.quantity.plus(sum), quantity.minus(quantity)).toFixed(),
    });
  }
  return APPROVED;
};
