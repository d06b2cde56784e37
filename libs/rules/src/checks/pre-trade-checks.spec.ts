import { Instrument } from '@elvis/trading';
import { allDenials, BTCUSDT, FACTS, LIMITS, codeOf, d, market, order } from '../../test/a-case';
import { Check, Facts } from '../order/check';
import { checkInstrument } from './order/instrument';
import { checkPriceGrid } from './order/price-grid';
import { checkQuantityGrid } from './order/quantity-grid';
import { checkExchangeBand } from './price/exchange-band';
import { checkMarkAge } from './price/mark-age';
import { checkMaxOrderNotional } from './price/max-order-notional';
import { checkMinNotional } from './price/min-notional';
import { checkOrderBookDepth } from './price/order-book-depth';
import { checkPriceCollar } from './price/price-collar';
import { runChecks } from './pre-trade-checks';
import { worstNotional, worstPrice } from '../order/worst-price';

const account = (ageMs: number) => ({ ageMs, equity: d('10000'), free: d('9000') });

const instrument = (change: Partial<Instrument>): Partial<Facts> => ({
  instrument: { ...BTCUSDT, ...change },
});

/** Whatever the order. (A trigger is asked only of what waits for one; its own spec asks.) */
const NEED_THE_MARKET: readonly Check[] = [
  checkInstrument,
  checkPriceGrid,
  checkQuantityGrid,
  checkMarkAge,
  checkOrderBookDepth,
  checkPriceCollar,
  checkExchangeBand,
  checkMinNotional,
  checkMaxOrderNotional,
];

