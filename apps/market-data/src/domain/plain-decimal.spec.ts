import fc from 'fast-check';
import { isPrice, isQuantity, isSigned } from './plain-decimal';

describe('a plain decimal', () => {
  it.each`
    text                     | price    | quantity | signed
    ${'61590.30000000'}      | ${true}  | ${true}  | ${true}
    ${'0.000'}               | ${false} | ${true}  | ${true}
    ${'123456789.123456'}    | ${true}  | ${true}  | ${true}
    ${'123456789.1234567'}   | ${false} | ${true}  | ${true}
    ${'1600000000.00000000'} | ${true}  | ${true}  | ${true}
    ${'-1.5'}                | ${false} | ${false} | ${true}
    ${'6e4'}                 | ${false} | ${false} | ${false}
    ${'.5'}                  | ${false} | ${false} | ${false}
    ${'5.'}                  | ${false} | ${false} | ${false}
    ${'1.2.3'}               | ${false} | ${false} | ${false}
    ${''}                    | ${false} | ${false} | ${false}
    ${'NaN'}                 | ${false} | ${false} | ${false}
    ${'1'.repeat(40)}        | ${false} | ${false} | ${false}
    ${5}                     | ${false} | ${false} | ${false}
  `(
    '$text is a price: $price, a quantity: $quantity, signed: $signed',
    ({ text, price, quantity, signed }) => {
      expect([isPrice(text), isQuantity(text), isSigned(text)]).toEqual([price, quantity, signed]);
    },
  );

  it('is what the usual expression says', () => {
    const text = fc.stringMatching(/^[0-9.\-e ]{0,12}$/);
    fc.assert(
      fc.property(text, (sample) => {
        expect(isQuantity(sample)).toBe(/^\d+(\.\d+)?$/.test(sample));
      }),
      { numRuns: 2_000 },
    );
  });
});
