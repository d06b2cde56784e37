/** The two checks that weigh an order's price and worth, at their edges: the last that passes and the first that does not. */
import { Denial } from '@elvis/trading';
import { BTCUSDT, d, denialBy, levels, market, order } from '../../test/a-case';
import { checkMinNotional } from './price/min-notional';
import { checkPriceCollar } from './price/price-collar';

describe('the smallest worth of an order', () => {
  const denial = denialBy(checkMinNotional);
  const tooSmall = (notional: string, minimum = '100'): Denial => ({
    code: 'NOTIONAL_BELOW_MINIMUM',
    context: { notional, minimum },
  });

  it.each([
    ['0.002', '50000', undefined],
    ['0.002', '49999.9', tooSmall('99.9998')],
    ['0.001', '100000', undefined],
    ['0.001', '99999.9', tooSmall('99.9999')],
  ])('of %s at its own price of %s is judged exactly', (quantity, price, expected) => {
    expect(denial(order({ quantity, price }))).toEqual(expected);
  });

  it.each([
    ['50000', undefined],
    ['49999', tooSmall('99.998')],
  ])('of a market order is judged at a mark of %s, not by the book', (mark, expected) => {
    const facts = { mark: { price: d(mark), ageMs: 1 }, book: undefined };
    expect(denial(market({ quantity: '0.002' }), facts)).toEqual(expected);
  });

  it('of a limit order is its own price’s, whatever the mark says', () => {
    const facts = { mark: { price: d('1'), ageMs: 1 } };
    expect(denial(order({ quantity: '0.002', price: '50000' }), facts)).toBeUndefined();
    expect(
      denial(order({ quantity: '0.001', price: '50000' }), { mark: { price: d('9e9'), ageMs: 1 } }),
    ).toEqual(tooSmall('50'));
  });

  it('is the instrument’s own', () => {
    const facts = { instrument: { ...BTCUSDT, minNotional: d('601') } };
    expect(denial(order(), facts)).toEqual(tooSmall('600', '601'));
  });

  it('is asked of no order that only reduces, known or unknown', () => {
    const tiny = { quantity: '0.001', price: '1', reduceOnly: true };
    expect(denial(order(tiny))).toBeUndefined();
    expect(denial(order(tiny), { instrument: undefined, mark: undefined })).toBeUndefined();
  });

  it('cannot be judged without instrument or mark, which is said', () => {
    expect(denial(order(), { instrument: undefined })).toEqual({
      code: 'INSTRUMENT_UNKNOWN',
      context: { symbol: 'BTCUSDT' },
    });
    expect(denial(order(), { mark: undefined })).toEqual({
      code: 'MARK_MISSING',
      context: { symbol: 'BTCUSDT' },
    });
    expect(denial(order(), { instrument: undefined, mark: undefined })?.code).toBe('INSTRUMENT_UNKNOWN');
  });
});

describe('the price collar', () => {
  const denial = denialBy(checkPriceCollar);
  const outside = (price: string, lowest = '57000', highest = '63000', mark = '60000'): Denial => ({
    code: 'PRICE_OUTSIDE_COLLAR',
    context: { price, mark, lowest, highest },
  });

  it.each([
    ['57000', undefined],
    ['56999.9', outside('56999.9')],
    ['63000', undefined],
    ['63000.1', outside('63000.1')],
    ['60000', undefined],
    ['0.1', outside('0.1')],
    ['1000000', outside('1000000')],
  ])('of 5 %% around 60000 lets %s pass or says by what it is outside', (price, expected) => {
    expect(denial(order({ price }))).toEqual(expected);
    expect(denial(order({ price, side: 'SELL' }))).toEqual(expected);
  });

  it('binds what only reduces as well', () => {
    expect(denial(order({ price: '63000.1', reduceOnly: true }))).toEqual(outside('63000.1'));
  });

  it.each([
    ['0.5', undefined],
    ['0.501', undefined],
    ['1.5', undefined],
    ['1.501', outside('66000')],
  ])('holds a market order of %s to the worst price it would take', (quantity, expected) => {
    expect(denial(market({ quantity }))).toEqual(expected);
  });

  it('wider than the mark itself ends at zero, not below', () => {
    expect(denial(order({ price: '180000.1' }), {}, { priceCollar: d('2') })).toEqual(
      outside('180000.1', '0', '180000'),
    );
    expect(denial(order({ price: '0.1' }), {}, { priceCollar: d('1') })).toBeUndefined();
  });

  it('of nothing lets only the mark itself pass', () => {
    const none = { priceCollar: d('0') };
    expect(denial(order({ price: '60000' }), {}, none)).toBeUndefined();
    expect(denial(order({ price: '60000.1' }), {}, none)).toEqual(outside('60000.1', '60000', '60000'));
    expect(denial(order({ price: '59999.9' }), {}, none)).toEqual(outside('59999.9', '60000', '60000'));
  });

  it('binds nothing that waits without a price of its own: it is filled where the market is by then', () => {
    const trailing = { type: 'TRAILING_STOP_MARKET', price: undefined, callbackRate: '10' } as const;
    expect(denial(order({ ...trailing, stopPrice: '50000' }))).toBeUndefined();
    expect(denial(order(trailing), { mark: undefined })).toBeUndefined();
  });

  it('that is off binds nothing, known or unknown', () => {
    const off = { priceCollar: undefined };
    expect(denial(order({ price: '1' }), {}, off)).toBeUndefined();
    expect(denial(market(), { mark: undefined, book: undefined }, off)).toBeUndefined();
  });

  it('cannot be judged without mark or book, which is said', () => {
    const symbol = 'BTCUSDT';
    expect(denial(order(), { mark: undefined })).toEqual({ code: 'MARK_MISSING', context: { symbol } });
    expect(denial(market(), { book: undefined })).toEqual({ code: 'BOOK_MISSING', context: { symbol } });
    const shallow = { book: { levels: levels(['60000.1', '0.001']), ageMs: 1 } };
    expect(denial(market(), shallow)).toEqual({ code: 'BOOK_MISSING', context: { symbol } });
    expect(denial(market(), { mark: undefined, book: undefined })?.code).toBe('MARK_MISSING');
    expect(denial(order(), { book: undefined })).toBeUndefined();
  });
});
