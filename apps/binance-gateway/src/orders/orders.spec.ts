/** Orders in Binance's parameters, and as it prints them. */
import { Market, OrderView } from '@elvis/trading';
import { Parameters } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { orderRow, spotCanceled, spotPlaced } from './order-rows';
import { readAlgoOrder, readOrder } from './read-order';

const FUTURES = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '60000',
};
const DIGITS = { price: 2, quantity: 3 };
const read = (market: Market, change: Record<string, unknown>) =>
  readOrder(Parameters.of({ ...FUTURES, ...change }), market);

const refusedBy = (run: () => unknown): { code: number; text: string } => {
  try {
    run();
  } catch (error) {
    if (error instanceof FrontRefusal) return error.answer.words;
    throw error;
  }
  throw new Error('It was not refused');
};

describe('an order in the parameters of Binance', () => {
  it('is read whole', () => {
    expect(read('futures', { reduceOnly: 'true', positionSide: 'BOTH', newOrderRespType: 'RESULT' })).toEqual(
      {
        ...FUTURES,
        market: 'futures',
        reduceOnly: true,
      },
    );
    expect(read('spot', { type: 'STOP_LOSS_LIMIT', stopPrice: '59000' })).toEqual({
      ...FUTURES,
      market: 'spot',
      type: 'STOP_LOSS_LIMIT',
      stopPrice: '59000',
    });
  });

  it.each`
    market       | change                                        | code
    ${'futures'} | ${{ priceMatch: 'OPPONENT' }}                 | ${-1106}
    ${'futures'} | ${{ goodTillDate: '1999999999000' }}          | ${-1106}
    ${'futures'} | ${{ priceProtect: 'true' }}                   | ${-1106}
    ${'futures'} | ${{ selfTradePreventionMode: 'EXPIRE_BOTH' }} | ${-1106}
    ${'futures'} | ${{ stopPrice: '1' }}                         | ${-1106}
    ${'futures'} | ${{ callbackRate: '1' }}                      | ${-1106}
    ${'futures'} | ${{ closePosition: 'true' }}                  | ${-1106}
    ${'futures'} | ${{ positionSide: 'LONG' }}                   | ${-4061}
    ${'futures'} | ${{ type: 'STOP_MARKET', stopPrice: '1' }}    | ${-4120}
    ${'futures'} | ${{ type: 'STOP_LOSS' }}                      | ${-1116}
    ${'futures'} | ${{ side: 'LONG' }}                           | ${-1117}
    ${'futures'} | ${{ timeInForce: 'GTD' }}                     | ${-1115}
    ${'futures'} | ${{ quantity: '' }}                           | ${-1102}
    ${'futures'} | ${{ price: '' }}                              | ${-1102}
    ${'futures'} | ${{ timeInForce: '' }}                        | ${-1102}
    ${'futures'} | ${{ quantity: '-1' }}                         | ${-1100}
    ${'futures'} | ${{ quantity: '0.0' }}                        | ${-1100}
    ${'futures'} | ${{ reduceOnly: 'perhaps' }}                  | ${-1130}
    ${'spot'}    | ${{ quoteOrderQty: '10' }}                    | ${-1106}
    ${'spot'}    | ${{ icebergQty: '1' }}                        | ${-1106}
    ${'spot'}    | ${{ trailingDelta: '10' }}                    | ${-1106}
    ${'spot'}    | ${{ pegPriceType: 'PRIMARY_PEG' }}            | ${-1106}
    ${'spot'}    | ${{ type: 'TAKE_PROFIT' }}                    | ${-1116}
  `(
    'is refused for what is not carried out, never sent without it: $market $change',
    ({ market, change, code }) => {
      const words = refusedBy(() => read(market as Market, change as Record<string, unknown>));
      expect(words.code).toBe(code);
      if (code === -1106) expect(words.text).toContain(Object.keys(change as object)[0]);
    },
  );

  it('is read from the algo endpoint where it waits for a trigger', () => {
    const stop = {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '59000',
    };
    expect(
      readAlgoOrder(Parameters.of({ ...stop, quantity: '0.01', workingType: 'MARK_PRICE' })),
    ).toMatchObject({
      type: 'STOP_MARKET',
      stopPrice: '59000',
      quantity: '0.01',
      workingType: 'MARK_PRICE',
    });
    expect(readAlgoOrder(Parameters.of({ ...stop, closePosition: 'true' }))).toMatchObject({
      closePosition: true,
    });
    expect(
      refusedBy(() => readAlgoOrder(Parameters.of({ ...stop, closePosition: 'true', quantity: '0.01' })))
        .code,
    ).toBe(-4137);
  });
});

describe('an order as Binance prints it', () => {
  const order: OrderView = {
    clientOrderId: 'e-hash',
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.01',
    price: '60000',
    filledQuantity: '0.004',
    averagePrice: '59999.5',
    status: 'PENDING_CANCEL',
    decisionId: 'd',
    actor: 'key:k',
    exchangeOrderId: '8389765739703625592',
    createdAtMs: 1,
    updatedAtMs: 2,
  };

  it('keeps a number that is larger than a double, shows the id of the bot, and no cancel that is under way', () => {
    const row = orderRow({ order, clientId: 'order-1' }, DIGITS);
    expect(row).toContain('"orderId":8389765739703625592,');
    expect(JSON.parse(row)).toMatchObject({
      clientOrderId: 'order-1',
      status: 'PARTIALLY_FILLED',
      executedQty: '0.004',
      origQty: '0.010',
      cumQuote: '239.998',
    });
  });

  it('tells of a spot order that has fills no empty list of them', () => {
    const spot = { order: { ...order, market: 'spot' as const }, clientId: 'order-1' };
    expect(JSON.parse(spotPlaced(spot, 'RESULT', DIGITS))).not.toHaveProperty('fills');
    expect(JSON.parse(spotPlaced(spot, 'ACK', DIGITS))).not.toHaveProperty('status');
    expect(JSON.parse(spotCanceled(spot, 'cancel-1', DIGITS))).toMatchObject({
      origClientOrderId: 'order-1',
      clientOrderId: 'cancel-1',
    });
  });
});
