/** What an order waits for, asked alone: each type and side at the mark and a tick beside it, and the numbers of each refusal. */
import { Refusal, Market, OrderSide, OrderType } from '@elvis/trading';
import { BTCUSDT, d, denialBy, order } from '../../../test/a-case';
import { Facts } from '../../order/check';
import { checkTrigger } from './trigger';

const denial = denialBy(checkTrigger);
const symbol = 'BTCUSDT';
const stop = { type: 'STOP_MARKET', price: undefined, stopPrice: '61000' } as const;
const trailing = { type: 'TRAILING_STOP_MARKET', price: undefined, callbackRate: '1' } as const;

const wrongSide = (trigger: string, must: string): Refusal => ({
  code: 'TRIGGER_WRONG_SIDE',
  context: { trigger, mark: '60000', must },
});

describe('a trigger', () => {
  it.each<[Market, OrderType, OrderSide, 'above' | 'below']>([
    ['futures', 'STOP', 'BUY', 'above'],
    ['futures', 'STOP', 'SELL', 'below'],
    ['futures', 'STOP_MARKET', 'BUY', 'above'],
    ['futures', 'STOP_MARKET', 'SELL', 'below'],
    ['futures', 'TAKE_PROFIT', 'BUY', 'below'],
    ['futures', 'TAKE_PROFIT', 'SELL', 'above'],
    ['futures', 'TAKE_PROFIT_MARKET', 'BUY', 'below'],
    ['futures', 'TAKE_PROFIT_MARKET', 'SELL', 'above'],
    ['futures', 'TRAILING_STOP_MARKET', 'BUY', 'below'],
    ['futures', 'TRAILING_STOP_MARKET', 'SELL', 'above'],
    ['spot', 'STOP_LOSS_LIMIT', 'BUY', 'above'],
    ['spot', 'STOP_LOSS_LIMIT', 'SELL', 'below'],
    ['spot', 'TAKE_PROFIT_LIMIT', 'BUY', 'below'],
    ['spot', 'TAKE_PROFIT_LIMIT', 'SELL', 'above'],
  ])('of a %s %s to %s must lie %s the market', (market, type, side, must) => {
    const at = (stopPrice: string) => denial(order({ market, type, side, stopPrice }));
    const [right, wrong] = must === 'above' ? ['60000.1', '59999.9'] : ['59999.9', '60000.1'];
    expect(at(right)).toBeUndefined();
    expect(at('60000')).toEqual(wrongSide('60000', must));
    expect(at(wrong)).toEqual(wrongSide(wrong, must));
  });

  it.each<[string, Refusal | undefined]>([
    ['556.7', { code: 'PRICE_BELOW_MINIMUM', context: { price: '556.7', minimum: '556.8' } }],
    ['556.8', undefined],
    ['60000.05', { code: 'PRICE_NOT_ON_TICK', context: { price: '60000.05', tickSize: '0.1' } }],
    ['4529764', undefined],
    ['4529764.1', { code: 'PRICE_ABOVE_MAXIMUM', context: { price: '4529764.1', maximum: '4529764' } }],
  ])('of %s stands on the grid, or the refusal names stopPrice', (stopPrice, expected) => {
    const side = d(stopPrice).gt(60_000) ? 'BUY' : 'SELL';
    const named = expected && { ...expected, context: { ...expected.context, field: 'stopPrice' } };
    expect(denial(order({ ...stop, side, stopPrice }))).toEqual(named);
  });

  it.each<[string, Partial<Facts>, Refusal]>([
    ['an instrument', { instrument: undefined }, { code: 'INSTRUMENT_UNKNOWN', context: { symbol } }],
    ['a market', { mark: undefined }, { code: 'MARK_MISSING', context: { symbol } }],
    [
      'either, the instrument first',
      { instrument: undefined, mark: undefined },
      { code: 'INSTRUMENT_UNKNOWN', context: { symbol } },
    ],
  ])('cannot be judged without %s, which is said', (_what, facts, expected) => {
    expect(denial(order(stop), facts)).toEqual(expected);
    expect(denial(order({ ...trailing, stopPrice: '59000' }), facts)).toEqual(expected);
  });

  it('cannot be judged without a market on spot either, in the words of spot', () => {
    const spot = order({ market: 'spot', type: 'STOP_LOSS_LIMIT', stopPrice: '61000' });
    expect(denial(spot, { mark: undefined })).toEqual({ code: 'PRICE_MISSING', context: { symbol } });
  });

  it('stands on the grid before it is held against the market', () => {
    const offGrid = order({ ...stop, stopPrice: '50000.05' });
    expect(denial(offGrid)?.code).toBe('PRICE_NOT_ON_TICK');
    expect(denial(offGrid, { mark: undefined })?.code).toBe('PRICE_NOT_ON_TICK');
    expect(denial(offGrid, { instrument: { ...BTCUSDT, tickSize: d('0.05') } })?.code).toBe(
      'TRIGGER_WRONG_SIDE',
    );
  });

  it('that an order of no waiting type carries by mistake is not judged here', () => {
    const unknown = { instrument: undefined, mark: undefined };
    expect(denial(order({ stopPrice: '1.05' }), unknown)).toBeUndefined();
    expect(denial(order({ type: 'MARKET', stopPrice: '1.05', callbackRate: '99' }), unknown)).toBeUndefined();
    expect(denial(order({ market: 'spot', type: 'STOP', stopPrice: '1.05' }), unknown)).toBeUndefined();
  });
});

describe('a callback', () => {
  const outOfRange = (callbackRate: string): Refusal => ({
    code: 'CALLBACK_OUT_OF_RANGE',
    context: { callbackRate, lowest: '0.1', highest: '20' },
  });

  it.each<[string, Refusal | undefined]>([
    ['0', outOfRange('0')],
    ['0.0999', outOfRange('0.0999')],
    ['0.1', undefined],
    ['20', undefined],
    ['20.0001', outOfRange('20.0001')],
  ])('of %s percent is inside the bounds, or the refusal tells them', (callbackRate, expected) => {
    expect(denial(order({ ...trailing, callbackRate }))).toEqual(expected);
    expect(denial(order({ ...trailing, callbackRate, stopPrice: '59000' }))).toEqual(expected);
  });

  it('needs neither instrument nor market where it follows from the market on', () => {
    const unknown = { instrument: undefined, mark: undefined };
    expect(denial(order(trailing), unknown)).toBeUndefined();
    expect(denial(order({ ...trailing, callbackRate: '21' }), unknown)).toEqual(outOfRange('21'));
  });

  it('out of its range is said before anything of the trigger', () => {
    const both = order({ ...trailing, callbackRate: '21', stopPrice: '61000.05' });
    expect(denial(both)).toEqual(outOfRange('21'));
  });
});
