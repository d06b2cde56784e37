import { allDenials, FACTS, LIMITS, d, levels, market, order } from '../../test/a-case';
import { CheckedOrder, Facts } from '../order/check';
import { bracketVerdict, largestNotional } from './account/bracket';
import { checkLeverage } from '../limits/leverage-policy';
import { runChecks } from './pre-trade-checks';
import { walkOrderBook } from '../order/worst-price';

const HALTED = { state: 'HALTED', stopId: 's1', scope: 'symbol:BTCUSDT' } as const;
const symbol = 'BTCUSDT';
const CLEARED = {
  symbol: 'BTCUSDT',
  maxOrderNotional: '200',
  maxPositionNotional: '400',
  maxOrdersADay: 20,
  maxDailyLoss: '10',
};
const asked = { price: '61200.1', mark: '60000' };
const unsupported = (why: string, type = 'LIMIT', market = 'futures') => ({ market, type, why });

describe('a refusal tells the numbers that decided it', () => {
  it.each`
    code                              | checked                                      | facts                                                           | context
    ${'STATE_HALTED'}                 | ${order()}                                   | ${{ state: HALTED }}                                            | ${{ scope: 'symbol:BTCUSDT', stopId: 's1' }}
    ${'STATE_HALTED'}                 | ${order()}                                   | ${{ state: { state: 'HALTED' } }}                               | ${{ scope: '', stopId: '' }}
    ${'STATE_REDUCING'}               | ${order()}                                   | ${{ state: { ...HALTED, state: 'REDUCING' } }}                  | ${{ scope: 'symbol:BTCUSDT', stopId: 's1' }}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${order({ market: 'spot', type: 'STOP' })}   | ${{}}                                                           | ${unsupported('the spot market has no orders of this type', 'STOP', 'spot')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${order({ type: 'STOP' })}                   | ${{}}                                                           | ${unsupported('a STOP order needs a stopPrice', 'STOP')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${order({ closePosition: true })}            | ${{}}                                                           | ${unsupported('a LIMIT order cannot close the position')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${order({ stopPrice: '1' })}                 | ${{}}                                                           | ${unsupported('a LIMIT order must not have a stopPrice')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${market({ price: '1' })}                    | ${{}}                                                           | ${unsupported('a MARKET order must not have a price', 'MARKET')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${order({ price: undefined })}               | ${{}}                                                           | ${unsupported('a LIMIT order needs a price')}
    ${'ORDER_TYPE_UNSUPPORTED'}       | ${market({ timeInForce: 'GTC' })}            | ${{}}                                                           | ${unsupported('a MARKET order must not have a timeInForce', 'MARKET')}
    ${'INSTRUMENT_UNKNOWN'}           | ${order({ market: 'spot' })}                 | ${{ isMarketTraded: false }}                                    | ${{ symbol, market: 'spot', why: 'this system does not trade on the spot market' }}
    ${'INSTRUMENT_UNKNOWN'}           | ${order()}                                   | ${{ isSymbolTraded: false }}                                    | ${{ symbol, market: 'futures', why: 'the symbol is not in SYMBOLS' }}
    ${'INSTRUMENT_UNKNOWN'}           | ${order()}                                   | ${{ instrument: undefined }}                                    | ${{ symbol, market: 'futures', why: 'the exchange does not list this symbol' }}
    ${'INSTRUMENT_NOT_TRADING'}       | ${order()}                                   | ${{ instrument: { ...FACTS.instrument!, isTrading: false } }}   | ${{ symbol, market: 'futures' }}
    ${'PRICE_BELOW_MINIMUM'}          | ${order({ price: '556.7' })}                 | ${{}}                                                           | ${{ price: '556.7', minimum: '556.8' }}
    ${'PRICE_ABOVE_MAXIMUM'}          | ${order({ price: '4529764.1' })}             | ${{}}                                                           | ${{ price: '4529764.1', maximum: '4529764' }}
    ${'PRICE_NOT_ON_TICK'}            | ${order({ price: '60000.05' })}              | ${{}}                                                           | ${{ price: '60000.05', tickSize: '0.1' }}
    ${'QUANTITY_BELOW_MINIMUM'}       | ${order({ quantity: '0.0009' })}             | ${{}}                                                           | ${{ quantity: '0.0009', minimum: '0.001' }}
    ${'QUANTITY_ABOVE_MAXIMUM'}       | ${order({ quantity: '1001' })}               | ${{}}                                                           | ${{ quantity: '1001', maximum: '1000' }}
    ${'QUANTITY_ABOVE_MAXIMUM'}       | ${market({ quantity: '121' })}               | ${{}}                                                           | ${{ quantity: '121', maximum: '120' }}
    ${'QUANTITY_NOT_ON_STEP'}         | ${order({ quantity: '0.0105' })}             | ${{}}                                                           | ${{ quantity: '0.0105', stepSize: '0.001' }}
    ${'MARK_MISSING'}                 | ${order()}                                   | ${{ mark: undefined }}                                          | ${{ symbol }}
    ${'MARK_STALE'}                   | ${order()}                                   | ${{ mark: { price: d('60000'), ageMs: 3001 } }}                 | ${{ symbol, ageMs: '3001', maximumMs: '3000' }}
    ${'BOOK_MISSING'}                 | ${market()}                                  | ${{ book: undefined }}                                          | ${{ symbol }}
    ${'BOOK_STALE'}                   | ${market()}                                  | ${{ book: { ...FACTS.book!, ageMs: 3001 } }}                    | ${{ symbol, ageMs: '3001', maximumMs: '3000' }}
    ${'BOOK_TOO_THIN'}                | ${market({ quantity: '110' })}               | ${{}}                                                           | ${{ symbol, quantity: '110', shown: '101.5' }}
    ${'PRICE_OUTSIDE_COLLAR'}         | ${order({ price: '63000.1' })}               | ${{}}                                                           | ${{ price: '63000.1', mark: '60000', lowest: '57000', highest: '63000' }}
    ${'PRICE_OUTSIDE_EXCHANGE_BAND'}  | ${order({ price: '61200.1' })}               | ${{}}                                                           | ${{ ...asked, highest: '61200' }}
    ${'PRICE_OUTSIDE_EXCHANGE_BAND'}  | ${order({ side: 'SELL', price: '58799.9' })} | ${{}}                                                           | ${{ ...asked, price: '58799.9', lowest: '58800' }}
    ${'NOTIONAL_BELOW_MINIMUM'}       | ${order({ quantity: '0.001' })}              | ${{}}                                                           | ${{ notional: '60', minimum: '100' }}
    ${'NOTIONAL_ABOVE_ORDER_MAXIMUM'} | ${order({ quantity: '0.4' })}                | ${{}}                                                           | ${{ notional: '24000', maximum: '20000' }}
    ${'LEVERAGE_ABOVE_MAXIMUM'}       | ${order()}                                   | ${{ leverage: 3, leverageCap: 2 }}                              | ${{ requested: '3', maximum: '2', setBy: 'symbol' }}
    ${'LEVERAGE_ABOVE_MAXIMUM'}       | ${order()}                                   | ${{ brackets: [{ notionalCap: d('700'), maximum: 2 }] }}        | ${{ requested: '3', maximum: '2', setBy: 'exchange', notional: '600' }}
    ${'BRACKETS_MISSING'}             | ${order()}                                   | ${{ brackets: [] }}                                             | ${{ symbol }}
    ${'ACCOUNT_MISSING'}              | ${order()}                                   | ${{ account: undefined }}                                       | ${{}}
    ${'ACCOUNT_STALE'}                | ${order()}                                   | ${{ account: { ...FACTS.account!, ageMs: 15_001 } }}            | ${{ ageMs: '15001', maximumMs: '15000' }}
    ${'ACCOUNT_MISSING'}              | ${order()}                                   | ${{ loss: undefined }}                                          | ${{ why: 'what the account was worth earlier is not known yet, so its loss cannot be computed' }}
    ${'LOSS_ABOVE_DAILY_MAXIMUM'}     | ${order()}                                   | ${{ loss: { today: d('501'), drawdown: d('0') } }}              | ${{ loss: '501', maximum: '500' }}
    ${'DRAWDOWN_ABOVE_MAXIMUM'}       | ${order()}                                   | ${{ loss: { today: d('0'), drawdown: d('1001') } }}             | ${{ drawdown: '1001', maximum: '1000' }}
    ${'SYMBOL_LEASED'}                | ${order()}                                   | ${{ leasedTo: 'bot:b' }}                                        | ${{ symbol, market: 'futures', holder: 'bot:b' }}
    ${'CLEARANCE_MISSING'}            | ${order()}                                   | ${{ clearance: { lacks: 'there is none' } }}                    | ${{ because: 'there is none' }}
    ${'CLEARANCE_EXCEEDED'}           | ${order()}                                   | ${{ clearance: { limits: { ...CLEARED, symbol: 'ETHUSDT' } } }} | ${{ symbol, cleared: 'ETHUSDT' }}
    ${'CLEARANCE_EXCEEDED'}           | ${order()}                                   | ${{ clearance: { limits: CLEARED, ordersToday: 21 } }}          | ${{ ordersToday: '21', maximum: '20' }}
    ${'CLEARANCE_EXCEEDED'}           | ${order()}                                   | ${{ clearance: { limits: CLEARED, lossToday: '10' } }}          | ${{ lossToday: '10', maximum: '10' }}
    ${'BUILDS_DISAGREE'}              | ${order()}                                   | ${{ buildsDisagree: 'a 1, b 2' }}                               | ${{ builds: 'a 1, b 2' }}
  `('$code', ({ code, checked, facts, context }) => {
    const verdict = runChecks(checked, { ...FACTS, ...facts }, LIMITS);
    expect(verdict).toStrictEqual({ approved: false, denial: { code, context } });
  });

  it('also where several checks miss the same fact: one refusal, of the first', () => {
    const blind = { ...FACTS, instrument: undefined, mark: undefined, book: undefined };
    expect(allDenials(market(), blind, LIMITS)).toEqual([
      {
        code: 'INSTRUMENT_UNKNOWN',
        context: { symbol, market: 'futures', why: 'the exchange does not list this symbol' },
      },
      { code: 'MARK_MISSING', context: { symbol } },
      { code: 'BOOK_MISSING', context: { symbol } },
    ]);
  });

  it('is none where nothing is wrong', () => {
    expect(allDenials(order(), FACTS, LIMITS)).toEqual([]);
    expect(runChecks(order(), FACTS, LIMITS)).toEqual({ approved: true });
  });
});