describe('pre-trade checks', () => {
  it('approve an ordinary limit order and an ordinary market order', () => {
    expect(codeOf(order())).toBe('APPROVED');
    expect(codeOf(market())).toBe('APPROVED');
  });

  it.each`
    title                                                           | checked                                           | facts                                                                                | code
    ${'a halt stops everything'}                                    | ${order()}                                        | ${{ state: { state: 'HALTED' } }}                                                    | ${'STATE_HALTED'}
    ${'a halt stops reducing orders too'}                           | ${order({ reduceOnly: true })}                    | ${{ state: { state: 'HALTED' } }}                                                    | ${'STATE_HALTED'}
    ${'REDUCING refuses what may open'}                             | ${order()}                                        | ${{ state: { state: 'REDUCING' } }}                                                  | ${'STATE_REDUCING'}
    ${'REDUCING lets pass what is sent reduce-only'}                | ${order({ reduceOnly: true })}                    | ${{ state: { state: 'REDUCING' } }}                                                  | ${'APPROVED'}
    ${'a market that is not traded here'}                           | ${order()}                                        | ${{ isMarketTraded: false }}                                                         | ${'INSTRUMENT_UNKNOWN'}
    ${'an order to close the position is a conditional one'}        | ${order({ closePosition: true })}                 | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a stop price on a limit order is a contradiction'}           | ${order({ stopPrice: '1' })}                      | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a callback rate on a limit order is a contradiction'}        | ${order({ callbackRate: '1' })}                   | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a market order has no price'}                                | ${market({ price: '60000' })}                     | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a market order has no time in force'}                        | ${market({ timeInForce: 'GTC' })}                 | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a limit order has a price'}                                  | ${order({ price: undefined })}                    | ${{}}                                                                                | ${'ORDER_TYPE_UNSUPPORTED'}
    ${'a symbol that is not in SYMBOLS'}                            | ${order()}                                        | ${{ isSymbolTraded: false }}                                                         | ${'INSTRUMENT_UNKNOWN'}
    ${'a symbol the exchange does not list'}                        | ${order()}                                        | ${{ instrument: undefined }}                                                         | ${'INSTRUMENT_UNKNOWN'}
    ${'an instrument that is not trading'}                          | ${order()}                                        | ${instrument({ isTrading: false })}                                                  | ${'INSTRUMENT_NOT_TRADING'}
    ${'a price between two ticks'}                                  | ${order({ price: '60000.05' })}                   | ${{}}                                                                                | ${'PRICE_NOT_ON_TICK'}
    ${'a price on the tick counted from the lowest price'}          | ${order({ price: '60000.1' })}                    | ${{}}                                                                                | ${'APPROVED'}
    ${'a price below the lowest'}                                   | ${order({ price: '556.7' })}                      | ${{}}                                                                                | ${'PRICE_BELOW_MINIMUM'}
    ${'a price above the highest'}                                  | ${order({ price: '4529764.1' })}                  | ${{}}                                                                                | ${'PRICE_ABOVE_MAXIMUM'}
    ${'a highest price of 0 is none'}                               | ${order()}                                        | ${instrument({ maxPrice: d('0') })}                                                  | ${'APPROVED'}
    ${'a quantity between two steps'}                               | ${order({ quantity: '0.0105' })}                  | ${{}}                                                                                | ${'QUANTITY_NOT_ON_STEP'}
    ${'a quantity below the smallest'}                              | ${order({ quantity: '0.0009' })}                  | ${{}}                                                                                | ${'QUANTITY_BELOW_MINIMUM'}
    ${'a quantity above the largest'}                               | ${order({ quantity: '1000.001' })}                | ${{}}                                                                                | ${'QUANTITY_ABOVE_MAXIMUM'}
    ${'a market order has a largest quantity of its own'}           | ${market({ quantity: '120.001' })}                | ${{}}                                                                                | ${'QUANTITY_ABOVE_MAXIMUM'}
    ${'a market order has a step of its own'}                       | ${market()}                                       | ${instrument({ marketStepSize: d('0.1') })}                                          | ${'QUANTITY_NOT_ON_STEP'}
    ${'no mark price'}                                              | ${order()}                                        | ${{ mark: undefined }}                                                               | ${'MARK_MISSING'}
    ${'a mark price of just the allowed age'}                       | ${order()}                                        | ${{ mark: { price: d('60000'), ageMs: 3000 } }}                                      | ${'APPROVED'}
    ${'a mark price older than allowed'}                            | ${order()}                                        | ${{ mark: { price: d('60000'), ageMs: 3001 } }}                                      | ${'MARK_STALE'}
    ${'no book for a market order'}                                 | ${market()}                                       | ${{ book: undefined }}                                                               | ${'BOOK_MISSING'}
    ${'an empty book for a market order'}                           | ${market()}                                       | ${{ book: { levels: [], ageMs: 0 } }}                                                | ${'BOOK_MISSING'}
    ${'a book older than allowed'}                                  | ${market()}                                       | ${{ book: { ...FACTS.book!, ageMs: 3001 } }}                                         | ${'BOOK_STALE'}
    ${'no book for a limit order'}                                  | ${order()}                                        | ${{ book: undefined }}                                                               | ${'APPROVED'}
    ${'more than the book shows'}                                   | ${market({ quantity: '101.501' })}                | ${{}}                                                                                | ${'BOOK_TOO_THIN'}
    ${'a buy above the collar'}                                     | ${order({ price: '63000.1' })}                    | ${{}}                                                                                | ${'PRICE_OUTSIDE_COLLAR'}
    ${"a buy at the collar is the exchange band's business"}        | ${order({ price: '63000' })}                      | ${{}}                                                                                | ${'PRICE_OUTSIDE_EXCHANGE_BAND'}
    ${'a buy below the collar'}                                     | ${order({ price: '56999.9' })}                    | ${{}}                                                                                | ${'PRICE_OUTSIDE_COLLAR'}
    ${'a buy at the lower collar'}                                  | ${order({ price: '57000' })}                      | ${{}}                                                                                | ${'APPROVED'}
    ${'a sell above the collar'}                                    | ${order({ side: 'SELL', price: '63000.1' })}      | ${{}}                                                                                | ${'PRICE_OUTSIDE_COLLAR'}
    ${'a sell at the upper collar'}                                 | ${order({ side: 'SELL', price: '63000' })}        | ${{}}                                                                                | ${'APPROVED'}
    ${'a sell below the collar'}                                    | ${order({ side: 'SELL', price: '56999.9' })}      | ${{}}                                                                                | ${'PRICE_OUTSIDE_COLLAR'}
    ${'a market order that would walk out of the collar'}           | ${market({ quantity: '1.501' })}                  | ${{}}                                                                                | ${'PRICE_OUTSIDE_COLLAR'}
    ${"a buy above the exchange's band"}                            | ${order({ price: '61200.1' })}                    | ${{}}                                                                                | ${'PRICE_OUTSIDE_EXCHANGE_BAND'}
    ${"a buy at the exchange's band"}                               | ${order({ price: '61200' })}                      | ${{}}                                                                                | ${'APPROVED'}
    ${'a buy below the mark has no band'}                           | ${order({ price: '58000' })}                      | ${{}}                                                                                | ${'APPROVED'}
    ${"a sell below the exchange's band"}                           | ${order({ side: 'SELL', price: '58799.9' })}      | ${{}}                                                                                | ${'PRICE_OUTSIDE_EXCHANGE_BAND'}
    ${"a sell at the exchange's band"}                              | ${order({ side: 'SELL', price: '58800' })}        | ${{}}                                                                                | ${'APPROVED'}
    ${'less than the smallest notional'}                            | ${order({ quantity: '0.001' })}                   | ${{}}                                                                                | ${'NOTIONAL_BELOW_MINIMUM'}
    ${'less than the smallest notional, reduce-only'}               | ${order({ quantity: '0.001', reduceOnly: true })} | ${{}}                                                                                | ${'APPROVED'}
    ${'a market order below the smallest notional at the mark'}     | ${market({ quantity: '0.001' })}                  | ${{}}                                                                                | ${'NOTIONAL_BELOW_MINIMUM'}
    ${'exactly the smallest notional'}                              | ${order({ quantity: '0.002', price: '60000' })}   | ${instrument({ minNotional: d('120') })}                                             | ${'APPROVED'}
    ${'more than one order may be worth'}                           | ${order({ quantity: '0.334' })}                   | ${{}}                                                                                | ${'NOTIONAL_ABOVE_ORDER_MAXIMUM'}
    ${'just what one order may be worth'}                           | ${order({ quantity: '0.333' })}                   | ${{}}                                                                                | ${'APPROVED'}
    ${'a cheap limit price does not shrink the worth'}              | ${order({ quantity: '0.334', price: '58000' })}   | ${{}}                                                                                | ${'NOTIONAL_ABOVE_ORDER_MAXIMUM'}
    ${'reduce-only orders have a largest worth too'}                | ${order({ quantity: '0.334', reduceOnly: true })} | ${{}}                                                                                | ${'NOTIONAL_ABOVE_ORDER_MAXIMUM'}
    ${'leverage above 10 without override'}                         | ${order()}                                        | ${{ leverage: 11 }}                                                                  | ${'LEVERAGE_ABOVE_MAXIMUM'}
    ${"leverage above the symbol's cap"}                            | ${order()}                                        | ${{ leverage: 3, leverageCap: 2 }}                                                   | ${'LEVERAGE_ABOVE_MAXIMUM'}
    ${'no account'}                                                 | ${order()}                                        | ${{ account: undefined }}                                                            | ${'ACCOUNT_MISSING'}
    ${'an account of the oldest allowed age'}                       | ${order()}                                        | ${{ account: account(15_000) }}                                                      | ${'APPROVED'}
    ${'an account older than that'}                                 | ${order()}                                        | ${{ account: account(15_001) }}                                                      | ${'ACCOUNT_STALE'}
    ${'a loss at its limit'}                                        | ${order()}                                        | ${{ loss: { today: d('500'), drawdown: d('1000') } }}                                | ${'APPROVED'}
    ${'a loss above it'}                                            | ${order()}                                        | ${{ loss: { today: d('500.1'), drawdown: d('0') } }}                                 | ${'LOSS_ABOVE_DAILY_MAXIMUM'}
    ${'a drawdown above it'}                                        | ${order()}                                        | ${{ loss: { today: d('0'), drawdown: d('1001') } }}                                  | ${'DRAWDOWN_ABOVE_MAXIMUM'}
    ${'no history of the account'}                                  | ${order()}                                        | ${{ loss: undefined }}                                                               | ${'ACCOUNT_MISSING'}
    ${'no brackets'}                                                | ${order()}                                        | ${{ brackets: undefined }}                                                           | ${'BRACKETS_MISSING'}
    ${'a symbol that another bot holds'}                            | ${order()}                                        | ${{ leasedTo: 'bot:b' }}                                                             | ${'SYMBOL_LEASED'}
    ${'what reduces a position that another bot holds'}             | ${order({ reduceOnly: true })}                    | ${{ leasedTo: 'bot:b' }}                                                             | ${'SYMBOL_LEASED'}
    ${'a symbol that nobody else holds'}                            | ${order()}                                        | ${{ leasedTo: undefined }}                                                           | ${'APPROVED'}
    ${'a bot that is not cleared'}                                  | ${order()}                                        | ${{ clearance: { lacks: 'it has expired' } }}                                        | ${'CLEARANCE_MISSING'}
    ${'what reduces of one that is not cleared'}                    | ${order({ reduceOnly: true })}                    | ${{ clearance: { lacks: 'it has expired' } }}                                        | ${'APPROVED'}
    ${'a bot that is cleared'}                                      | ${order()}                                        | ${{ clearance: {} }}                                                                 | ${'APPROVED'}
    ${'builds that disagree'}                                       | ${order()}                                        | ${{ buildsDisagree: 'a 1, b 2' }}                                                    | ${'BUILDS_DISAGREE'}
    ${'what only reduces needs no account, no history, no bracket'} | ${order({ reduceOnly: true })}                    | ${{ account: undefined, loss: undefined, brackets: undefined, buildsDisagree: 'x' }} | ${'APPROVED'}
    ${'no leverage known'}                                          | ${order()}                                        | ${{ leverage: 0 }}                                                                   | ${'LEVERAGE_INVALID'}
  `('$title', ({ checked, facts, code }) => {
    expect(codeOf(checked, facts as Partial<Facts>)).toBe(code);
  });

  it.each([
    ['the largest worth', order({ quantity: '100' }), { maxOrderNotional: undefined }],
    ['the collar', order({ side: 'SELL', price: '90000' }), { priceCollar: undefined }],
  ] as const)('let pass what only %s refused when it is switched off', (_title, checked, limits) => {
    expect(codeOf(checked)).not.toBe('APPROVED');
    expect(codeOf(checked, {}, limits)).toBe('APPROVED');
  });

  it('ask for a mark price even when its age is not limited', () => {
    const old = { mark: { price: d('60000'), ageMs: 9e9 } };
    expect(codeOf(order(), old, { maxPriceAgeMs: undefined })).toBe('APPROVED');
    expect(codeOf(order(), { mark: undefined }, { maxPriceAgeMs: undefined })).toBe('MARK_MISSING');
  });

  it('never approve on a missing instrument, mark or book, whichever check is asked', () => {
    const nothing: Facts = { ...FACTS, instrument: undefined, mark: undefined, book: undefined };
    for (const check of NEED_THE_MARKET)
      expect(check(market(), nothing, LIMITS).approved && check(order(), nothing, LIMITS).approved).toBe(
        false,
      );
  });

  it('say everything that is wrong when asked, each code once', () => {
    const codes = allDenials(order({ quantity: '0.0105', price: '90000.05' }), FACTS, LIMITS).map(
      ({ code }) => code,
    );
    expect(codes).toEqual([
      'PRICE_NOT_ON_TICK',
      'QUANTITY_NOT_ON_STEP',
      'PRICE_OUTSIDE_COLLAR',
      'PRICE_OUTSIDE_EXCHANGE_BAND',
    ]);
  });

  it('give the numbers that decided', () => {
    const verdict = runChecks(order({ price: '63000.1' }), FACTS, LIMITS);
    expect(verdict).toEqual({
      approved: false,
      denial: {
        code: 'PRICE_OUTSIDE_COLLAR',
        context: { price: '63000.1', mark: '60000', lowest: '57000', highest: '63000' },
      },
    });
  });
});

