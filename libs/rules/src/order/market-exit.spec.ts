import { FACTS, codeOf, d, levels, market, order } from '../../test/a-case';
import { Facts } from './check';

const exit = market({ side: 'SELL', reduceOnly: true });
const account = (ageMs: number) => ({ account: { ...FACTS.account!, ageMs } });
/** The first five per cent below a mark of 60,000 end at 57,000. */
const ORDER_BOOKS: [string, Partial<Facts>, string][] = [
  ['no book', { book: undefined }, 'BOOK_MISSING'],
  ['an empty book', { book: { levels: [], ageMs: 0 } }, 'BOOK_MISSING'],
  ['a book older than allowed', { book: { ...FACTS.book!, ageMs: 3001 } }, 'BOOK_STALE'],
  ['a book that shows less', { book: { levels: levels(['59999', '0.001']), ageMs: 0 } }, 'BOOK_TOO_THIN'],
  [
    'a book far from the mark',
    { book: { levels: levels(['56999.9', '1']), ageMs: 0 } },
    'PRICE_OUTSIDE_COLLAR',
  ],
];

describe('a market order that only closes what is held', () => {
  it.each(ORDER_BOOKS)('goes out on %s, where one that may open does not', (_what, facts, code) => {
    expect(codeOf(exit, facts)).toBe('APPROVED');
    expect(codeOf(market({ side: 'SELL' }), facts)).toBe(code);
  });

  it.each(ORDER_BOOKS)(
    'is held to the rule on %s while the position is not known well enough',
    (_what, book, code) => {
      expect(codeOf(exit, { ...book, ...account(15_000) })).toBe('APPROVED');
      expect(codeOf(exit, { ...book, ...account(15_001) })).toBe(code);
      expect(codeOf(exit, { ...book, account: undefined })).toBe(code);
    },
  );

  it('is worth what it is worth at the mark, and held to the largest order by that', () => {
    // 0.3 x 60,000 = 18,000 of 20,000; the level that it would reach is at 70,000, 0.3 x 70,000 = 21,000.
    const dear = { book: { levels: levels(['70000', '1']), ageMs: 0 } };
    const buy = (quantity: string) => market({ side: 'BUY', reduceOnly: true, quantity });
    expect(codeOf(buy('0.3'), dear)).toBe('APPROVED');
    expect(codeOf(buy('0.334'), dear)).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
  });

  it.each<[string, Partial<Facts>, string]>([
    ['a halt', { state: { state: 'HALTED' } }, 'STATE_HALTED'],
    ['a missing mark', { mark: undefined }, 'MARK_MISSING'],
    ['an old mark', { mark: { price: d('60000'), ageMs: 3001 } }, 'MARK_STALE'],
  ])('is still refused on %s', (_what, facts, code) => {
    expect(codeOf(exit, { ...facts, book: undefined })).toBe(code);
  });

  it('alone goes so: a limit and what a stop rests at are held to their prices, and spot has no such orders', () => {
    const far = { side: 'SELL', reduceOnly: true, price: '56999.9' } as const;
    expect(codeOf(order(far))).toBe('PRICE_OUTSIDE_COLLAR');
    expect(
      codeOf(order({ ...far, type: 'STOP', stopPrice: '60000' }), { mark: { price: d('61000'), ageMs: 0 } }),
    ).toBe('PRICE_OUTSIDE_COLLAR');
    expect(codeOf(market({ market: 'spot', side: 'SELL', reduceOnly: true }), { book: undefined })).toBe(
      'ORDER_TYPE_UNSUPPORTED',
    );
  });
});
