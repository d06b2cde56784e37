import { OrderContent } from '@elvis/trading';
import { FACTS, codeOf as codeOfCase, d, levels, market, order } from '../../test/a-case';
import { CheckedOrder, Facts } from '../order/check';
import { ExposureFigures, checkExposure } from '../exposure/exposure';

const SPOT: Facts = {
  ...FACTS,
  mark: { price: d('60000'), ageMs: 200 },
  account: undefined,
  brackets: undefined,
  leverage: 0,
  funds: { asset: 'USDT', ageMs: 500, locked: d('0') },
};

const codeOf = (checked: CheckedOrder, facts: Partial<Facts> = {}): string =>
  codeOfCase(checked, { ...SPOT, ...facts });

const spot = (content: Partial<OrderContent> = {}): CheckedOrder => order({ market: 'spot', ...content });
const atMarket = (content: Partial<OrderContent> = {}): CheckedOrder =>
  market({ market: 'spot', ...content });
const maker = { type: 'LIMIT_MAKER' } as const;
const stopLoss = { type: 'STOP_LOSS_LIMIT', stopPrice: '61000', price: '61100' } as const;
const takeProfit = { type: 'TAKE_PROFIT_LIMIT', stopPrice: '59000', price: '58900' } as const;
const reducing = { state: { state: 'REDUCING' as const } };
const halted = { state: { state: 'HALTED' as const } };
const old = (ageMs: number) => ({ mark: { price: d('60000'), ageMs } });

describe('spot orders', () => {
  it.each`
    title                                    | checked
    ${'a LIMIT'}                             | ${spot()}
    ${'a LIMIT for now or never'}            | ${spot({ timeInForce: 'FOK' })}
    ${'a MARKET'}                            | ${atMarket()}
    ${'a LIMIT_MAKER'}                       | ${spot(maker)}
    ${'a stop that buys above the market'}   | ${spot(stopLoss)}
    ${'a stop that sells below it'}          | ${spot({ ...stopLoss, side: 'SELL', stopPrice: '59000', price: '58900' })}
    ${'a profit that buys below the market'} | ${spot(takeProfit)}
    ${'a profit that sells above it'}        | ${spot({ ...takeProfit, side: 'SELL', stopPrice: '61000', price: '61000' })}
  `('pass: $title', ({ checked }) => {
    expect(codeOf(checked)).toBe('APPROVED');
  });

  it.each([
    ['a stop of futures', spot({ type: 'STOP_MARKET', price: undefined, stopPrice: '61000' })],
    ['a stop without a trigger', spot({ ...stopLoss, stopPrice: undefined })],
    ['a stop without a price', spot({ ...stopLoss, price: undefined })],
    ['a limit order with a trigger', spot({ stopPrice: '61000' })],
    ['a maker order without a price', spot({ ...maker, price: undefined })],
    ['a maker order with a time in force', spot({ ...maker, timeInForce: 'GTC' })],
    ['a reduce-only order', spot({ side: 'SELL', reduceOnly: true })],
    ['an order that closes the position', spot({ ...stopLoss, closePosition: true })],
    ['a callback', spot({ ...stopLoss, callbackRate: '1' })],
    ['a trigger by the mark price', spot({ ...stopLoss, workingType: 'MARK_PRICE' })],
    ['a time in force of futures', spot({ timeInForce: 'GTX' })],
  ])('are refused where spot has no such order: %s', (_title, checked) => {
    expect(codeOf(checked)).toBe('ORDER_TYPE_UNSUPPORTED');
  });

  it.each`
    title                                            | checked                                                        | facts                                              | code
    ${'no price'}                                    | ${spot()}                                                      | ${{ mark: undefined }}                             | ${'PRICE_MISSING'}
    ${'a price of the oldest allowed age'}           | ${spot()}                                                      | ${old(3000)}                                       | ${'APPROVED'}
    ${'a price older than that'}                     | ${spot()}                                                      | ${old(3001)}                                       | ${'PRICE_STALE'}
    ${'no book for a market order'}                  | ${atMarket()}                                                  | ${{ book: undefined }}                             | ${'BOOK_MISSING'}
    ${'too old a book'}                              | ${atMarket()}                                                  | ${{ book: { ...FACTS.book!, ageMs: 3001 } }}       | ${'BOOK_STALE'}
    ${'too thin a book'}                             | ${atMarket({ quantity: '101.501' })}                           | ${{}}                                              | ${'BOOK_TOO_THIN'}
    ${'no balances for a buy'}                       | ${spot()}                                                      | ${{ funds: undefined }}                            | ${'ACCOUNT_MISSING'}
    ${'no balances for a sale'}                      | ${spot({ side: 'SELL' })}                                      | ${{ funds: undefined }}                            | ${'ACCOUNT_MISSING'}
    ${'balances too old'}                            | ${spot()}                                                      | ${{ funds: { ...SPOT.funds!, ageMs: 15_001 } }}    | ${'ACCOUNT_STALE'}
    ${'balances too old for a sale'}                 | ${spot({ side: 'SELL' })}                                      | ${{ funds: { ...SPOT.funds!, ageMs: 15_001 } }}    | ${'ACCOUNT_STALE'}
    ${'no spot traded here'}                         | ${spot()}                                                      | ${{ isMarketTraded: false }}                       | ${'INSTRUMENT_UNKNOWN'}
    ${'a symbol the exchange does not list'}         | ${spot()}                                                      | ${{ instrument: undefined }}                       | ${'INSTRUMENT_UNKNOWN'}
    ${'a price between two ticks'}                   | ${spot({ price: '60000.05' })}                                 | ${{}}                                              | ${'PRICE_NOT_ON_TICK'}
    ${'a trigger between two ticks'}                 | ${spot({ ...stopLoss, stopPrice: '61000.05' })}                | ${{}}                                              | ${'PRICE_NOT_ON_TICK'}
    ${'a quantity between two steps'}                | ${spot({ quantity: '0.0105' })}                                | ${{}}                                              | ${'QUANTITY_NOT_ON_STEP'}
    ${'less than the smallest notional'}             | ${spot({ quantity: '0.001' })}                                 | ${{}}                                              | ${'NOTIONAL_BELOW_MINIMUM'}
    ${'a sale of less than the smallest notional'}   | ${spot({ side: 'SELL', quantity: '0.001' })}                   | ${{}}                                              | ${'NOTIONAL_BELOW_MINIMUM'}
    ${'a price outside the collar'}                  | ${spot({ price: '56999.9' })}                                  | ${{}}                                              | ${'PRICE_OUTSIDE_COLLAR'}
    ${'a market order that walks out of the collar'} | ${atMarket({ quantity: '1.501' })}                             | ${{}}                                              | ${'PRICE_OUTSIDE_COLLAR'}
    ${'more than one order may be worth'}            | ${spot({ quantity: '0.334' })}                                 | ${{}}                                              | ${'NOTIONAL_ABOVE_ORDER_MAXIMUM'}
    ${'a stop that has been passed already'}         | ${spot({ ...stopLoss, stopPrice: '59000', price: '59000' })}   | ${{}}                                              | ${'TRIGGER_WRONG_SIDE'}
    ${'a profit that has been passed already'}       | ${spot({ ...takeProfit, stopPrice: '60000', price: '60000' })} | ${{}}                                              | ${'TRIGGER_WRONG_SIDE'}
    ${'a stop priced far from its own trigger'}      | ${spot({ ...stopLoss, price: '64050.1' })}                     | ${{}}                                              | ${'PRICE_OUTSIDE_COLLAR'}
    ${'a halt, for a buy'}                           | ${spot()}                                                      | ${halted}                                          | ${'STATE_HALTED'}
    ${'a halt, for a sale'}                          | ${spot({ side: 'SELL' })}                                      | ${halted}                                          | ${'STATE_HALTED'}
    ${'only reducing, for a buy'}                    | ${spot()}                                                      | ${reducing}                                        | ${'STATE_REDUCING'}
    ${'only reducing, for a sale'}                   | ${spot({ side: 'SELL' })}                                      | ${reducing}                                        | ${'APPROVED'}
    ${'too much lost, for a buy'}                    | ${spot()}                                                      | ${{ loss: { today: d('501'), drawdown: d('0') } }} | ${'LOSS_ABOVE_DAILY_MAXIMUM'}
    ${'too much lost, for a sale'}                   | ${spot({ side: 'SELL' })}                                      | ${{ loss: { today: d('501'), drawdown: d('0') } }} | ${'APPROVED'}
    ${'builds that disagree, for a buy'}             | ${spot()}                                                      | ${{ buildsDisagree: 'a 1, b 2' }}                  | ${'BUILDS_DISAGREE'}
    ${'builds that disagree, for a sale'}            | ${spot({ side: 'SELL' })}                                      | ${{ buildsDisagree: 'a 1, b 2' }}                  | ${'APPROVED'}
  `('are judged like all others: $title', ({ checked, facts, code }) => {
    expect(codeOf(checked, facts as Partial<Facts>)).toBe(code);
  });

  it('know no leverage: none is asked for and none refuses', () => {
    expect(codeOf(spot(), { leverage: 500, leverageCap: 1 })).toBe('APPROVED');
  });

  it('take the worst level of the book for what a market order is worth', () => {
    const thin = { levels: levels(['60000', '0.1'], ['62000', '1']), ageMs: 1 };
    expect(codeOf(atMarket({ quantity: '0.33' }), { book: thin })).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
    expect(codeOf(atMarket({ quantity: '0.32' }), { book: thin })).toBe('APPROVED');
  });
});