describe('limits that are off', () => {
  const off = { maxDailyLoss: undefined, maxDrawdown: undefined };

  it('need no history of the account once neither loss is limited', () => {
    const unknown = { ...FACTS, loss: undefined };
    expect(runChecks(order(), unknown, { ...LIMITS, ...off }).approved).toBe(true);
    expect(runChecks(order(), unknown, { ...LIMITS, maxDailyLoss: undefined }).approved).toBe(false);
    expect(runChecks(order(), unknown, { ...LIMITS, maxDrawdown: undefined }).approved).toBe(false);
  });

  it('leave each loss to the other one', () => {
    const lost = { ...FACTS, loss: { today: d('9e5'), drawdown: d('9e5') } };
    expect(runChecks(order(), lost, { ...LIMITS, ...off }).approved).toBe(true);
    expect(allDenials(order(), lost, { ...LIMITS, maxDrawdown: undefined })[0]?.code).toBe(
      'LOSS_ABOVE_DAILY_MAXIMUM',
    );
    expect(allDenials(order(), lost, { ...LIMITS, maxDailyLoss: undefined })[0]?.code).toBe(
      'DRAWDOWN_ABOVE_MAXIMUM',
    );
    expect(runChecks(order(), FACTS, { ...LIMITS, maxDrawdown: undefined }).approved).toBe(true);
    expect(runChecks(order(), FACTS, { ...LIMITS, maxDailyLoss: undefined }).approved).toBe(true);
  });

  it('take a book of any age', () => {
    const old = { ...FACTS, book: { ...FACTS.book!, ageMs: 9e9 } };
    expect(runChecks(market(), old, { ...LIMITS, maxPriceAgeMs: undefined }).approved).toBe(true);
  });

  it('take a book of exactly the allowed age', () => {
    expect(runChecks(market(), { ...FACTS, book: { ...FACTS.book!, ageMs: 3000 } }, LIMITS).approved).toBe(
      true,
    );
  });
});

