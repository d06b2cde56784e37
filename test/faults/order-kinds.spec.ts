import { SubmitOrder, listIncome, listOpenOrders, getAccount, listInstruments } from '@elvis/contracts';
import { Decimal, OrderView } from '@elvis/trading';
import { ExchangeAccount } from './exchange-account';
import { Outcome, Sender } from './sender';
import { Stage } from './stage';

const SYMBOL = 'BTCUSDT';
const QUANTITY = '0.01';

describe('every kind of order, against the paper exchange', () => {
  const stage = new Stage();
  const sender = new Sender(stage);
  const account = new ExchangeAccount(stage);
  let ids = 0;

  beforeAll(async () => {
    await stage.open({ replicas: 1, market: 'recording' });
    await sender.open();
    await sender.calm();
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([sender.close()]);
    await stage.close();
  });

  const anOrder = (overrides: Partial<SubmitOrder> = {}): SubmitOrder => ({
    clientOrderId: `kinds-${(ids += 1)}`,
    actor: 'spec',
    market: 'futures',
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    quantity: QUANTITY,
    ...overrides,
  });

  const viewOf = (outcome: Outcome): OrderView => {
    if ('view' in outcome) return outcome.view;
    throw outcome.failure;
  };
  const place = async (order: SubmitOrder): Promise<OrderView> => viewOf(await sender.place(order));
  const find = (clientOrderId: string): Promise<OrderView> => sender.find(clientOrderId);

  const inStatus = (clientOrderId: string, status: string): Promise<OrderView> =>
    stage.until(async () => {
      const view = await find(clientOrderId);
      return view.status === status && view;
    }, `${clientOrderId} is ${status}`);

  /** So many parts in a thousand of the market's price, on the tick. */
  async function priceAt(thousandths: number): Promise<string> {
    const url = `http://127.0.0.1:${stage.restPort}/fapi/v1/premiumIndex?symbol=${SYMBOL}`;
    const { markPrice } = (await (await fetch(url)).json()) as { markPrice: string };
    return new Decimal(markPrice).times(thousandths).div(1_000).toDecimalPlaces(0).toFixed();
  }

  const openIds = async (): Promise<string[]> =>
    (await sender.request(listOpenOrders, { status: 'open', limit: 100 })).items.map(
      ({ clientOrderId }) => clientOrderId,
    );

  describe('on futures', () => {
    it.each(['STOP_MARKET', 'STOP', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'] as const)(
      'a %s waits in the Algo service, is listed as open and can be canceled',
      async (type) => {
        const isProfit = type.startsWith('TAKE_PROFIT');
        const order = anOrder({
          type,
          side: isProfit ? 'BUY' : 'SELL',
          stopPrice: await priceAt(isProfit ? 950 : type === 'TRAILING_STOP_MARKET' ? 1_050 : 950),
          ...((type === 'STOP' || type === 'TAKE_PROFIT') && {
            price: await priceAt(950),
            timeInForce: 'GTC',
          }),
          ...(type === 'TRAILING_STOP_MARKET' && { callbackRate: '1' }),
        });
        const view = await place(order);
        expect(view).toMatchObject({ status: 'NEW', exchangeOrderId: expect.stringMatching(/^algo:\d+$/) });
        expect(await openIds()).toContain(order.clientOrderId);
        expect(viewOf(await sender.cancel(order.clientOrderId)).status).toBe('CANCELED');
        const theirs = (await account.algoOrders(SYMBOL)).find(
          ({ clientAlgoId }) => clientAlgoId === order.clientOrderId,
        );
        expect(theirs?.algoStatus).toBe('CANCELED');
        expect(await openIds()).not.toContain(order.clientOrderId);
      },
    );

    it('a stop that triggers becomes an order under its own id, with each of its fills once', async () => {
      const order = anOrder({ type: 'STOP_MARKET', side: 'BUY', stopPrice: await priceAt(1_010) });
      await place(order);
      await stage.admin('POST', '/price/move', {
        symbol: SYMBOL,
        by: new Decimal(await priceAt(1_000)).times('0.02').toFixed(0),
      });
      const view = await inStatus(order.clientOrderId, 'FILLED');
      expect(view).toMatchObject({
        filledQuantity: QUANTITY,
        exchangeOrderId: expect.stringMatching(/^\d+$/),
      });
      const theirs = (await account.algoOrders(SYMBOL)).find(
        ({ clientAlgoId }) => clientAlgoId === order.clientOrderId,
      );
      expect(`${theirs?.actualOrderId}`).toBe(view.exchangeOrderId);
    });

    it('of a batch each order has an answer of its own, the refused one too', async () => {
      const price = await priceAt(970);
      const orders = Array.from({ length: 5 }, (_, place) =>
        anOrder({ price, timeInForce: 'GTC', ...(place === 2 && { quantity: '0.0000001' }) }),
      );
      const views = (await sender.placeAll(orders)).map(viewOf);
      expect(views.map(({ status }) => status)).toEqual(['NEW', 'NEW', 'REJECTED', 'NEW', 'NEW']);
      expect(views.map(({ clientOrderId }) => clientOrderId)).toEqual(
        orders.map(({ clientOrderId }) => clientOrderId),
      );
      for (const { clientOrderId, status } of views) {
        if (status === 'NEW') expect(viewOf(await sender.cancel(clientOrderId)).status).toBe('CANCELED');
      }
    });

    it('an amended order has the terms that the exchange has, under the same id', async () => {
      const order = anOrder({ price: await priceAt(970), timeInForce: 'GTC' });
      const before = await place(order);
      const price = await priceAt(960);
      const after = viewOf(await sender.amend(order.clientOrderId, '0.02', price));
      expect(after).toMatchObject({ status: 'NEW', quantity: '0.02', price });
      expect(after.exchangeOrderId).toBe(before.exchangeOrderId);
      const { orders } = await stage.admin<{
        orders: { order: { clientOrderId: string; origQty: string; price: string } }[];
      }>('GET', '/log/orders?account=elvis');
      const theirs = orders.find((each) => each.order.clientOrderId === order.clientOrderId)?.order;
      expect(new Decimal(theirs?.origQty ?? 0).toFixed()).toBe('0.02');
      expect(new Decimal(theirs?.price ?? 0).toFixed()).toBe(price);
      await sender.cancel(order.clientOrderId);
    });

    it("the exchange's bookings are answered page by page, each once", async () => {
      const opened = await place(anOrder({ type: 'MARKET' }));
      await inStatus(opened.clientOrderId, 'FILLED');
      const span = { market: 'futures' as const, fromMs: 0, toMs: Date.now() + 60_000 };
      const { items } = await sender.request(listIncome, { ...span, limit: 1000 });
      expect(items.filter(({ type }) => type === 'COMMISSION').length).toBeGreaterThan(1);
      expect(items.every(({ asset, amount }) => asset === 'USDT' && new Decimal(amount).isFinite())).toBe(
        true,
      );
      const [first, second] = await Promise.all(
        [1, 2].map((page) => sender.request(listIncome, { ...span, limit: 2, page })),
      );
      const paged = [...(first?.items ?? []), ...(second?.items ?? [])];
      expect(paged).toEqual(items.slice(0, 4));
      expect(await sender.request(listIncome, { ...span, market: 'spot', limit: 10 })).toEqual({ items: [] });
    });
  });

  describe('on spot', () => {
    const onSpot = (overrides: Partial<SubmitOrder> = {}): SubmitOrder =>
      anOrder({ market: 'spot', quantity: '0.001', ...overrides });

    beforeAll(() => sender.calm(60_000, 'spot'), 90_000);

    it('its instruments are known', async () => {
      const { instruments } = await sender.request(listInstruments, { market: 'spot', symbol: SYMBOL });
      expect(instruments).toMatchObject([
        { symbol: SYMBOL, market: 'spot', baseAsset: 'BTC', quoteAsset: 'USDT' },
      ]);
    });

    it('a market order is filled, with each of its fills, and what is held follows', async () => {
      const order = onSpot({ type: 'MARKET' });
      await place(order);
      const view = await inStatus(order.clientOrderId, 'FILLED');
      expect(view.filledQuantity).toBe('0.001');
      const trades = (await account.spotTrades(SYMBOL)).filter(
        ({ orderId }) => `${orderId}` === view.exchangeOrderId,
      );
      const worth = trades.reduce((sum, { quoteQty }) => sum.plus(quoteQty), new Decimal(0));
      expect(new Decimal(view.averagePrice ?? 0).times('0.001').toFixed(8)).toBe(worth.toFixed(8));
      const { balances } = await stage.until(async () => {
        const facts = await sender.request(getAccount, { market: 'spot' });
        return facts.balances.some(({ asset }) => asset === 'BTC') && facts;
      }, 'BTC is held');
      // The fee of a buy is taken out of what is bought.
      expect(balances.find(({ asset }) => asset === 'BTC')?.wallet).toBe('0.000999');
    });

    it.each(['LIMIT', 'LIMIT_MAKER', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'] as const)(
      'a %s rests, is listed as open and can be canceled, once',
      async (type) => {
        const order = onSpot({
          type,
          price: await priceAt(970),
          ...(type === 'STOP_LOSS_LIMIT' && { stopPrice: await priceAt(1_050), price: await priceAt(1_050) }),
          ...(type === 'TAKE_PROFIT_LIMIT' && { stopPrice: await priceAt(960) }),
          ...(type !== 'LIMIT_MAKER' && { timeInForce: 'GTC' as const }),
        });
        const view = await place(order);
        expect({ status: view.status, reason: view.reason }).toEqual({ status: 'NEW', reason: undefined });
        expect(await openIds()).toContain(order.clientOrderId);
        expect(viewOf(await sender.cancel(order.clientOrderId)).status).toBe('CANCELED');
        expect(await sender.cancel(order.clientOrderId)).toMatchObject({
          failure: { code: 'ORDER_ALREADY_CLOSED' },
        });
        const theirs = (await account.spotOrders(SYMBOL)).find(
          ({ clientOrderId }) => clientOrderId === order.clientOrderId,
        );
        expect(theirs?.status).toBe('CANCELED');
      },
    );

    it('what the exchange refuses is REJECTED with its code', async () => {
      const order = onSpot({ price: await priceAt(990), quantity: '100000', timeInForce: 'GTC' });
      expect(await place(order)).toMatchObject({ status: 'REJECTED', code: expect.stringMatching(/^-\d+$/) });
    });

    it('an order whose answer was lost is UNKNOWN, is found again and not sent twice', async () => {
      const order = onSpot({ price: await priceAt(970), timeInForce: 'GTC' });
      const rule = { kind: 'drop-after', method: 'POST', path: '/api/v3/order', count: 1 };
      await stage.admin('POST', '/trouble', rule);
      expect(['UNKNOWN', 'NEW']).toContain((await place(order)).status);
      await stage.admin('DELETE', '/trouble');
      await inStatus(order.clientOrderId, 'NEW');
      const theirs = await account.spotOrders(SYMBOL);
      expect(theirs.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId)).toHaveLength(1);
      await sender.cancel(order.clientOrderId);
    });

    it('what happened while nobody listened is known after the next start', async () => {
      const order = onSpot({ price: await priceAt(970), timeInForce: 'GTC' });
      const { exchangeOrderId } = await place(order);
      const [replica] = stage.replicas;
      if (!replica) throw new Error('There is no replica');
      replica.process.kill('SIGKILL');
      await account.cancelSpot(SYMBOL, `${exchangeOrderId}`);
      await stage.until(() => replica.process.signalCode !== null, 'the replica is ended');
      stage.revive(replica);
      await stage.ready(replica);
      expect((await inStatus(order.clientOrderId, 'CANCELED')).exchangeOrderId).toBe(exchangeOrderId);
    });
  });

  it('a dead fleet leaves nothing in the book: the exchange cancels after the countdown', async () => {
    const order = anOrder({ price: await priceAt(970), timeInForce: 'GTC' });
    await place(order);
    await sender.armed(SYMBOL);
    const [replica] = stage.replicas;
    if (!replica) throw new Error('There is no replica');
    replica.process.kill('SIGKILL');
    await stage.admin('POST', '/clock', { shiftMs: 125_000 });
    const { orders } = await stage.until(async () => {
      const log = await stage.admin<{ orders: { order: { clientOrderId: string; status: string } }[] }>(
        'GET',
        '/log/orders?account=elvis',
      );
      const theirs = log.orders.find((each) => each.order.clientOrderId === order.clientOrderId);
      return theirs?.order.status === 'CANCELED' && log;
    }, 'the exchange canceled it');
    expect(orders.filter(({ order: each }) => each.status === 'NEW')).toEqual([]);
    await stage.until(() => replica.process.signalCode !== null, 'the replica is ended');
    stage.revive(replica);
    await stage.ready(replica);
    expect((await inStatus(order.clientOrderId, 'CANCELED')).status).toBe('CANCELED');
  });

  it('an account in hedge mode stops the start with one clear sentence', async () => {
    const [replica] = stage.replicas;
    if (!replica) throw new Error('There is no replica');
    replica.process.kill('SIGKILL');
    await stage.until(() => replica.process.signalCode !== null, 'the replica is ended');
    await stage.admin('POST', '/reset', { account: 'elvis' });
    await account.ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    stage.revive(replica);
    const code = await stage.until(() => replica.process.exitCode, 'the exit code');
    expect(code).toBe(1);
    expect(stage.logs()).toMatch(
      /execution could not start[\s\S]*hedge mode|hedge mode[\s\S]*could not start/,
    );
  });
});
