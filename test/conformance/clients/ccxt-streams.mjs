/** What ccxt hears over WebSockets, on both markets. */
import { deepStrictEqual as same, ok } from 'node:assert';
import { caseOf, until } from './case.mjs';
import { ccxtPro } from './ccxt-clients.mjs';

export async function ccxtStreams(venue) {
  const swap = ccxtPro(venue, 'swap');
  const spot = ccxtPro(venue, 'spot');
  // What ccxt itself asks for before it speaks plain ws://.
  await Promise.all([swap.loadHttpProxyAgent(), spot.loadHttpProxyAgent()]);
  const BTC = 'BTC/USDT:USDT';
  const test = caseOf('ccxt WebSocket');
  const both = (call, run) => [
    test(`${call} futures`, () => run(swap, BTC)),
    test(`${call} spot`, () => run(spot, 'BTC/USDT')),
  ];
  /** What is heard between starting to listen and the thing done. */
  const heard = async (listen, act, enough) => {
    const seen = [];
    let going = true;
    const loop = (async () => {
      while (going) seen.push(...[await listen()].flat());
    })().catch((error) => {
      if (going) throw error;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await act();
    await Promise.race([until('the events', () => enough(seen)), loop]);
    going = false;
    return seen;
  };
  return [
    ...both('watchOrderBook', async (client, symbol) => {
      for (let updates = 0; updates < 20; updates += 1) {
        const orderBook = await client.watchOrderBook(symbol);
        ok(orderBook.bids[0][0] < orderBook.asks[0][0], 'the book crossed');
      }
    }),
    ...both('watchTrades', async (client, symbol) => ok((await client.watchTrades(symbol))[0].price > 1000)),
    ...both('watchTicker', async (client, symbol) => ok((await client.watchTicker(symbol)).last > 1000)),
    ...both('watchBidsAsks', async (client, symbol) =>
      ok((await client.watchBidsAsks([symbol]))[symbol].bid > 1000),
    ),
    ...both('watchOHLCV', async (client, symbol) => ok((await client.watchOHLCV(symbol, '1m'))[0][4] > 1000)),
    test('watchMarkPrice futures', async () => ok((await swap.watchMarkPrice(BTC)).markPrice > 1000)),
    test('watchOrders futures', async () => {
      const seen = await heard(
        () => swap.watchOrders(BTC),
        () => swap.createOrder(BTC, 'market', 'buy', 0.002),
        (orders) => orders.some(({ status }) => status === 'closed'),
      );
      same(seen.find(({ status }) => status === 'closed').filled, 0.002);
    }),
    test('watchMyTrades futures', async () => {
      const [trade] = await heard(
        () => swap.watchMyTrades(BTC),
        () => swap.createOrder(BTC, 'market', 'buy', 0.002),
        (trades) => trades.length > 0,
      );
      ok(trade.fee.cost > 0);
    }),
    test('watchPositions futures', async () => {
      const seen = await heard(
        () => swap.watchPositions([BTC]),
        () => swap.createOrder(BTC, 'market', 'buy', 0.002),
        (positions) => positions.length > 0,
      );
      ok(seen[0].contracts > 0);
    }),
    test('watchBalance futures', async () => {
      const seen = await heard(
        () => swap.watchBalance(),
        () => swap.createOrder(BTC, 'market', 'sell', 0.002),
        (balances) => balances.length > 0,
      );
      ok(seen[0].USDT.total > 0);
    }),
    test('watchOrders spot', async () => {
      const seen = await heard(
        () => spot.watchOrders('BTC/USDT'),
        () => spot.createOrder('BTC/USDT', 'market', 'buy', 0.001),
        (orders) => orders.some(({ status }) => status === 'closed'),
      );
      same(seen.find(({ status }) => status === 'closed').filled, 0.001);
    }),
    test('watchBalance spot', async () => {
      const seen = await heard(
        () => spot.watchBalance(),
        () => spot.createOrder('BTC/USDT', 'market', 'sell', 0.001),
        (balances) => balances.length > 0,
      );
      ok(seen[0].USDT.free > 0);
    }),
    test('createOrderWs, fetchOrderWs, cancelOrderWs futures', async () => {
      const { last } = await swap.fetchTicker(BTC);
      const order = await swap.createOrderWs(BTC, 'limit', 'buy', 0.002, Math.round(last * 0.97));
      same((await swap.cancelOrderWs(order.id, BTC)).status, 'canceled');
    }),
    test('createOrderWs, fetchOrderWs, cancelOrderWs spot', async () => {
      const { last } = await spot.fetchTicker('BTC/USDT');
      const order = await spot.createOrderWs('BTC/USDT', 'limit', 'buy', 0.001, Math.round(last * 0.97));
      same((await spot.fetchOrderWs(order.id, 'BTC/USDT')).status, 'open');
      same((await spot.cancelOrderWs(order.id, 'BTC/USDT')).status, 'canceled');
    }),
  ];
}
