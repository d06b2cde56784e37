/** What the shape of an order says of it: whether it waits, takes the market, stops a loss, or can only reduce. */
import { MARKETS, Market, ORDER_TYPES, OrderSide, OrderType } from '@elvis/trading';
import { isConditional, isSentToReduce, isStop, opensNothing, takesMarket } from './order-shape';

const kinds = (isSo: (kind: { market: Market; type: OrderType }) => boolean): readonly string[] =>
  MARKETS.flatMap((market) =>
    ORDER_TYPES.filter((type) => isSo({ market, type })).map((type) => `${market} ${type}`),
  );

describe('the shape of an order', () => {
  it('says what waits for its trigger; what the market does not have waits for nothing', () => {
    expect(kinds(isConditional)).toEqual([
      ...['futures STOP', 'futures STOP_MARKET', 'futures TAKE_PROFIT', 'futures TAKE_PROFIT_MARKET'],
      ...['futures TRAILING_STOP_MARKET', 'spot STOP_LOSS_LIMIT', 'spot TAKE_PROFIT_LIMIT'],
    ]);
  });

  it('says what takes the market; what the market does not have takes nothing', () => {
    expect(kinds(takesMarket)).toEqual([
      ...['futures MARKET', 'futures STOP_MARKET', 'futures TAKE_PROFIT_MARKET'],
      ...['futures TRAILING_STOP_MARKET', 'spot MARKET'],
    ]);
  });

  it('says what cuts a loss', () => {
    expect(ORDER_TYPES.filter((type) => isStop({ market: 'futures', type }))).toEqual([
      ...['STOP', 'STOP_MARKET', 'STOP_LOSS_LIMIT'],
    ]);
  });

  it.each([
    [{}, false],
    [{ reduceOnly: false, closePosition: false }, false],
    [{ reduceOnly: true }, true],
    [{ closePosition: true }, true],
  ])('says what is sent to reduce: %j %s', (content, expected) => {
    expect(isSentToReduce(content)).toBe(expected);
  });

  it.each<[Market, OrderSide, boolean, boolean]>([
    ['futures', 'BUY', false, false],
    ['futures', 'SELL', false, false],
    ['futures', 'BUY', true, true],
    ['futures', 'SELL', true, true],
    ['spot', 'BUY', false, false],
    ['spot', 'SELL', false, true],
  ])('says what opens nothing: on %s a %s, reduce-only %s: %s', (market, side, isReduceOnly, expected) => {
    expect(opensNothing({ content: { market, side }, isReduceOnly })).toBe(expected);
  });
});
