/** How far a book is known that began with a part of it. */
import fc from 'fast-check';
import { DepthEvent, LocalOrderBook } from './local-order-book';
import { Level } from './price-ladder';

const SYMBOL = 'BTCUSDT';
const MIDDLE = 1_000;

/** The exchange's whole book: quantities by price, and the events of its changes. */
class Exchange {
  readonly quantities = new Map<number, number>();
  updateId = 100;

  constructor(prices: readonly number[]) {
    for (const price of prices) if (price !== MIDDLE) this.quantities.set(price, 1);
  }

  levels(side: 'bids' | 'asks', count: number): Level[] {
    const sign = side === 'bids' ? -1 : 1;
    return [...this.quantities]
      .filter(([price, quantity]) => quantity > 0 && (price - MIDDLE) * sign > 0)
      .sort(([a], [b]) => (a - b) * sign)
      .slice(0, count)
      .map(([price, quantity]) => [`${price}`, `${quantity}`]);
  }

  change(price: number, quantity: number): DepthEvent {
    this.quantities.set(price, quantity);
    this.updateId += 1;
    const level: Level = [`${price}`, `${quantity}`];
    return {
      symbol: SYMBOL,
      firstUpdateId: this.updateId,
      lastUpdateId: this.updateId,
      previousUpdateId: this.updateId - 1,
      eventTimeMs: this.updateId,
      bids: price < MIDDLE ? [level] : [],
      asks: price > MIDDLE ? [level] : [],
    };
  }
}

describe('an order book that began with a part of the exchange', () => {
  const prices = fc.integer({ min: MIDDLE - 30, max: MIDDLE + 30 }).filter((price) => price !== MIDDLE);

  it('never shows a level as the next best that is not, nor fewer than it has to', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(prices, { minLength: 1 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(2),
        fc.array(fc.tuple(prices, fc.integer({ min: 0, max: 3 }))),
        (there, limit, less, changes) => {
          const exchange = new Exchange(there);
          const atLeast = Math.max(1, limit - less);
          const book = new LocalOrderBook(atLeast);
          const { updateId: lastUpdateId } = exchange;
          book.load({
            ...{ lastUpdateId, limit },
            bids: exchange.levels('bids', limit),
            asks: exchange.levels('asks', limit),
          });
          for (const [price, quantity] of changes) {
            if (book.offer(exchange.change(price, quantity)) === 'OUTRUN') return;
            for (const side of ['bids', 'asks'] as const) {
              const shown = book.top(1_000)[side];
              expect(shown).toEqual(exchange.levels(side, shown.length));
            }
            for (const count of [1, 5, atLeast])
              if (count === atLeast || book.knows(count))
                expect(book.top(count)).toEqual({
                  bids: exchange.levels('bids', count),
                  asks: exchange.levels('asks', count),
                });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is lost when fewer levels of a side are known than are published', () => {
    const exchange = new Exchange(Array.from({ length: 60 }, (_, place) => MIDDLE - 30 + place));
    const book = new LocalOrderBook();
    book.load({
      ...{ lastUpdateId: 100, limit: 21 },
      bids: exchange.levels('bids', 21),
      asks: exchange.levels('asks', 21),
    });
    expect(book.offer(exchange.change(999, 0))).toBe('APPLIED');
    expect([book.knows(20), book.knows(21)]).toEqual([true, false]);
    expect(book.offer(exchange.change(998, 0))).toBe('OUTRUN');
    expect(book.isSynced).toBe(false);
  });

  it('knows a side to its end of which fewer levels came than were asked for', () => {
    const exchange = new Exchange([999, 1_001]);
    const book = new LocalOrderBook();
    book.load({ lastUpdateId: 100, limit: 2, bids: [['999', '1']], asks: [['1001', '1']] });
    expect(book.offer(exchange.change(980, 4))).toBe('APPLIED');
    expect(book.offer(exchange.change(999, 0))).toBe('APPLIED');
    expect([book.knows(500), book.top(5).bids]).toEqual([true, [['980', '4']]]);
  });
});
