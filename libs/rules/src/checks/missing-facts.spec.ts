/** Each check alone on a fact it needs and does not have: the refusal, and all it says. An approval here would be a guess. */
import { MissingInput, Refusal } from '@elvis/trading';
import { FACTS, d, denialBy, market, order } from '../../test/a-case';
import { checkAccount } from './account/account';
import { checkOrderBookDepth } from './price/order-book-depth';
import { checkBracket } from './account/bracket';
import { checkExchangeBand } from './price/exchange-band';
import { checkLoss } from './account/loss';
import { checkMarkAge } from './price/mark-age';
import { checkMaxOrderNotional } from './price/max-order-notional';
import { checkMinNotional } from './price/min-notional';
import { checkPriceCollar } from './price/price-collar';
import { checkPriceGrid } from './order/price-grid';
import { checkQuantityGrid } from './order/quantity-grid';

const symbol = 'BTCUSDT';
const spot = order({ market: 'spot' });
const reducing = order({ reduceOnly: true });
const trailing = order({ type: 'TRAILING_STOP_MARKET', price: undefined, callbackRate: '1' });
const NO = { instrument: { instrument: undefined }, mark: { mark: undefined }, book: { book: undefined } };
const nothing = { ...NO.instrument, ...NO.mark, ...NO.book };

const unknown: Refusal = { code: 'INSTRUMENT_UNKNOWN', context: { symbol } };
const noMark: Refusal = { code: 'MARK_MISSING', context: { symbol } };
const noPrice: Refusal = { code: 'PRICE_MISSING', context: { symbol } };
const noOrderBook: Refusal = { code: 'BOOK_MISSING', context: { symbol } };
const stale = (code: MissingInput['code'], context = {}): Refusal => ({
  code,
  context: { ageMs: '15001', maximumMs: '15000', ...context },
});
const noPriceOf: MissingInput = { code: 'PRICE_MISSING', context: { asset: 'BTC' } };
const noLedger: MissingInput = { code: 'ACCOUNT_MISSING', context: { market: 'spot' } };
const lacking = (lacks: MissingInput) => ({ loss: { today: d('0'), drawdown: d('0'), lacks } });
const funds = (ageMs: number) => ({ funds: { asset: 'USDT', ageMs, locked: d('0') } });

