import { costOf } from './weights';
import { FUTURES_PRICES, SPOT_PRICES } from './weights.data';
import { futures } from '../requests/futures-requests';

const price = (call: string, parameters: Record<string, string | number | boolean | undefined> = {}) => {
  const [method, path] = call.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string];
  return costOf({ market: path.startsWith('/fapi') ? 'futures' : 'spot', method, path, parameters });
};

describe('the price of a call', () => {
  it.each`
    call                                  | parameters                           | weight
    ${'GET /fapi/v1/ping'}                | ${{}}                                | ${1}
    ${'GET /fapi/v1/exchangeInfo'}        | ${{ symbol: 'BTCUSDT' }}             | ${1}
    ${'GET /fapi/v1/depth'}               | ${{ limit: 5 }}                      | ${2}
    ${'GET /fapi/v1/depth'}               | ${{ limit: 50 }}                     | ${2}
    ${'GET /fapi/v1/depth'}               | ${{ limit: 100 }}                    | ${5}
    ${'GET /fapi/v1/depth'}               | ${{ limit: '500' }}                  | ${10}
    ${'GET /fapi/v1/depth'}               | ${{}}                                | ${10}
    ${'GET /fapi/v1/depth'}               | ${{ limit: 1000 }}                   | ${20}
    ${'GET /fapi/v1/depth'}               | ${{ limit: 'many' }}                 | ${20}
    ${'GET /fapi/v1/trades'}              | ${{}}                                | ${5}
    ${'GET /fapi/v1/historicalTrades'}    | ${{}}                                | ${200}
    ${'GET /fapi/v1/aggTrades'}           | ${{}}                                | ${20}
    ${'GET /fapi/v1/klines'}              | ${{ limit: 99 }}                     | ${1}
    ${'GET /fapi/v1/klines'}              | ${{ limit: 100 }}                    | ${2}
    ${'GET /fapi/v1/klines'}              | ${{}}                                | ${5}
    ${'GET /fapi/v1/klines'}              | ${{ limit: 1000 }}                   | ${5}
    ${'GET /fapi/v1/klines'}              | ${{ limit: 1001 }}                   | ${10}
    ${'GET /fapi/v1/premiumIndex'}        | ${{ symbol: 'BTCUSDT' }}             | ${1}
    ${'GET /fapi/v1/premiumIndex'}        | ${{}}                                | ${10}
    ${'GET /fapi/v1/ticker/24hr'}         | ${{}}                                | ${40}
    ${'GET /fapi/v2/ticker/price'}        | ${{}}                                | ${2}
    ${'GET /fapi/v1/ticker/bookTicker'}   | ${{ symbol: 'BTCUSDT' }}             | ${2}
    ${'GET /fapi/v1/ticker/bookTicker'}   | ${{}}                                | ${5}
    ${'GET /fapi/v1/openOrders'}          | ${{ symbol: 'BTCUSDT' }}             | ${1}
    ${'GET /fapi/v1/openOrders'}          | ${{ symbol: undefined }}             | ${40}
    ${'GET /fapi/v1/allOrders'}           | ${{}}                                | ${5}
    ${'POST /fapi/v1/countdownCancelAll'} | ${{}}                                | ${10}
    ${'GET /fapi/v1/positionSide/dual'}   | ${{}}                                | ${30}
    ${'GET /fapi/v3/account'}             | ${{}}                                | ${5}
    ${'GET /fapi/v1/commissionRate'}      | ${{}}                                | ${20}
    ${'GET /fapi/v1/forceOrders'}         | ${{}}                                | ${50}
    ${'GET /api/v3/exchangeInfo'}         | ${{}}                                | ${20}
    ${'GET /api/v3/depth'}                | ${{}}                                | ${5}
    ${'GET /api/v3/depth'}                | ${{ limit: 101 }}                    | ${25}
    ${'GET /api/v3/depth'}                | ${{ limit: 1000 }}                   | ${50}
    ${'GET /api/v3/depth'}                | ${{ limit: 5000 }}                   | ${250}
    ${'GET /api/v3/trades'}               | ${{}}                                | ${25}
    ${'GET /api/v3/aggTrades'}            | ${{}}                                | ${4}
    ${'GET /api/v3/ticker/24hr'}          | ${{ symbol: 'BTCUSDT' }}             | ${2}
    ${'GET /api/v3/ticker/24hr'}          | ${{ symbols: '["A","B"]' }}          | ${2}
    ${'GET /api/v3/ticker/24hr'}          | ${{ symbols: 'A,'.repeat(20) }}      | ${40}
    ${'GET /api/v3/ticker/24hr'}          | ${{}}                                | ${80}
    ${'GET /api/v3/ticker/price'}         | ${{ symbol: 'BTCUSDT' }}             | ${2}
    ${'GET /api/v3/ticker/price'}         | ${{}}                                | ${4}
    ${'GET /api/v3/order'}                | ${{}}                                | ${4}
    ${'GET /api/v3/openOrders'}           | ${{ symbol: 'BTCUSDT' }}             | ${6}
    ${'GET /api/v3/openOrders'}           | ${{}}                                | ${80}
    ${'GET /api/v3/myTrades'}             | ${{ orderId: 1 }}                    | ${5}
    ${'GET /api/v3/myTrades'}             | ${{}}                                | ${20}
    ${'POST /api/v3/order/test'}          | ${{ computeCommissionRates: true }}  | ${20}
    ${'POST /api/v3/order/test'}          | ${{ computeCommissionRates: false }} | ${1}
    ${'GET /api/v3/rateLimit/order'}      | ${{}}                                | ${40}
  `('$call with $parameters weighs $weight and is no order', ({ call, parameters, weight }) => {
    expect(price(call, parameters)).toEqual({ weight, orders: 0, ordersLong: 0 });
  });

  it.each`
    call                               | weight | orders | ordersLong | because
    ${'POST /fapi/v1/order'}           | ${0}   | ${1}   | ${1}       | ${'placing weighs nothing'}
    ${'PUT /fapi/v1/order'}            | ${0}   | ${1}   | ${1}       | ${'an amendment counts as an order'}
    ${'POST /fapi/v1/algoOrder'}       | ${0}   | ${1}   | ${1}       | ${'a conditional order too'}
    ${'POST /fapi/v1/batchOrders'}     | ${5}   | ${5}   | ${1}       | ${'a batch is five in the short window and one in the long'}
    ${'DELETE /fapi/v1/order'}         | ${1}   | ${0}   | ${0}       | ${'a cancel is no order'}
    ${'DELETE /fapi/v1/allOpenOrders'} | ${1}   | ${0}   | ${0}       | ${'nor are all cancels together'}
    ${'POST /api/v3/order'}            | ${1}   | ${1}   | ${1}       | ${'it is free only where it succeeds'}
    ${'DELETE /api/v3/order'}          | ${1}   | ${0}   | ${0}       | ${'the same'}
  `('$call: $because', ({ call, weight, orders, ordersLong }) => {
    expect(price(call)).toEqual({ weight, orders, ordersLong });
  });

  it('refuses to price a call that is not in the table', () => {
    expect(() => price('GET /fapi/v1/brandNew')).toThrow(RangeError);
  });

  it('names each call once', () => {
    const calls = [...FUTURES_PRICES, ...SPOT_PRICES].flatMap((row) => [...row.calls]);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it('prices every futures call that Elvis makes', () => {
    for (const [name, make] of Object.entries(futures)) {
      const given = name === 'newBatch' ? [[{ symbol: 'BTCUSDT' }]] : ['BTCUSDT', {}];
      const request = (make as (...anything: unknown[]) => Parameters<typeof costOf>[0])(...given);
      expect(costOf(request).weight).toBeGreaterThanOrEqual(0);
    }
  });
});