describe('worst price', () => {
  it('is the last level a market order takes from', () => {
    expect(worstPrice(market({ quantity: '0.5' }), FACTS)?.toFixed()).toBe('60000.1');
    expect(worstPrice(market({ quantity: '0.501' }), FACTS)?.toFixed()).toBe('60001');
  });

  it('is unknown where the book shows too little', () => {
    expect(worstPrice(market({ quantity: '102' }), FACTS)).toBeUndefined();
    expect(worstNotional(market({ quantity: '102' }), FACTS)).toBeUndefined();
  });

  it('is unknown of an order that follows a market nobody has seen', () => {
    const trailing = order({ type: 'TRAILING_STOP_MARKET', price: undefined, callbackRate: '1' });
    expect(worstPrice(trailing, { ...FACTS, mark: undefined })).toBeUndefined();
    expect(worstNotional(trailing, { ...FACTS, mark: undefined })).toBeUndefined();
    expect(worstPrice(market(), { ...FACTS, book: undefined })).toBeUndefined();
  });

  it('values an order at the dearer of mark and price', () => {
    expect(worstNotional(order({ price: '58000' }), FACTS)?.toFixed()).toBe('600');
    expect(worstNotional(order({ price: '61000' }), FACTS)?.toFixed()).toBe('610');
  });
});
