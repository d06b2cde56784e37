/** `@binance/derivatives-trading-usds-futures`, Binance's own typed client of USD-M futures. */
import { deepStrictEqual as same, ok } from 'node:assert';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { admin, caseOf, until } from './case.mjs';

export function binanceSdk(venue) {
  const { apiKey, apiSecret } = venue;
  const client = new DerivativesTradingUsdsFutures({
    configurationRestAPI: { apiKey, apiSecret, basePath: venue.rest, timeout: 5_000 },
    configurationWebsocketAPI: { apiKey, apiSecret, wsURL: `${venue.ws}/ws-fapi/v1` },
    configurationWebsocketStreams: { wsURL: venue.ws },
  });
  const rest = client.restAPI;
  const test = caseOf('@binance/derivatives-trading-usds-futures');
  const symbol = 'BTCUSDT';
  const data = async (answer) => (await answer).data();
  const low = async () => Math.round(Number((await data(rest.markPrice({ symbol }))).markPrice) * 0.97);
  const limit = async (more = {}) =>
    data(
      rest.newOrder({
        symbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: 0.01,
        price: await low(),
        ...more,
      }),
    );
  return [
    test('testConnectivity', async () => void (await data(rest.testConnectivity()))),
    test('checkServerTime', async () => ok((await data(rest.checkServerTime())).serverTime)),
    test('exchangeInformation', async () => ok((await data(rest.exchangeInformation())).symbols.length > 0)),
    test('orderBook', async () => same((await data(rest.orderBook({ symbol, limit: 5 }))).bids.length, 5)),
    test('recentTradesList', async () => ok((await data(rest.recentTradesList({ symbol }))).length > 0)),
    test('compressedAggregateTradesList', async () =>
      ok((await data(rest.compressedAggregateTradesList({ symbol }))).length > 0)),
    test('klineCandlestickData', async () =>
      ok((await data(rest.klineCandlestickData({ symbol, interval: '1m' }))).length > 0)),
    test('markPrice', async () => ok(Number((await data(rest.markPrice({ symbol }))).markPrice) > 1000)),
    test('symbolPriceTickerV2', async () => ok((await data(rest.symbolPriceTickerV2({ symbol }))).price)),
    test('symbolOrderBookTicker', async () =>
      ok((await data(rest.symbolOrderBookTicker({ symbol }))).bidPrice)),
    test('ticker24hrPriceChangeStatistics', async () =>
      ok((await data(rest.ticker24hrPriceChangeStatistics({ symbol }))).lastPrice)),
    test('openInterest', async () => ok((await data(rest.openInterest({ symbol }))).openInterest)),
    test('getFundingRateHistory', async () =>
      ok((await data(rest.getFundingRateHistory({ symbol }))).length > 0)),
    test('accountInformationV3', async () =>
      ok((await data(rest.accountInformationV3())).totalWalletBalance)),
    test('accountInformationV2', async () =>
      ok((await data(rest.accountInformationV2())).positions.length > 0)),
    test('futuresAccountBalanceV3', async () => ok((await data(rest.futuresAccountBalanceV3())).length > 0)),
    test('futuresAccountConfiguration', async () =>
      ok((await data(rest.futuresAccountConfiguration())).canTrade)),
    test('symbolConfiguration', async () =>
      ok((await data(rest.symbolConfiguration({ symbol })))[0].leverage)),
    test('notionalAndLeverageBrackets', async () =>
      ok(await data(rest.notionalAndLeverageBrackets({ symbol })))),
    test('queryUserRateLimit', async () => ok((await data(rest.queryUserRateLimit())).length === 2)),
    test('userCommissionRate', async () =>
      same((await data(rest.userCommissionRate({ symbol }))).takerCommissionRate, '0.0004')),
    test('getCurrentPositionMode', async () => ok((await data(rest.getCurrentPositionMode())) !== undefined)),
    test('getCurrentMultiAssetsMode', async () =>
      ok((await data(rest.getCurrentMultiAssetsMode())) !== undefined)),
    test('changeInitialLeverage', async () =>
      same(Number((await data(rest.changeInitialLeverage({ symbol, leverage: 12 }))).leverage), 12)),
    test('newOrder MARKET, accountTradeList, positionInformationV3', async () => {
      const order = await data(
        rest.newOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.01, newOrderRespType: 'RESULT' }),
      );
      same(order.status, 'FILLED');
      ok((await data(rest.accountTradeList({ symbol }))).length > 0);
      ok((await data(rest.positionInformationV3({ symbol }))).length > 0);
    }),
    test('newOrder LIMIT, queryOrder, queryCurrentOpenOrder, modifyOrder, cancelOrder', async () => {
      const { orderId } = await limit();
      same((await data(rest.queryOrder({ symbol, orderId }))).status, 'NEW');
      same((await data(rest.queryCurrentOpenOrder({ symbol, orderId }))).status, 'NEW');
      const price = (await low()) - 50;
      same(
        (await data(rest.modifyOrder({ symbol, orderId, side: 'BUY', quantity: 0.02, price }))).origQty,
        '0.020',
      );
      same((await data(rest.cancelOrder({ symbol, orderId }))).status, 'CANCELED');
    }),
    test('newOrder on a symbol whose ids outgrow a double', async () => {
      const order = await data(
        rest.newOrder({
          symbol: 'ETHUSDT',
          side: 'BUY',
          type: 'MARKET',
          quantity: 0.1,
          newOrderRespType: 'RESULT',
        }),
      );
      ok(BigInt(order.orderId) > 2n ** 53n);
      same(
        String((await data(rest.queryOrder({ symbol: 'ETHUSDT', orderId: order.orderId }))).orderId),
        String(order.orderId),
      );
    }),
    test('testOrder', async () =>
      ok(await data(rest.testOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.01 })))),
    test('placeMultipleOrders, modifyMultipleOrders, cancelMultipleOrders', async () => {
      const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };
      const price = await low();
      const placed = await data(
        rest.placeMultipleOrders({
          batchOrders: [
            { ...order, price: `${price}` },
            { ...order, price: `${price - 10}` },
          ],
        }),
      );
      same(
        placed.map(({ status }) => status),
        ['NEW', 'NEW'],
      );
      const orderIdList = placed.map(({ orderId }) => Number(orderId));
      const changed = await data(
        rest.modifyMultipleOrders({
          batchOrders: [
            { orderId: orderIdList[0], symbol, side: 'BUY', quantity: '0.02', price: `${price}` },
          ],
        }),
      );
      same(changed[0].origQty, '0.020');
      const canceled = await data(rest.cancelMultipleOrders({ symbol, orderIdList }));
      same(
        canceled.map(({ status }) => status),
        ['CANCELED', 'CANCELED'],
      );
    }),
    test('currentAllOpenOrders, cancelAllOpenOrders, allOrders', async () => {
      await limit();
      ok((await data(rest.currentAllOpenOrders({ symbol }))).length > 0);
      await rest.cancelAllOpenOrders({ symbol });
      same(await data(rest.currentAllOpenOrders({ symbol })), []);
      ok((await data(rest.allOrders({ symbol }))).length > 0);
    }),
    test('autoCancelAllOpenOrders', async () => {
      const { orderId } = await limit();
      await rest.autoCancelAllOpenOrders({ symbol, countdownTime: 200 });
      await until(
        'the countdown',
        async () => (await data(rest.queryOrder({ symbol, orderId }))).status === 'CANCELED',
      );
    }),
    test('newAlgoOrder, queryAlgoOrder, currentAllAlgoOpenOrders, cancelAlgoOrder', async () => {
      const { algoId } = await data(
        rest.newAlgoOrder({
          algoType: 'CONDITIONAL',
          symbol,
          side: 'SELL',
          type: 'STOP_MARKET',
          quantity: 0.01,
          triggerPrice: await low(),
        }),
      );
      same((await data(rest.queryAlgoOrder({ algoId }))).algoStatus, 'NEW');
      ok((await data(rest.currentAllAlgoOpenOrders({ symbol }))).length > 0);
      await rest.cancelAlgoOrder({ algoId });
      same((await data(rest.queryAlgoOrder({ algoId }))).algoStatus, 'CANCELED');
    }),
    test('a stop that triggers becomes an order', async () => {
      const { algoId } = await data(
        rest.newAlgoOrder({
          algoType: 'CONDITIONAL',
          symbol,
          side: 'SELL',
          type: 'STOP_MARKET',
          quantity: 0.01,
          triggerPrice: Math.round((await low()) * 1.025),
        }),
      );
      await admin(venue, 'POST', '/price/move', { symbol, by: '-1500' });
      await until(
        'the stop',
        async () => (await data(rest.queryAlgoOrder({ algoId }))).algoStatus === 'FINISHED',
      );
      await admin(venue, 'POST', '/price/move', { symbol, by: '1500' });
    }),
    test('cancelAllAlgoOpenOrders, queryAllAlgoOrders', async () => {
      await rest.cancelAllAlgoOpenOrders({ symbol });
      ok((await data(rest.queryAllAlgoOrders({ symbol }))).length > 0);
    }),
    test('getIncomeHistory', async () => ok((await data(rest.getIncomeHistory())).length > 0)),
    test('changeMarginType, modifyIsolatedPositionMargin', async () => {
      const eth = { symbol: 'ETHUSDT' };
      await rest.newOrder({ ...eth, side: 'SELL', type: 'MARKET', quantity: 0.1, reduceOnly: 'true' });
      await rest.changeMarginType({ ...eth, marginType: 'ISOLATED' });
      await rest.newOrder({ ...eth, side: 'BUY', type: 'MARKET', quantity: 0.1 });
      await rest.modifyIsolatedPositionMargin({ ...eth, amount: 3, type: '1' });
      await rest.newOrder({ ...eth, side: 'SELL', type: 'MARKET', quantity: 0.1, reduceOnly: 'true' });
      await rest.changeMarginType({ ...eth, marginType: 'CROSSED' });
    }),
    test('startUserDataStream, keepaliveUserDataStream, closeUserDataStream', async () => {
      ok((await data(rest.startUserDataStream())).listenKey);
      await rest.keepaliveUserDataStream();
      await rest.closeUserDataStream();
    }),
    test('rate limits in every answer', async () => {
      const answer = await rest.newOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.01 });
      ok(answer.rateLimits.some(({ type }) => type === 'ORDERS') || answer.rateLimits.length > 0);
    }),
  ];
}
