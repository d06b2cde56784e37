import { FuturesOrder, FuturesOrderUpdate, SpotExecutionReport, SpotOrder } from '@elvis/binance';
import { toOrderUpdate, toReport } from './binance-orders';
import { toSpotOrderUpdate, toSpotReport } from './spot/spot-orders';

const answer = { orderId: 7, executedQty: '0', origQty: '1', price: '10', updateTime: 1 };
const update = {
  ...{ i: 7, c: 'a', s: 'BTCUSDT', S: 'BUY', o: 'LIMIT', x: 'EXPIRED' },
  z: '0',
  q: '1',
  p: '10',
};

describe("an order's end in the exchange's words", () => {
  it.each`
    from                       | report
    ${'an answer on futures'}  | ${(status: string) => toReport({ ...answer, status } as FuturesOrder)}
    ${'the stream of futures'} | ${(X: string) => toOrderUpdate({ ...update, X, ap: '0' } as FuturesOrderUpdate, 1).report}
    ${'an answer on spot'}     | ${(status: string) => toSpotReport({ ...answer, status } as SpotOrder)}
    ${'the stream of spot'}    | ${(X: string) => toSpotOrderUpdate({ ...update, X, Z: '0', T: 1 } as SpotExecutionReport).report}
  `('says that it met an order of the same account, from $from', ({ report }) => {
    const of = report as (word: string) => object;
    expect(of('EXPIRED_IN_MATCH')).toMatchObject({ status: 'EXPIRED', code: 'EXPIRED_IN_MATCH' });
    expect(of('EXPIRED')).not.toHaveProperty('code');
  });
});

describe('a fill on the stream of futures', () => {
  const filled = {
    ...{
      ...update,
      c: 'autoclose-1764500000000',
      o: 'LIMIT',
      X: 'FILLED',
      z: '0.008',
      q: '0.008',
      ap: '36733.70',
    },
    ...{
      S: 'SELL',
      l: '0.008',
      L: '36733.70',
      t: 77,
      T: 5,
      n: '0.11754784',
      N: 'USDT',
      m: false,
      rp: '-200.2136',
    },
  };

  it.each(['TRADE', 'CALCULATED'])('is one, be it told as %s: a liquidation is', (x) => {
    expect(toOrderUpdate({ ...filled, x } as unknown as FuturesOrderUpdate, 1).fill).toMatchObject({
      tradeId: '77',
      clientOrderId: 'autoclose-1764500000000',
      side: 'SELL',
      price: '36733.70',
      quantity: '0.008',
      fee: '0.11754784',
      realizedPnl: '-200.2136',
    });
  });

  it.each([
    ['CALCULATED', '0'],
    ['NEW', '0'],
    ['AMENDMENT', '0'],
  ])('is none where %s moved %s', (x, l) => {
    expect(toOrderUpdate({ ...filled, x, l } as unknown as FuturesOrderUpdate, 1)).not.toHaveProperty('fill');
  });
});