describe('what a spot order spends', () => {
  const FIGURES: ExposureFigures = {
    position: '2',
    restingOnSide: '0',
    worstBefore: '0',
    worstAfter: '0',
    worstOfOthers: '0',
    margin: '0',
    openOrders: 0,
    lastSecond: 0,
    wallet: '1000',
    committed: '400',
    needed: '600',
  };
  const verdict = (checked: CheckedOrder, figures: Partial<ExposureFigures>, limits = {}) =>
    checkExposure(checked, 'ACTIVE', { ...FIGURES, ...figures }, limits);

  it('may be all that no other order holds back, and not a cent more', () => {
    expect(verdict(spot(), {})).toEqual({ approved: true });
    expect(verdict(spot(), { needed: '600.00000001' })).toEqual({
      approved: false,
      denial: {
        code: 'FUNDS_INSUFFICIENT',
        context: {
          symbol: 'BTCUSDT',
          side: 'BUY',
          needed: '600.00000001',
          wallet: '1000',
          committed: '400',
        },
      },
    });
  });

  it('binds a sale as it binds a buy', () => {
    expect(verdict(spot({ side: 'SELL' }), { needed: '601' })).toMatchObject({ approved: false });
  });

  it('counts what is bought against the caps, and what is sold against none', () => {
    const limits = { maxPositionNotional: d('100') };
    const beyond = { worstBefore: '50', worstAfter: '101' };
    expect(verdict(spot(), beyond, limits)).toMatchObject({ denial: { code: 'POSITION_ABOVE_MAXIMUM' } });
    expect(verdict(spot({ side: 'SELL' }), beyond, limits)).toEqual({ approved: true });
  });
});
