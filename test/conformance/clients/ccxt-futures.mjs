/** What ccxt does on USD-M futures, call by call. */
import { deepStrictEqual as same, ok } from 'node:assert';
import ccxt from 'ccxt';
import { ccxtRest } from './ccxt-clients.mjs';
import { admin, caseOf, refusedWith } from './case.mjs';
const BTC = 'BTC/USDT:USDT';
export function ccxtFutures(venue) {
  const client = ccxtRest(venue, 'swap');
  const test = caseOf('ccxt futures');
  const far = async (side) => {
    const { last } = await client.fetchTicker(BTC);
    return Math.round(last * (side === 'buy' ? 0.97 : 1.03));
  };
  return [
    test('loadMarkets', async () => {
      const markets = await client.loadMarkets();
      same(markets[BTC].precision.price, 0.1);
      same(markets[BTC].limits.cost.min, 50);
    }),
    test('fetchTime', async () => ok(Math.abs((await client.fetchTime()) - Date.now()) < 5_000)),
    test('fetchOrderBook', async () => {
      const orderBook = await client.fetchOrderBook(BTC, 100);
      ok(
        orderBook.bids.length === 100 &&
          orderBook.asks.length === 100 &&
          orderBook.bids[0][0] < orderBook.asks[0][0],
      );
    }),
    test('fetchTicker', async () => ok((await client.fetchTicker(BTC)).last > 1000)),
    test('fetchTickers', async () => ok((await client.fetchTickers())[BTC].last > 1000)),
    test('fetchBidsAsks', async () => ok((await client.fetchBidsAsks())[BTC].bid > 1000)),
    test('fetchLastPrices', async () => ok((await client.fetchLastPrices([BTC]))[BTC].price > 1000)),
    test('fetchMarkPrice', async () => ok((await client.fetchMarkPrice(BTC)).markPrice > 1000)),
    test('fetchTrades', async () => ok((await client.fetchTrades(BTC)).length > 0)),
    test('fetchOHLCV', async () => {
      const candles = await client.fetchOHLCV(BTC, '1m', undefined, 30);
      ok(candles.length >= 30 && candles.every(([, open, high, low]) => high >= open && low <= open));
    }),
    test('fetchFundingRate', async () => same((await client.fetchFundingRate(BTC)).fundingRate, 0.0001)),
    test('fetchFundingRates', async () => ok((await client.fetchFundingRates())[BTC])),
    test('fetchFundingRateHistory', async () => ok((await client.fetchFundingRateHistory(BTC)).length > 0)),
    test('fetchOpenInterest', async () => ok((await client.fetchOpenInterest(BTC)).openInterestAmount >= 0)),
    test('fetchBalance', async () => same((await client.fetchBalance()).USDT.total, 10_000)),
    test('fetchLeverageTiers', async () =>
      same((await client.fetchLeverageTiers([BTC]))[BTC][0].maxLeverage, 125)),
    test('setLeverage', async () => same((await client.setLeverage(10, BTC)).leverage, 10)),
    test('fetchLeverage', async () => same((await client.fetchLeverage(BTC)).longLeverage, 10)),
    test('fetchLeverages', async () => same((await client.fetchLeverages([BTC]))[BTC].longLeverage, 10)),
    test('setMarginMode', async () => {
      await client.setMarginMode('isolated', BTC);
      same((await client.fetchMarginMode(BTC)).marginMode, 'isolated');
      await client.setMarginMode('cross', BTC);
    }),
    test('setPositionMode', async () => {
      await client.setPositionMode(true);
      same((await client.fetchPositionMode()).hedged, true);
      await client.setPositionMode(false);
      await refusedWith(ccxt.OperationRejected, () => client.setPositionMode(false));
    }),
    test('createOrder market', async () => {
      const order = await client.createOrder(BTC, 'market', 'buy', 0.01);
      same([order.status, order.filled], ['closed', 0.01]);
      same((await client.fetchOrder(order.id, BTC)).status, 'closed');
    }),
    test('fetchPositions', async () => {
      const [position] = await client.fetchPositions([BTC]);
      same([position.contracts, position.side], [0.01, 'long']);
    }),
    test('fetchPositionsRisk', async () => ok((await client.fetchPositionsRisk([BTC])).length > 0)),
    test('fetchMyTrades', async () => ok((await client.fetchMyTrades(BTC))[0].fee.cost > 0)),
    test('createOrder limit, fetchOpenOrders, cancelOrder', async () => {
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'));
      same(order.status, 'open');
      ok((await client.fetchOpenOrders(BTC)).some(({ id }) => id === order.id));
      same((await client.fetchOpenOrder(order.id, BTC)).status, 'open');
      same((await client.cancelOrder(order.id, BTC)).status, 'canceled');
      await refusedWith(ccxt.OrderNotFound, () => client.cancelOrder(order.id, BTC));
    }),
    test('createOrder post-only', async () => {
      const order = await client.createOrder(BTC, 'limit', 'sell', 0.01, await far('sell'), {
        postOnly: true,
      });
      same(order.postOnly, true);
      await client.cancelOrder(order.id, BTC);
    }),
    test('createOrder IOC and FOK', async () => {
      const ioc = await client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'), {
        timeInForce: 'IOC',
      });
      same([ioc.status, ioc.filled], ['expired', 0]);
      await refusedWith(ccxt.OrderNotFillable, async () =>
        client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'), {
          timeInForce: 'FOK',
        }),
      );
    }),
    test('createOrder reduce-only', async () => {
      const order = await client.createOrder(BTC, 'market', 'sell', 0.004, undefined, {
        reduceOnly: true,
      });
      same(order.filled, 0.004);
      await refusedWith(ccxt.InvalidOrder, () =>
        client.createOrder(BTC, 'market', 'buy', 0.004, undefined, {
          reduceOnly: true,
        }),
      );
    }),
    test('createOrder clientOrderId', async () => {
      const params = {
        clientOrderId: 'conformance-1',
      };
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'), params);
      same(order.clientOrderId, 'conformance-1');
      await refusedWith(ccxt.InvalidOrder, async () =>
        client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'), params),
      );
      await client.cancelAllOrders(BTC);
    }),
    test('editOrder', async () => {
      const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'));
      const edited = await client.editOrder(order.id, BTC, 'limit', 'buy', 0.02, (await far('buy')) - 100);
      same([edited.id, edited.amount], [order.id, 0.02]);
      await client.cancelOrder(edited.id, BTC);
    }),
    test('createOrders, editOrders, cancelOrders', async () => {
      const price = await far('buy');
      const orders = await client.createOrders([
        {
          symbol: BTC,
          type: 'limit',
          side: 'buy',
          amount: 0.01,
          price,
        },
        {
          symbol: BTC,
          type: 'limit',
          side: 'buy',
          amount: 0.01,
          price: price - 50,
        },
      ]);
      same(
        orders.map(({ status }) => status),
        ['open', 'open'],
      );
      const edited = await client.editOrders([
        {
          id: orders[0].id,
          symbol: BTC,
          type: 'limit',
          side: 'buy',
          amount: 0.02,
          price,
        },
      ]);
      same(edited[0].amount, 0.02);
      const canceled = await client.cancelOrders(
        orders.map(({ id }) => id),
        BTC,
      );
      same(
        canceled.map(({ status }) => status),
        ['canceled', 'canceled'],
      );
    }),
    test('cancelAllOrders', async () => {
      await client.createOrder(BTC, 'limit', 'buy', 0.01, await far('buy'));
      await client.cancelAllOrders(BTC);
      same(await client.fetchOpenOrders(BTC), []);
    }),
    test('fetchOrders', async () => ok((await client.fetchOrders(BTC)).length > 5)),
    test('fetchClosedOrders', async () => ok((await client.fetchClosedOrders(BTC)).length > 0)),
    test('fetchCanceledOrders', async () => ok((await client.fetchCanceledOrders(BTC)).length > 0)),
    test('createOrder stop-market', async () => {
      const order = await client.createOrder(BTC, 'market', 'sell', 0.002, undefined, {
        stopLossPrice: await far('buy'),
        reduceOnly: true,
      });
      ok(
        (
          await client.fetchOpenOrders(BTC, undefined, undefined, {
            trigger: true,
          })
        ).some(({ id }) => id === order.id),
      );
      same(
        (
          await client.fetchOrder(order.id, BTC, {
            trigger: true,
          })
        ).status,
        'open',
      );
      await client.cancelOrder(order.id, BTC, {
        trigger: true,
      });
    }),
    test('createOrder take-profit limit', async () => {
      const trigger = await far('sell');
      const order = await client.createOrder(BTC, 'limit', 'sell', 0.002, trigger, {
        takeProfitPrice: trigger,
      });
      await client.cancelOrder(order.id, BTC, {
        trigger: true,
      });
    }),
    test('createOrder trailing stop', async () => {
      const order = await client.createOrder(BTC, 'market', 'sell', 0.002, undefined, {
        trailingPercent: 2,
        reduceOnly: true,
      });
      await client.cancelOrder(order.id, BTC, {
        trigger: true,
      });
    }),
    test('cancelAllOrders trigger', async () => {
      await client.createOrder(BTC, 'market', 'sell', 0.002, undefined, {
        stopLossPrice: await far('buy'),
      });
      await client.cancelAllOrders(BTC, {
        trigger: true,
      });
      same(
        await client.fetchOpenOrders(BTC, undefined, undefined, {
          trigger: true,
        }),
        [],
      );
    }),
    test('fetchTradingFee', async () => same((await client.fetchTradingFee(BTC)).taker, 0.0004)),
    test('fetchTradingFees', async () => ok((await client.fetchTradingFees())[BTC])),
    test('fetchLedger', async () => ok((await client.fetchLedger('USDT')).length > 0)),
    test('fetchFundingHistory', async () => ok(Array.isArray(await client.fetchFundingHistory(BTC)))),
    test('fetchPositionsADLRank', async () => ok((await client.fetchPositionsADLRank([BTC])).length > 0)),
    test('addMargin, reduceMargin', async () => {
      await client.createOrder(BTC, 'market', 'sell', 0.006, undefined, {
        reduceOnly: true,
      });
      await client.setMarginMode('isolated', BTC);
      await client.createOrder(BTC, 'market', 'buy', 0.002);
      await client.addMargin(BTC, 5);
      await client.reduceMargin(BTC, 1);
      await client.createOrder(BTC, 'market', 'sell', 0.002, undefined, {
        reduceOnly: true,
      });
      await client.setMarginMode('cross', BTC);
    }),
    test('error InsufficientFunds', () =>
      refusedWith(ccxt.InsufficientFunds, () => client.createOrder(BTC, 'market', 'buy', 3))),
    test('error BadSymbol', () =>
      refusedWith(ccxt.BadSymbol, () =>
        client.fapiPublicGetDepth({
          symbol: 'NOSUCHUSDT',
        }),
      )),
    test('error AuthenticationError', async () => {
      const unknownUser = ccxtRest(
        {
          ...venue,
          apiKey: 'a-key-nobody-has',
        },
        'swap',
      );
      await refusedWith(ccxt.AuthenticationError, () => unknownUser.fetchBalance());
      const forger = ccxtRest(
        {
          ...venue,
          apiSecret: 'wrong',
        },
        'swap',
      );
      await refusedWith(ccxt.AuthenticationError, () => forger.fetchBalance());
    }),
    test('error OrderNotFound', () =>
      refusedWith(ccxt.OrderNotFound, () => client.fetchOrder('999999', BTC))),
    test('error DDoSProtection', async () => {
      await admin(venue, 'POST', '/trouble', {
        kind: 'too-many-requests',
        count: 1,
      });
      await refusedWith(ccxt.DDoSProtection, () => client.fetchTime());
    }),
    test('error OnMaintenance or ExchangeNotAvailable on 503', async () => {
      await admin(venue, 'POST', '/trouble', {
        kind: 'unknown-error',
        method: 'POST',
        path: '/fapi/v1/order',
        count: 1,
        executed: false,
      });
      await refusedWith(ccxt.OperationFailed, () => client.createOrder(BTC, 'market', 'buy', 0.002));
    }),
  ];
}
