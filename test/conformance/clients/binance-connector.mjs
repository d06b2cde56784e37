/** `@binance/connector`: its spot methods, and the generic calls by which it reaches futures. */
import { deepStrictEqual as same, ok } from 'node:assert';
import connector from '@binance/connector';
import { caseOf, until } from './case.mjs';

export function binanceConnector(venue) {
  const client = new connector.Spot(venue.apiKey, venue.apiSecret, { baseURL: venue.rest });
  const quiet = new Proxy({}, { get: () => () => undefined });
  const test = caseOf('@binance/connector');
  const price = async () => Math.round(Number((await client.tickerPrice('BTCUSDT')).data.price) * 0.95);
  const data = async (answer) => (await answer).data;
  const stream = (path, subscribe) => async () => {
    const seen = [];
    const socket = new connector.WebsocketStream({
      wsURL: `${venue.ws}${path}`,
      logger: quiet,
      callbacks: { message: (text) => seen.push(text) },
    });
    subscribe(socket);
    await until('a message', () => seen.length > 2);
    socket.disconnect();
    ok(JSON.parse(seen[0]));
  };
  return [
    test('ping', async () => same(await data(client.ping()), {})),
    test('time', async () => ok((await data(client.time())).serverTime > 0)),
    test('exchangeInfo', async () =>
      same((await data(client.exchangeInfo({ symbol: 'BTCUSDT' }))).symbols.length, 1)),
    test('depth', async () => same((await data(client.depth('BTCUSDT', { limit: 20 }))).bids.length, 20)),
    test('trades', async () => same((await data(client.trades('BTCUSDT', { limit: 5 }))).length, 5)),
    test('aggTrades', async () => ok((await data(client.aggTrades('BTCUSDT'))).length > 0)),
    test('klines', async () => ok((await data(client.klines('BTCUSDT', '1m', { limit: 5 }))).length === 5)),
    test('avgPrice', async () => ok(Number((await data(client.avgPrice('BTCUSDT'))).price) > 1000)),
    test('ticker24hr', async () => ok(Number((await data(client.ticker24hr('BTCUSDT'))).lastPrice) > 1000)),
    test('tickerPrice', async () => ok(Number((await data(client.tickerPrice('BTCUSDT'))).price) > 1000)),
    test('bookTicker', async () => ok(Number((await data(client.bookTicker('BTCUSDT'))).bidPrice) > 1000)),
    test('account', async () => ok((await data(client.account())).balances.length > 0)),
    test('newOrder MARKET', async () => {
      const order = await data(client.newOrder('BTCUSDT', 'BUY', 'MARKET', { quantity: 0.001 }));
      same([order.status, order.fills.length > 0], ['FILLED', true]);
    }),
    test('newOrder LIMIT, getOrder, openOrders, cancelOrder', async () => {
      const answer = await client.newOrder('BTCUSDT', 'BUY', 'LIMIT', {
        price: await price(),
        quantity: 0.001,
        timeInForce: 'GTC',
      });
      ok(answer.headers['x-mbx-order-count-10s'] > 0);
      const { orderId } = answer.data;
      same((await data(client.getOrder('BTCUSDT', { orderId }))).status, 'NEW');
      ok((await data(client.openOrders({ symbol: 'BTCUSDT' }))).length > 0);
      same((await data(client.cancelOrder('BTCUSDT', { orderId }))).status, 'CANCELED');
    }),
    test('cancelAndReplace', async () => {
      const first = await data(
        client.newOrder('BTCUSDT', 'BUY', 'LIMIT', {
          price: await price(),
          quantity: 0.001,
          timeInForce: 'GTC',
        }),
      );
      const answer = await data(
        client.cancelAndReplace('BTCUSDT', 'BUY', 'LIMIT', 'STOP_ON_FAILURE', {
          cancelOrderId: first.orderId,
          price: await price(),
          quantity: 0.002,
          timeInForce: 'GTC',
        }),
      );
      same(answer.newOrderResult, 'SUCCESS');
      same((await data(client.cancelOpenOrders('BTCUSDT'))).length, 1);
    }),
    test('newOrderTest', async () =>
      same(await data(client.newOrderTest('BTCUSDT', 'BUY', 'MARKET', { quantity: 0.001 })), {})),
    test('newOCOOrder, cancelOCOOrder', async () => {
      const low = await price();
      const list = await data(
        client.newOCOOrder('BTCUSDT', 'SELL', 0.0005, 'LIMIT_MAKER', 'STOP_LOSS_LIMIT', {
          abovePrice: Math.round(low * 1.1),
          belowStopPrice: low,
          belowPrice: low - 10,
          belowTimeInForce: 'GTC',
        }),
      );
      same(list.orders.length, 2);
      await client.cancelOCOOrder('BTCUSDT', { orderListId: list.orderListId });
    }),
    test('allOrders', async () => ok((await data(client.allOrders('BTCUSDT'))).length > 0)),
    test('myTrades', async () => ok((await data(client.myTrades('BTCUSDT'))).length > 0)),
    test('publicRequest futures', async () =>
      ok((await data(client.publicRequest('GET', '/fapi/v1/time'))).serverTime)),
    test('signRequest futures order', async () => {
      const order = await data(
        client.signRequest('POST', '/fapi/v1/order', {
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'MARKET',
          quantity: '0.002',
          newOrderRespType: 'RESULT',
        }),
      );
      same(order.status, 'FILLED');
    }),
    test('signRequest futures batchOrders', async () => {
      const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.002' };
      const answers = await data(
        client.signRequest('POST', '/fapi/v1/batchOrders', {
          batchOrders: JSON.stringify([
            { ...order, price: String(await price()) },
            { ...order, price: '1' },
          ]),
        }),
      );
      same([answers[0].status, answers[1].code], ['NEW', -4013]);
      await client.signRequest('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    }),
    test(
      'WebsocketStream futures depth',
      stream('/public', (socket) => socket.subscribe('btcusdt@depth@100ms')),
    ),
    test(
      'WebsocketStream futures markPrice',
      stream('/market', (socket) => socket.subscribe('btcusdt@markPrice@1s')),
    ),
    test(
      'WebsocketStream spot bookTicker',
      stream('', (socket) => socket.bookTicker('btcusdt')),
    ),
    test(
      'WebsocketStream spot diffBookDepth',
      stream('', (socket) => socket.diffBookDepth('btcusdt', '100ms')),
    ),
    test('WebsocketAPI newOrder, cancelOrder', async () => {
      const seen = [];
      const api = new connector.WebsocketAPI(venue.apiKey, venue.apiSecret, {
        wsURL: `${venue.ws}/ws-api/v3`,
        logger: quiet,
        callbacks: { open: () => seen.push('open'), message: (text) => seen.push(text) },
      });
      await until('the connection', () => seen.length > 0);
      const limit = await price();
      api.newOrder('BTCUSDT', 'BUY', 'LIMIT', { quantity: 0.001, price: limit, timeInForce: 'GTC' });
      await until('the answer', () => seen.length > 1);
      const { status, result } = JSON.parse(seen[1]);
      same([status, result.symbol], [200, 'BTCUSDT']);
      api.cancelOrder('BTCUSDT', { orderId: result.orderId });
      await until('the cancel', () => seen.length > 2);
      same(JSON.parse(seen[2]).result.status, 'CANCELED');
      api.disconnect();
    }),
  ];
}