describe('a check that lacks a fact', () => {
  it.each`
    name                     | check                    | what                                                  | checked     | facts                                                           | denial
    ${'the price grid'}      | ${checkPriceGrid}        | ${'an instrument'}                                    | ${order()}  | ${NO.instrument}                                                | ${unknown}
    ${'the quantity grid'}   | ${checkQuantityGrid}     | ${'an instrument'}                                    | ${order()}  | ${NO.instrument}                                                | ${unknown}
    ${'the smallest worth'}  | ${checkMinNotional}      | ${'an instrument'}                                    | ${order()}  | ${nothing}                                                      | ${unknown}
    ${'the smallest worth'}  | ${checkMinNotional}      | ${'a mark'}                                           | ${order()}  | ${NO.mark}                                                      | ${noMark}
    ${'the smallest worth'}  | ${checkMinNotional}      | ${'a price on spot'}                                  | ${spot}     | ${NO.mark}                                                      | ${noPrice}
    ${"the exchange's band"} | ${checkExchangeBand}     | ${'an instrument'}                                    | ${order()}  | ${NO.instrument}                                                | ${unknown}
    ${"the exchange's band"} | ${checkExchangeBand}     | ${'instrument and mark'}                              | ${order()}  | ${nothing}                                                      | ${unknown}
    ${"the exchange's band"} | ${checkExchangeBand}     | ${'a mark'}                                           | ${order()}  | ${NO.mark}                                                      | ${noMark}
    ${"the exchange's band"} | ${checkExchangeBand}     | ${'a price on spot'}                                  | ${spot}     | ${NO.mark}                                                      | ${noPrice}
    ${"the mark's age"}      | ${checkMarkAge}          | ${'a mark'}                                           | ${order()}  | ${NO.mark}                                                      | ${noMark}
    ${"the mark's age"}      | ${checkMarkAge}          | ${'a price on spot'}                                  | ${spot}     | ${NO.mark}                                                      | ${noPrice}
    ${"the book's depth"}    | ${checkOrderBookDepth}   | ${'a book'}                                           | ${market()} | ${NO.book}                                                      | ${noOrderBook}
    ${'the collar'}          | ${checkPriceCollar}      | ${'a price on spot'}                                  | ${spot}     | ${NO.mark}                                                      | ${noPrice}
    ${'the largest worth'}   | ${checkMaxOrderNotional} | ${'a mark'}                                           | ${order()}  | ${NO.mark}                                                      | ${noMark}
    ${'the largest worth'}   | ${checkMaxOrderNotional} | ${'a mark to trail from'}                             | ${trailing} | ${NO.mark}                                                      | ${noMark}
    ${'the largest worth'}   | ${checkMaxOrderNotional} | ${'a book'}                                           | ${market()} | ${NO.book}                                                      | ${noOrderBook}
    ${'the largest worth'}   | ${checkMaxOrderNotional} | ${'mark and book'}                                    | ${market()} | ${nothing}                                                      | ${noMark}
    ${'the bracket'}         | ${checkBracket}          | ${'a mark'}                                           | ${order()}  | ${NO.mark}                                                      | ${noMark}
    ${'the bracket'}         | ${checkBracket}          | ${'a book'}                                           | ${market()} | ${NO.book}                                                      | ${noOrderBook}
    ${'the bracket'}         | ${checkBracket}          | ${'brackets'}                                         | ${order()}  | ${{ brackets: [] }}                                             | ${{ code: 'BRACKETS_MISSING', context: { symbol } }}
    ${'the account'}         | ${checkAccount}          | ${'one'}                                              | ${order()}  | ${{ account: undefined }}                                       | ${{ code: 'ACCOUNT_MISSING', context: {} }}
    ${'the account'}         | ${checkAccount}          | ${'balances on spot'}                                 | ${spot}     | ${{ funds: undefined }}                                         | ${{ code: 'ACCOUNT_MISSING', context: { market: 'spot' } }}
    ${'the account'}         | ${checkAccount}          | ${'a young one'}                                      | ${order()}  | ${{ account: { ...FACTS.account!, ageMs: 15_001 } }}            | ${stale('ACCOUNT_STALE')}
    ${'the account'}         | ${checkAccount}          | ${'young balances on spot'}                           | ${spot}     | ${funds(15_001)}                                                | ${stale('ACCOUNT_STALE', { market: 'spot' })}
    ${'the loss'}            | ${checkLoss}             | ${'a history'}                                        | ${order()}  | ${{ loss: undefined }}                                          | ${{ code: 'ACCOUNT_MISSING', context: { why: 'what the account was worth earlier is not known yet, so its loss cannot be computed' } }}
    ${'the loss'}            | ${checkLoss}             | ${'a price of what is held on spot'}                  | ${order()}  | ${lacking(noPriceOf)}                                           | ${noPriceOf}
    ${'the loss'}            | ${checkLoss}             | ${'a price of what is held, on spot too'}             | ${spot}     | ${lacking(noPriceOf)}                                           | ${noPriceOf}
    ${'the loss'}            | ${checkLoss}             | ${'the balances of spot'}                             | ${order()}  | ${lacking(noLedger)}                                            | ${noLedger}
    ${'the loss'}            | ${checkLoss}             | ${'a price, where what is known is too much already'} | ${order()}  | ${{ loss: { ...lacking(noPriceOf).loss, today: d('500.01') } }} | ${{ code: 'LOSS_ABOVE_DAILY_MAXIMUM', context: { loss: '500.01', maximum: '500' } }}
  `('refuses and says so: $name without $what', ({ check, checked, facts, denial }) => {
    expect(denialBy(check)(checked, facts)).toEqual(denial);
  });

  it.each`
    name                     | check                  | what                                                 | checked                                    | facts
    ${'the price grid'}      | ${checkPriceGrid}      | ${'what has no price'}                               | ${market()}                                | ${nothing}
    ${"the exchange's band"} | ${checkExchangeBand}   | ${'what has no price'}                               | ${market()}                                | ${nothing}
    ${"the book's depth"}    | ${checkOrderBookDepth} | ${'what brings its own price'}                       | ${order()}                                 | ${nothing}
    ${'the smallest worth'}  | ${checkMinNotional}    | ${'what only reduces'}                               | ${reducing}                                | ${nothing}
    ${'the bracket'}         | ${checkBracket}        | ${'what only reduces'}                               | ${reducing}                                | ${{ ...nothing, brackets: undefined }}
    ${'the bracket'}         | ${checkBracket}        | ${'spot, where nothing is borrowed'}                 | ${spot}                                    | ${{ ...nothing, brackets: undefined }}
    ${'the account'}         | ${checkAccount}        | ${'what only reduces'}                               | ${reducing}                                | ${{ account: undefined }}
    ${'the account'}         | ${checkAccount}        | ${'spot, which has balances of just the oldest age'} | ${spot}                                    | ${funds(15_000)}
    ${'the loss'}            | ${checkLoss}           | ${'what only reduces'}                               | ${reducing}                                | ${{ loss: undefined }}
    ${'the loss'}            | ${checkLoss}           | ${'what is sold on spot'}                            | ${order({ market: 'spot', side: 'SELL' })} | ${{ loss: undefined }}
  `('asks for none that it does not need: $name of $what', ({ check, checked, facts }) => {
    expect(denialBy(check)(checked, facts)).toBeUndefined();
  });
});
