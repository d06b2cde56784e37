import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import {
  compare,
  digitsOf,
  fixed,
  grouped,
  isNegative,
  isZero,
  signed,
  typedAmount,
  negated,
} from './decimal-text';

const decimals = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^\d{1,24}$/),
    fc.option(fc.stringMatching(/^\d{1,18}$/), { nil: undefined }),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`);
const Exact = Decimal.clone({
  precision: 80,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -60,
  toExpPos: 60,
});

describe('a decimal as text', () => {
  it.each([
    ['1234567.5', 2, '1,234,567.50', '1.234.567,50'],
    ['-1234.5', undefined, '\u22121,234.5', '\u22121.234,5'],
    ['0', 2, '0.00', '0,00'],
    ['-0.001', 2, '0.00', '0,00'],
    [
      '123456789012345678901234.123456789012345678',
      undefined,
      '123,456,789,012,345,678,901,234.123456789012345678',
      '123.456.789.012.345.678.901.234,123456789012345678',
    ],
    ['0007', undefined, '7', '7'],
  ])('%s with %s digits is %s in English and %s in Turkish', (text, digits, english, turkish) => {
    expect([grouped(text, 'en', digits), grouped(text, 'tr', digits)]).toEqual([english, turkish]);
  });

  it('keeps every digit of the wire unless it is asked to round', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const back = grouped(text, 'en').replaceAll(',', '').replace('\u2212', '-');
        expect(new Exact(back).eq(text)).toBe(true);
      }),
    );
  });

  it('rounds as exact arithmetic does, half to even, and is as long as it was asked to be', () => {
    fc.assert(
      fc.property(decimals, fc.nat(12), (text, digits) => {
        const exact = new Exact(text).toFixed(digits);
        expect(fixed(text, digits)).toBe(/[1-9]/.test(exact) ? exact : exact.replace('-', ''));
      }),
    );
  });

  it('compares as exact arithmetic does', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        expect(compare(left, right)).toBe(new Exact(left).cmp(right));
      }),
    );
  });

  it('shows the sign of a gain and of a loss, and none of nothing', () => {
    expect(['1.5', '-1.5', '0.00', '0.001'].map((text) => signed(text, 'en', 2))).toEqual([
      '+1.50',
      '\u22121.50',
      '0.00',
      '0.00',
    ]);
  });

  it.each([
    ['0.010', '0.010'],
    ['0,5', '0.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['0', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1,000.5', undefined],
    ['', undefined],
  ])('reads the typed %s as %s', (typed, amount) => expect(typedAmount(typed)).toBe(amount));

  it('knows zero, negative amounts and the digits of a step', () => {
    expect([
      isZero('-0.00'),
      isNegative('-0.00'),
      isNegative('-0.01'),
      digitsOf('0.10'),
      digitsOf('1'),
    ]).toEqual([true, false, true, 1, 0]);
  });

  it.each(['1e5', 'NaN', '', '1.', 'null'])('refuses %s: showing it would invent a figure', (text) =>
    expect(() => grouped(text, 'en')).toThrow('Not a decimal'),
  );
});

describe('a loss as a result', () => {
  it.each([
    ['0.06', '-0.06'],
    ['-12.5', '12.5'],
    ['0.00', '0.00'],
  ])('of %s is %s', (loss, result) => expect(negated(loss)).toBe(result));
});
