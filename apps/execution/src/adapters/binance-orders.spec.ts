import { FuturesOrder, FuturesOrderUpdate, SpotExecutionReport, SpotOrder } from '@elvis/binance';
import { toNews, toReport } from './binance-orders';
import { toSpotNews, toSpotReport } from './binance-spot-orders';

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
    ${'the stream of futures'} | ${(X: string) => toNews({ ...update, X, ap: '0' } as FuturesOrderUpdate, 1).report}
    ${'an answer on spot'}     | ${(status: string) => toSpotReport({ ...answer, status } as SpotOrder)}
    ${'the stream of spot'}    | ${(X: string) => toSpotNews({ ...update, X, Z: '0', T: 1 } as SpotExecutionReport).report}
  `('says that it met an order of the same account, from $from', ({ report }) => {
    const of = report as (word: string) => object;
    expect(of('EXPIRED_IN_MATCH')).toMatchObject({ status: 'EXPIRED', code: 'EXPIRED_IN_MATCH' });
    expect(of('EXPIRED')).not.toHaveProperty('code');
  });
});
