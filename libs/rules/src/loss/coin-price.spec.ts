import { Decimal } from '@elvis/trading';
import { PricesSeen, apartNow, coinPrice } from './coin-price';

const seen = (price: string, ageMs: number) => ({ price: new Decimal(price), ageMs });
const told = (prices: PricesSeen): readonly [string, number] | undefined => {
  const price = coinPrice(prices);
  return price && [price.price.toFixed(), price.ageMs];
};

describe('the price of a coin', () => {
  it.each`
    when                                         | prices                                                                             | expected
    ${'nothing is seen'}                         | ${{}}                                                                              | ${undefined}
    ${'the book is young'}                       | ${{ middle: seen('100', 1_500), mark: seen('90', 0) }}                             | ${['100', 1_500]}
    ${'the book is old and the mark younger'}    | ${{ middle: seen('100', 1_501), mark: seen('90', 10) }}                            | ${['90', 10]}
    ${'they were apart when last seen together'} | ${{ middle: seen('100', 1_501), mark: seen('90', 10), apart: new Decimal('2.5') }} | ${['92.5', 10]}
    ${'the mark is older still'}                 | ${{ middle: seen('100', 5_000), mark: seen('90', 5_001) }}                         | ${['100', 5_000]}
    ${'there is no mark'}                        | ${{ middle: seen('100', 90_000) }}                                                 | ${['100', 90_000]}
    ${'there is no book'}                        | ${{ mark: seen('90', 10), apart: new Decimal('-1') }}                              | ${['89', 10]}
    ${'the difference would leave nothing'}      | ${{ mark: seen('1', 10), apart: new Decimal('-1') }}                               | ${undefined}
  `('when $when', ({ prices, expected }) => {
    expect(told(prices)).toEqual(expected);
  });

  it.each<[PricesSeen, string | undefined]>([
    [{ middle: seen('100', 1_500), mark: seen('90', 1_500) }, '10'],
    [{ middle: seen('100', 1_501), mark: seen('90', 0) }, undefined],
    [{ middle: seen('100', 0), mark: seen('90', 1_501) }, undefined],
    [{ mark: seen('90', 0) }, undefined],
    [{ middle: seen('90', 0) }, undefined],
  ])('is apart from the mark where both are young: %#', (prices, expected) => {
    expect(apartNow(prices)?.toFixed()).toBe(expected);
  });
});
