import { Decimal, isOnGrid, maxDecimal, minDecimal, parseDecimal, parsePositiveDecimal } from './decimal';

describe('a decimal on the wire', () => {
  it.each([
    ['0', '0'],
    ['1.50', '1.5'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
  ])('%s is exactly %s', (text, value) => {
    expect(parseDecimal(text)?.toFixed()).toBe(value);
  });

  it.each([
    ...['-1', '+1', '1e3', '.5', '5.', '01', '00', ' 1', '1 ', '1,5', '', 'NaN', 'Infinity', '0x10'],
    ...['123456789012345678901', '0.1234567890123456789', '1\n', 'a1', '1a', '1.5.5'],
    ...[1, null, undefined, {}, ['1']],
  ])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it('is positive only above zero', () => {
    expect([parsePositiveDecimal('0'), parsePositiveDecimal('0.0'), parsePositiveDecimal('x')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(parsePositiveDecimal('0.1')?.toFixed()).toBe('0.1');
  });

  it('is written out in full, and rounds to even', () => {
    expect([new Decimal('1e-18'), new Decimal('1e30')].map(String).join(' ')).toBe(
      '0.000000000000000001 1000000000000000000000000000000',
    );
    expect([0.5, 1.5, 2.5].map((value) => new Decimal(value).toDecimalPlaces(0).toNumber())).toEqual([
      0, 2, 2,
    ]);
    expect(new Decimal(1).div(3).toFixed()).toBe(`0.${'3'.repeat(40)}`);
  });
});

describe('two decimals', () => {
  const [one, two] = [new Decimal(1), new Decimal(2)];

  it('have a larger and a smaller one', () => {
    expect([maxDecimal(one, two), maxDecimal(two, one)]).toEqual([two, two]);
    expect([minDecimal(one, two), minDecimal(two, one)]).toEqual([one, one]);
  });
});

describe('a grid', () => {
  it.each([
    ['1.5', '0.5', undefined, true],
    ['1.6', '0.5', undefined, false],
    ['1.6', '0.5', '0.1', true],
    ['1.5', '0.5', '0.1', false],
    ['1.2345', '0', undefined, true],
    ['0.3', '0.1', undefined, true],
  ])('%s on steps of %s from %s: %s', (value, step, origin, is) => {
    expect(
      isOnGrid(new Decimal(value), new Decimal(step), origin === undefined ? origin : new Decimal(origin)),
    ).toBe(is);
  });
});
