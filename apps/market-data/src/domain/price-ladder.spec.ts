import fc from 'fast-check';
import { PriceLadder, Level, comparePrices } from './price-ladder';

const price = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom(0, 1, 2, 5))
  .map(([digits, scale]) => (digits / 10 ** scale).toFixed(scale));

describe('book side', () => {
  it.each`
    left       | right      | order
    ${'9.5'}   | ${'10'}    | ${-1}
    ${'1.50'}  | ${'1.5'}   | ${0}
    ${'1.5'}   | ${'1.500'} | ${0}
    ${'10'}    | ${'10.0'}  | ${0}
    ${'10.01'} | ${'10'}    | ${1}
    ${'0.09'}  | ${'0.1'}   | ${-1}
  `('orders $left and $right as numbers', ({ left, right, order }) => {
    expect(Math.sign(comparePrices(left, right))).toBe(order);
    expect(Math.sign(comparePrices(right, left))).toBe(order === 0 ? 0 : -order);
  });

  it('orders any two plain decimals as numbers', () => {
    fc.assert(
      fc.property(price, price, (left, right) => {
        expect(Math.sign(comparePrices(left, right))).toBe(Math.sign(Number(left) - Number(right)));
      }),
    );
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