describe('the bounds of the exchange', () => {
  const passes = (checked: CheckedOrder, change: object) =>
    runChecks(checked, { ...FACTS, instrument: { ...FACTS.instrument!, ...change } }, LIMITS).approved;

  it('hold at their own values', () => {
    const wide = { ...LIMITS, priceCollar: undefined, maxOrderNotional: undefined };
    const free = { ...FACTS.instrument!, priceMultiplierUp: undefined, priceMultiplierDown: undefined };
    const codes = (checked: CheckedOrder, change: object = {}) =>
      allDenials(checked, { ...FACTS, instrument: { ...free, ...change }, leverage: 1 }, wide).map(
        ({ code }) => code,
      );
    expect(codes(order({ price: '556.8', quantity: '1' }))).toEqual([]);
    expect(codes(order({ price: '4529764', quantity: '0.1' }))).toEqual([]);
    expect(codes(order({ quantity: '0.001', price: '100000' }))).toEqual([]);
    expect(codes(order({ quantity: '1000', price: '600' }), { maxQuantity: d('1000') })).toEqual([
      'LEVERAGE_ABOVE_MAXIMUM',
    ]);
  });

  it('are none where the exchange names none', () => {
    expect(passes(order(), { minPrice: undefined, maxPrice: undefined })).toBe(true);
    expect(passes(order(), { maxQuantity: d('0') })).toBe(true);
    expect(passes(order({ price: '62000' }), { priceMultiplierUp: undefined })).toBe(true);
    expect(passes(order({ side: 'SELL', price: '58000' }), { priceMultiplierDown: undefined })).toBe(true);
  });

  it('bind each side by its own multiplier alone', () => {
    expect(passes(order({ side: 'SELL', price: '62000' }), { priceMultiplierUp: d('1.01') })).toBe(true);
    expect(passes(order({ side: 'BUY', price: '58000' }), { priceMultiplierDown: d('0.99') })).toBe(true);
  });

  it('count ticks from the lowest price, or from zero where there is none', () => {
    const odd = { minPrice: d('0.05'), maxPrice: undefined };
    expect(passes(order({ price: '60000.05' }), odd)).toBe(true);
    expect(passes(order({ price: '60000.1' }), odd)).toBe(false);
    expect(passes(order({ price: '60000.1' }), { ...odd, minPrice: undefined })).toBe(true);
  });
});

