import { Decimal, OrderSide } from '@elvis/trading';
import fc from 'fast-check';
import { CostBasis, CostMethod } from './realized-pnl';

type Fill = readonly [side: OrderSide, quantity: string, price: string];

const realize = (method: CostMethod, fills: readonly Fill[]): { results: string[]; book: CostBasis } => {
  const book = new CostBasis(method);
  const results = fills.map(([side, quantity, price]) =>
    book.apply({ side, quantity: new Decimal(quantity), price: new Decimal(price) }).toFixed(),
  );
  return { results, book };
};

/** Worked by hand: after the third fill 0.6 cost 100 and 1 cost 120, on average 112.5. */
const EXAMPLE: readonly Fill[] = [
  ['BUY', '1', '100'],
  ['SELL', '0.4', '110'],
  ['BUY', '1', '120'],
  ['SELL', '1', '105'],
  ['SELL', '0.6', '130'],
];

describe('realised profit and loss', () => {
  it.each<[CostMethod, string[]]>([
    ['average', ['0', '4', '0', '-7.5', '10.5']],
    ['fifo', ['0', '4', '0', '-3', '6']],
  ])('by %s is what the worked example says', (method, expected) => {
    expect(realize(method, EXAMPLE).results).toEqual(expected);
  });

  it('closes a position that is crossed through zero whole, and opens the rest the other way', () => {
    const { results, book } = realize('average', [
      ['BUY', '2', '100'],
      ['SELL', '5', '90'],
    ]);
    expect(results).toEqual(['0', '-20']);
    expect(book.quantity.toFixed()).toBe('-3');
    expect(book.unrealized(new Decimal('80')).toFixed()).toBe('30');
  });

  it('of a short is what the price fell', () => {
    expect(
      realize('fifo', [
        ['SELL', '1', '100'],
        ['BUY', '1', '70'],
      ]).results,
    ).toEqual(['0', '30']);
  });

  it('closes thousands of lots in the order they were opened, also after a part of one', () => {
    const prices = Array.from({ length: 2_500 }, (_, index) => index);
    const { results, book } = realize('fifo', [
      ...prices.map((price): Fill => ['BUY', '1', `${price}`]),
      ['SELL', '0.5', '5000'],
      ...prices.map((): Fill => ['SELL', '1', '5000']),
    ]);
    const expected = prices.map((price) =>
      price + 1 < prices.length ? 5_000 - price - 0.5 : (5_000 - price) / 2,
    );
    expect(results.slice(prices.length)).toEqual(['2500', ...expected.map(String)]);
    expect(book.quantity.toFixed()).toBe('-0.5');
  });

  const fills = fc.array(
    fc.tuple(
      fc.constantFrom<OrderSide>('BUY', 'SELL'),
      fc.integer({ min: 1, max: 50 }).map(String),
      fc.integer({ min: 1, max: 1_000 }).map(String),
    ),
    { maxLength: 40 },
  );

  it('together with what is still open is the same by both methods: the cash and the position at the mark', () => {
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 1_000 }), (walk, mark) => {
        const cash = walk.reduce(
          (sum, [side, quantity, price]) =>
            sum + Number(quantity) * Number(price) * (side === 'BUY' ? -1 : 1),
          0,
        );
        for (const method of ['average', 'fifo'] as const) {
          const { results, book } = realize(method, walk);
          const realized = results.reduce((sum, result) => sum.plus(result), new Decimal(0));
          const all = realized.plus(book.unrealized(new Decimal(mark)));
          expect(all.toNumber()).toBeCloseTo(cash + book.quantity.toNumber() * mark, 6);
        }
      }),
    );
  });
});
