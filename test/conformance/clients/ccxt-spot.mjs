/** What ccxt does on spot, call by call. */
import { deepStrictEqual as same, ok } from 'node:assert';
import ccxt from 'ccxt';
import { ccxtOfDefaults, ccxtRest } from './ccxt-clients.mjs';
import { caseOf, refusedWith } from './case.mjs';

const BTC = 'BTC/USDT';

export function ccxtSpot(venue) {
  const client = ccxtRest(venue, 'spot');
  const test = caseOf('ccxt spot');
  const far = async (side) => {
    const { last } = await client.fetchTicker(BTC);
    return Math.round(last * (side === 'buy' ? 0.95 : 1.05));
  };
  return [
    test('loadMarkets', async () => same((await client.loadMarkets())[BTC].precision.price, 0.01)),
    test('loadMarkets with every default', async () => {
      const markets = await ccxtOfDefaults(venue).loadMarkets();
      ok(markets['BTC/USDT'].spot && markets['BTC/USDT:USDT'].swap && markets['ETH/USDT'].spot);
    }),
    test('fetchStatus', async () => same((await client.fetchStatus()).status, 'ok')),
    test('fetchTime', async () => ok(Math.abs((await client.fetchTime()) - Date.now()) < 5_000)),
    test('fetchOrderBook', async () => {
      const orderBook = await client.fetchOrderBook(BTC, 100);
      ok(orderBook.bids.length === 100 && orderBook.bids[0][0] < orderBook.asks[0][0]);
    }),
    test('fetchTicker', async () => ok((await client.fetchTicker(BTC)).last > 1000)),
    test('fetchTickers', async () => ok((await client.fetchTickers([BTC]))[BTC].last > 1000)),
    test('fetchBidsAsks', async () => ok((await client.fetchBidsAsks([BTC]))[BTC].bid > 1000)),
    test('fetchLastPrices', async () => ok((await client.fetchLastPrices([BTC]))[BTC].price > 1000)),
    test('fetchTrades', async () => ok((await client.fetchTrades(BTC)).length > 0)),
    test('fetchOHLCV', async () => ok((await client.fetchOHLCV(BTC, '5m')).length > 10)),
    test('fetchBalance', async () => same((await client.fetchBalance()).USDT.total, 10_000)),
    test('fetchTradingFee', async () => same((await client.fetchTradingFee(BTC)).taker, 0.001)),
    test('createOrder market buy', async () => {
      const order = await client.createOrder(BTC, 'market', 'buy', 0.01);
      same([order.status, order.filled], ['closed', 0.01]);
      ok(order.trades.length > 0 && order.fees.length > 0);
    }),
    test('createOrder market with cost', async () => {
      const order = await client.createMarketBuyOrderWithCost(BTC, 100);
      ok(order.cost <= 100 && order.cost > 99);
    }),
    test('createOrder market sell', async () =>
      same((await client.createOrder(BTC, 'market', 'sell', 0.002)).status, 'closed')),
    test('createOrder limit, fetchOrder, fetchOpenOrders, cancelOrder', async () => {
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'));
      same((await client.fetchOrder(order.id, BTC)).status, 'open');
      ok((await client.fetchOpenOrders(BTC)).some(({ id }) => id === order.id));
      ok((await client.fetchBalance()).USDT.used > 0);
      same((await client.cancelOrder(order.id, BTC)).status, 'canceled');
      same((await client.fetchBalance()).USDT.used, 0);
    }),
    test('createOrder post-only', async () => {
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'), {
        postOnly: true,
      });
      await client.cancelOrder(order.id, BTC);
      await refusedWith(ccxt.OrderImmediatelyFillable, async () =>
        client.createOrder(BTC, 'limit', 'buy', 0.001, await far('sell'), { postOnly: true }),
      );
    }),
    test('createOrder IOC and FOK', async () => {
      for (const timeInForce of ['IOC', 'FOK'])
        same(
          (await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'), { timeInForce })).status,
          'expired',
        );
    }),
    test('createOrder stop loss', async () => {
      const trigger = await far('buy');
      const order = await client.createOrder(BTC, 'limit', 'sell', 0.001, trigger - 10, {
        stopLossPrice: trigger,
      });
      await client.cancelOrder(order.id, BTC);
    }),
    test('createOrder take profit', async () => {
      const trigger = await far('sell');
      const order = await client.createOrder(BTC, 'limit', 'sell', 0.001, trigger, {
        takeProfitPrice: trigger,
      });
      await client.cancelOrder(order.id, BTC);
    }),
    test('createOrder test', async () =>
      void (await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'), { test: true }))),
    test('editOrder', async () => {
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'));
      const edited = await client.editOrder(order.id, BTC, 'limit', 'buy', 0.002, (await far('buy')) - 10);
      same(edited.amount, 0.002);
      await client.cancelOrder(edited.id, BTC);
    }),
    test('order list OCO', async () => {
      const answer = await client.privatePostOrderListOco({
        symbol: 'BTCUSDT',
        side: 'SELL',
        quantity: '0.001',
        aboveType: 'LIMIT_MAKER',
        abovePrice: String(await far('sell')),
        belowType: 'STOP_LOSS_LIMIT',
        belowStopPrice: String(await far('buy')),
        belowPrice: String((await far('buy')) - 10),
        belowTimeInForce: 'GTC',
      });
      same(answer.orderReports.length, 2);
      ok((await client.privateGetOpenOrderList()).length === 1);
      await client.privateDeleteOrderList({ symbol: 'BTCUSDT', orderListId: answer.orderListId });
      same((await client.fetchBalance()).BTC.used, 0);
    }),
    test('cancelAllOrders', async () => {
      await client.createOrder(BTC, 'limit', 'buy', 0.001, await far('buy'));
      await client.cancelAllOrders(BTC);
      same(await client.fetchOpenOrders(BTC), []);
    }),
    test('fetchOrders', async () => ok((await client.fetchOrders(BTC)).length > 3)),
    test('fetchClosedOrders', async () => ok((await client.fetchClosedOrders(BTC)).length > 0)),
    test('fetchMyTrades', async () => ok((await client.fetchMyTrades(BTC)).length > 0)),
    test('fetchOrderTrades', async () => {
      const order = await client.createOrder(BTC, 'market', 'buy', 0.001);
      ok((await client.fetchOrderTrades(order.id, BTC)).length > 0);
    }),
    test('error InsufficientFunds', () =>
      refusedWith(ccxt.InsufficientFunds, async () =>
        client.createOrder(BTC, 'limit', 'buy', 5, await far('buy')),
      )),
    test('error OrderNotFound', () => refusedWith(ccxt.OrderNotFound, () => client.fetchOrder('1', BTC))),
    test('error BadRequest on a filter', () =>
      refusedWith(ccxt.BadRequest, () =>
        client.privatePostOrder({
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'LIMIT',
          timeInForce: 'GTC',
          quantity: '0.00001',
          price: '60000',
        }),
      )),
  ];
}