describe('the collar', () => {
  it('never asks for a price below zero', () => {
    const verdict = runChecks(order({ price: '150000' }), FACTS, { ...LIMITS, priceCollar: d('1.2') });
    expect(verdict).toMatchObject({ denial: { context: { lowest: '0', highest: '132000' } } });
  });
});

describe('leverage', () => {
  it('is refused with what was asked, what is allowed and who says so', () => {
    expect(checkLeverage(126, { isOverridden: true })).toEqual({
      approved: false,
      denial: { code: 'LEVERAGE_INVALID', context: { requested: '126', maximum: '125' } },
    });
    expect(checkLeverage(11, { isOverridden: false })).toEqual({
      approved: false,
      denial: { code: 'LEVERAGE_ABOVE_MAXIMUM', context: { requested: '11', maximum: '10', setBy: 'house' } },
    });
  });

  const brackets = [
    { notionalCap: d('100'), maximum: 20 },
    { notionalCap: d('1000'), maximum: 5 },
  ];

  it.each([
    ['100', 20, true],
    ['100.01', 20, false],
    ['100.01', 5, true],
    ['1000', 5, true],
    ['1000.01', 1, false],
  ])('a position worth %s on %i: %s', (notional, leverage, isAllowed) => {
    expect(bracketVerdict(d(notional), leverage, brackets).approved).toBe(isAllowed);
  });

  it.each([
    [20, '100'],
    [21, '0'],
    [6, '100'],
    [5, '1000'],
  ])('of %i allows a position up to %s', (leverage, notional) => {
    expect(largestNotional(leverage, brackets).toFixed()).toBe(notional);
    expect(largestNotional(leverage, [...brackets].reverse()).toFixed()).toBe(notional);
  });

  it('is not judged where there is no position to lever', () => {
    const facts: Facts = {
      ...FACTS,
      leverage: 200,
      brackets: undefined,
      funds: { asset: 'USDT', ageMs: 1, locked: d('0') },
    };
    expect(allDenials(order({ market: 'spot' }), facts, LIMITS)).toEqual([]);
  });
});

describe('walking a book', () => {
  it('ends at the level that fills the rest', () => {
    const book = { levels: levels(['1', '2'], ['3', '4']), ageMs: 0 };
    expect(
      ['1', '2', '2.1', '6', '6.1'].map((quantity) => walkOrderBook(book, d(quantity))?.toFixed()),
    ).toEqual([...['1', '1', '3', '3', undefined]]);
  });
});
