import fc from 'fast-check';
import { PriceLadder, Level } from './price-ladder';

const price = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom(0, 1, 2, 5))
  .map(([digits, scale]) => (digits / 10 ** scale).toFixed(scale));

describe('book side', () => {
  it('tells any two prices of 15 digits apart, and knows one by any zeros at its end', () => {
    const side = new PriceLadder(1);
    side.set(['12345678.9012345', '1']);
    side.set(['12345678.9012346', '1']);
    side.set(['0.00010', '1']);
    side.set(['0.0001000', '2']);
    side.set(['12345678.90123450', '0']);
    expect(side.top(9)).toEqual([
      ['0.0001000', '2'],
      ['12345678.9012346', '1'],
    ]);
  });

  it('crosses the other side when its best has reached it, however many decimals either has', () => {
    const [bids, asks] = [new PriceLadder(-1), new PriceLadder(1)];
    expect(bids.crosses(asks)).toBe(false);
    bids.set(['10.5', '1']);
    asks.set(['10.501', '1']);
    expect([bids.crosses(asks), asks.crosses(bids)]).toEqual([false, false]);
    bids.set(['10.50100', '1']);
    expect([bids.crosses(asks), asks.crosses(bids)]).toEqual([true, true]);
  });

  it('always holds what a plain map of prices holds, best first', () => {
    const quantity = fc.constantFrom('0', '0.000', '1', '2.5');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(price, quantity)),
        fc.constantFrom(1 as const, -1 as const),
        (updates, direction) => {
          const side = new PriceLadder(direction);
          const model = new Map<number, Level>();
          for (const update of updates) {
            side.set(update);
            if (Number(update[1]) === 0) model.delete(Number(update[0]));
            else model.set(Number(update[0]), update);
          }
          const sorted = [...model.entries()]
            .sort(([a], [b]) => (a - b) * direction)
            .map(([, level]) => level);
          expect(side.top(1_000)).toEqual(sorted);
          expect(side.best()).toEqual(sorted[0]);
        },
      ),
    );
  });
});
