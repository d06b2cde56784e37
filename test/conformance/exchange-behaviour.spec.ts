/** What the paper exchange refuses, counts and breaks, as the real one does. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { until } from '@elvis/testing';
import { call } from './signed-calls';
import { openVenue, PaperVenue } from './venue';

const MARKET = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.002',
  newOrderRespType: 'RESULT',
};
const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.002' };

/** Also stops the venue of a test that failed. */
async function using<Told>(
  opening: Promise<PaperVenue>,
  test: (venue: PaperVenue) => Promise<Told>,
): Promise<Told> {
  const venue = await opening;
  try {
    return await test(venue);
  } finally {
    await venue.stop();
  }
}

describe('the paper exchange', () => {
  let venue: PaperVenue;
  const settings = {
    PAPER_MARKET: 'synthetic',
    PAPER_WINDOW_SCALE: '0.1',
    PAPER_WEIGHT_1M: '200',
    PAPER_ORDERS_10S: '10',
    PAPER_ORDERS_1M: '30',
  };

  beforeEach(async () => {
    venue = await openVenue(settings);
  });
  afterEach(() => venue.stop());

  it.each`
    what                                  | parameters                                             | code
    ${'a price off the tick'}             | ${{ ...LIMIT, price: '60000.05' }}                     | ${-4014}
    ${'a price with too many digits'}     | ${{ ...LIMIT, price: '60000.001' }}                    | ${-1111}
    ${'a quantity off the step'}          | ${{ ...LIMIT, price: '60000', quantity: '0.0015' }}    | ${-1111}
    ${'a quantity of zero'}               | ${{ ...LIMIT, price: '60000', quantity: '0' }}         | ${-4003}
    ${'a negative quantity'}              | ${{ ...LIMIT, price: '60000', quantity: '-1' }}        | ${-4003}
    ${'too large a quantity'}             | ${{ ...LIMIT, price: '60000', quantity: '1001' }}      | ${-4005}
    ${'an exponent'}                      | ${{ ...LIMIT, price: '6e4' }}                          | ${-1100}
    ${'a price above the band'}           | ${{ ...LIMIT, price: '90000' }}                        | ${-4016}
    ${'too small a notional'}             | ${{ ...LIMIT, price: '60000', quantity: '0.000' }}     | ${-4003}
    ${'an order not worth 50'}            | ${{ ...MARKET, symbol: 'ETHUSDT', quantity: '0.001' }} | ${-4164}
    ${'an unknown symbol'}                | ${{ ...MARKET, symbol: 'NOPEUSDT' }}                   | ${-1121}
    ${'no price'}                         | ${LIMIT}                                               | ${-1102}
    ${'a conditional type'}               | ${{ ...MARKET, type: 'STOP_MARKET' }}                  | ${-4120}
    ${'a bad client order id'}            | ${{ ...MARKET, newClientOrderId: 'no blanks' }}        | ${-4015}
    ${'more margin than there is'}        | ${{ ...MARKET, quantity: '110' }}                      | ${-2019}
    ${'a reduce-only without a position'} | ${{ ...MARKET, reduceOnly: 'true' }}                   | ${-2022}
    ${'a position side of hedge mode'}    | ${{ ...MARKET, positionSide: 'LONG' }}                 | ${-4061}
  `('refuses $what with $code and changes nothing', async ({ parameters, code }) => {
    const answer = await call(venue, 'POST', '/fapi/v1/order', parameters);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect((await call(venue, 'GET', '/fapi/v3/balance')).body[0].balance).toBe('10000.00000000');
  });

  it('refuses a timestamp that is too old or too far ahead, by its own clock', async () => {
    const now = venue.exchange.clock.now();
    const asked = (timestamp: number) => call(venue, 'GET', '/fapi/v3/balance', {}, { timestamp });
    expect((await asked(now - 5_500)).body.code).toBe(-1021);
    expect((await asked(now + 1_500)).body.msg).toContain('1000ms ahead');
    venue.exchange.clock.shiftMs = 60_000;
    expect((await asked(Date.now())).body.code).toBe(-1021);
  });

  it('answers 401 to unknown keys and -1022 to a forged signature', async () => {
    expect((await call({ ...venue, apiKey: 'a-key-nobody-has' }, 'GET', '/fapi/v3/balance')).status).toBe(
      401,
    );
    const forged = await call({ ...venue, apiSecret: 'not-the-secret' }, 'GET', '/fapi/v3/balance');
    expect([forged.status, forged.body.code]).toEqual([400, -1022]);
  });

  it('announces its scaled windows and counts in them', async () => {
    const info = await call(venue, 'GET', '/fapi/v1/exchangeInfo', {}, { signed: false });
    expect(info.body.rateLimits).toEqual([
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'SECOND', intervalNum: 6, limit: 200 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 6, limit: 30 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 1, limit: 10 },
    ]);
    expect(Number(info.headers.get('x-mbx-used-weight-6s'))).toBeGreaterThan(0);
  });

  it('refuses orders beyond the account meter with -1015, and takes them again in the next window', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => call(venue, 'POST', '/fapi/v1/order', MARKET)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.body.code).toBe(-1015);
    await until(async () => (await call(venue, 'POST', '/fapi/v1/order', MARKET)).status === 200);
  });

  it('answers 429 when the weight is spent, then bans who goes on, for longer each time', async () => {
    const statuses: number[] = [];
    for (let calls = 0; calls < 80 && !statuses.includes(418); calls += 1)
      statuses.push(
        (await call(venue, 'GET', '/fapi/v1/depth', { symbol: 'BTCUSDT', limit: 1000 }, { signed: false }))
          .status,
      );
    expect(statuses.indexOf(429)).toBeGreaterThan(0);
    expect(statuses.indexOf(418)).toBeGreaterThan(statuses.indexOf(429));
    const banned = await call(venue, 'GET', '/fapi/v1/time', {}, { signed: false });
    expect(banned.body.msg).toMatch(/IP banned until \d+/);
    expect(banned.headers.get('retry-after')).toBeNull();
  });

  it.each(['drop-before', 'drop-after', 'truncate'] as const)('can break a connection: %s', async (kind) => {
    venue.exchange.faults.add({ kind, path: '/fapi/v1/order', count: 1 });
    await expect(
      call(venue, 'POST', '/fapi/v1/order', { ...MARKET, newClientOrderId: 'lost' }),
    ).rejects.toThrow();
    const found = await call(venue, 'GET', '/fapi/v1/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'lost',
    });
    expect(found.body.status ?? found.body.code).toBe(kind === 'drop-before' ? -2013 : 'FILLED');
  });

  it.each([true, false])('can answer that nobody knows, the order executed: %s', async (executed) => {
    venue.exchange.faults.add({ kind: 'unknown-error', count: 1, executed });
    const answer = await call(venue, 'POST', '/fapi/v1/order', { ...MARKET, newClientOrderId: 'unknown' });
    expect([answer.status, answer.body.msg]).toEqual([
      503,
      'Unknown error, please check your request or try again later.',
    ]);
    const found = await call(venue, 'GET', '/fapi/v1/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'unknown',
    });
    expect(found.body.status ?? found.body.code).toBe(executed ? 'FILLED' : -2013);
  });

  it('exempts orders that only close from the overload protection', async () => {
    await call(venue, 'POST', '/fapi/v1/order', MARKET);
    venue.exchange.faults.add({ kind: 'overloaded' });
    expect((await call(venue, 'POST', '/fapi/v1/order', MARKET)).body.code).toBe(-1008);
    const closing = await call(venue, 'POST', '/fapi/v1/order', {
      ...MARKET,
      side: 'SELL',
      reduceOnly: 'true',
    });
    expect(closing.body.status).toBe('FILLED');
  });

  it('shows its firewall as a page, not as JSON', async () => {
    venue.exchange.faults.add({ kind: 'firewall', count: 1 });
    const answer = await call(venue, 'GET', '/fapi/v1/time', {}, { signed: false });
    expect([answer.status, answer.body]).toEqual([403, undefined]);
  });

  it('can hide an order from questions for a while', async () => {
    venue.exchange.behaviour.visibilityDelayMs = 300;
    await call(venue, 'POST', '/fapi/v1/order', { ...MARKET, newClientOrderId: 'hidden' });
    const ask = () =>
      call(venue, 'GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'hidden' });
    expect((await ask()).body.code).toBe(-2013);
    await until(async () => (await ask()).body.status === 'FILLED');
  });

  it('refuses in the engine what grew too old on the way there', async () => {
    venue.exchange.behaviour.latencyMs = 3_000;
    const answer = await call(venue, 'POST', '/fapi/v1/order', { ...MARKET, recvWindow: 2_000 });
    expect(answer.body.code).toBe(-5028);
  });

  it('carries every order event on the private stream, in order, also twice when told to', async () => {
    const { listenKey } = (await call(venue, 'POST', '/fapi/v1/listenKey', {}, { signed: false })).body;
    const seen: { e: string; o: { X: string } }[] = [];
    const socket = new WebSocket(`${venue.ws}/private/ws?listenKey=${listenKey}&events=ORDER_TRADE_UPDATE`);
    socket.on('message', (data: Buffer) => seen.push(JSON.parse(data.toString())));
    await new Promise((resolve) => socket.once('open', resolve));
    await call(venue, 'POST', '/fapi/v1/order', MARKET);
    await until(() => seen.length === 2);
    expect(seen.map(({ o }) => o.X)).toEqual(['NEW', 'FILLED']);
    venue.exchange.faults.add({ kind: 'event-twice', event: 'ORDER_TRADE_UPDATE', count: 1 });
    await call(venue, 'POST', '/fapi/v1/order', MARKET);
    await until(() => seen.length === 5);
    venue.exchange.listenKeys.expire(venue.exchange.clock.now(), 'other');
    await until(() => seen.some(({ e }) => e === 'listenKeyExpired'));
    socket.terminate();
  });

  it('stays silent on the wrong route, and speaks on the right one', async () => {
    const heard = { public: 0, market: 0 };
    const sockets = (['public', 'market'] as const).map((route) => {
      const socket = new WebSocket(`${venue.ws}/${route}/stream?streams=btcusdt@depth@100ms`);
      socket.on('message', () => (heard[route] += 1));
      return socket;
    });
    await until(() => heard.public >= 5);
    expect(heard.market).toBe(0);
    for (const socket of sockets) socket.terminate();
  });

  it('cuts a connection that sends too many messages', async () => {
    const socket = new WebSocket(`${venue.ws}/market/ws`);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (let id = 0; id < 30; id += 1) socket.send(JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id }));
    await closed;
  });

  it('liquidates an account whose margin is gone, and lets nobody owe', async () => {
    await call(venue, 'POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 100 });
    expect((await call(venue, 'POST', '/fapi/v1/order', { ...MARKET, quantity: '9' })).body.status).toBe(
      'FILLED',
    );
    const feed = venue.exchange.feeds.get('futures:BTCUSDT')!;
    feed.movePrice(-200_000, venue.exchange.clock.now());
    const account = venue.exchange.futures.exchange.accounts.get('other')!;
    await until(() => account.openPositions().length === 0);
    const [balance] = (await call(venue, 'GET', '/fapi/v3/balance')).body;
    expect(Number(balance.balance)).toBeGreaterThanOrEqual(0);
    expect((await call(venue, 'GET', '/fapi/v1/forceOrders')).body[0].clientOrderId).toMatch(/^autoclose-/);
  });

  it('lets a stop fire, sells with it, and rejects it when it can no longer reduce', async () => {
    await call(venue, 'POST', '/fapi/v1/order', MARKET);
    const stop = {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '0.002',
    };
    const place = () =>
      call(venue, 'POST', '/fapi/v1/algoOrder', {
        ...stop,
        reduceOnly: 'true',
        triggerPrice: '61000',
        workingType: 'MARK_PRICE',
      });
    const [first, second] = [(await place()).body.algoId, (await place()).body.algoId];
    venue.exchange.feeds.get('futures:BTCUSDT')!.movePrice(-150_000, venue.exchange.clock.now());
    const statusOf = async (algoId: number) =>
      (await call(venue, 'GET', '/fapi/v1/algoOrder', { algoId })).body.algoStatus;
    const account = venue.exchange.futures.exchange.accounts.get('other')!;
    await until(
      () => account.openPositions().length === 0 && venue.exchange.futures.algos.open(account).length === 0,
    );
    expect([await statusOf(first), await statusOf(second)]).toEqual(['FINISHED', 'REJECTED']);
  });

  it('takes its market live from another exchange, and follows its book', async () => {
    const follower = await openVenue({
      PAPER_MARKET: 'live',
      SYMBOLS: 'BTCUSDT',
      PAPER_LIVE_REST_URL: venue.rest,
      PAPER_LIVE_WS_URL: venue.ws,
    });
    try {
      const followed = venue.exchange.futures.exchange.symbol('BTCUSDT').market;
      const { market } = follower.exchange.futures.exchange.symbol('BTCUSDT');
      const first = market.lastUpdateId;
      await until(() => market.lastUpdateId > first + 20 && market.lastPrice > 0);
      await until(
        () => market.best('BUY') === followed.best('BUY') && market.best('SELL') === followed.best('SELL'),
      );
      expect((await call(follower, 'POST', '/fapi/v1/order', MARKET)).body.status).toBe('FILLED');
    } finally {
      await follower.stop();
    }
  });

  it('keeps accounts in a snapshot over a restart, with their open orders', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'paper-')), 'snapshot.json');
    const recorded = { PAPER_SNAPSHOT: file, SYMBOLS: 'BTCUSDT' };
    const ask = async (from: PaperVenue, path: string, parameters = {}) => {
      const signed = from.exchange.securityOf(`GET ${path}`) === 'SIGNED';
      return (await call(from, 'GET', path, parameters, { signed })).body as Record<string, unknown>[];
    };
    const paths = [
      ['/fapi/v3/balance', {}],
      ['/fapi/v1/openOrders', {}],
      ['/fapi/v1/allOrders', { symbol: 'BTCUSDT' }],
      ['/fapi/v1/userTrades', { symbol: 'BTCUSDT' }],
      ['/fapi/v1/openAlgoOrders', {}],
      ['/api/v3/openOrders', {}],
      ['/api/v3/openOrderList', {}],
    ] as const;
    const lastTrade = async (from: PaperVenue) =>
      Number((await ask(from, '/fapi/v1/trades', { symbol: 'BTCUSDT', limit: 1 }))[0]!.id);
    const told = (from: PaperVenue) =>
      Promise.all(paths.map(([path, parameters]) => ask(from, path, parameters)));
    const steady = (rows: Record<string, unknown>[][]) =>
      rows.map((list) => list.map(({ crossUnPnl, availableBalance, maxWithdrawAmount, ...rest }) => rest));
    const written = await using(openVenue(recorded), async (first) => {
      await call(first, 'POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 7 });
      await call(first, 'POST', '/fapi/v1/order', MARKET);
      await call(first, 'POST', '/fapi/v1/order', { ...LIMIT, price: '60000', newClientOrderId: 'waits' });
      await call(first, 'POST', '/fapi/v1/algoOrder', {
        ...{ algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET' },
        ...{ quantity: '0.002', triggerPrice: '50000', clientAlgoId: 'stop' },
      });
      await call(first, 'POST', '/api/v3/order', { ...LIMIT, price: '60000', newClientOrderId: 'spot' });
      const list = await call(first, 'POST', '/api/v3/orderList/oco', {
        ...{ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01', listClientOrderId: 'list' },
        ...{ aboveType: 'STOP_LOSS', aboveStopPrice: '90000', belowType: 'LIMIT_MAKER', belowPrice: '60100' },
      });
      expect([list.status, list.body.msg]).toEqual([200, undefined]);
      const before = steady(await told(first));
      expect(before.map(({ length }) => length)).toEqual([expect.any(Number), 1, 2, 1, 1, 3, 1]);
      const { balances } = (await call(first, 'GET', '/api/v3/account')).body;
      return { before, balances, seen: await lastTrade(first) };
    });
    await using(openVenue(recorded), async (second) => {
      expect(steady(await told(second))).toEqual(written.before);
      expect((await call(second, 'GET', '/api/v3/account')).body.balances).toEqual(written.balances);
      const [settings7] = await ask(second, '/fapi/v1/symbolConfig', { symbol: 'BTCUSDT' });
      expect(settings7!.leverage).toBe(7);
      expect((await call(second, 'POST', '/fapi/v1/order', MARKET)).body.status).toBe('FILLED');
      const [, newest] = await ask(second, '/fapi/v1/userTrades', { symbol: 'BTCUSDT' });
      expect(Number(newest!.id)).toBeGreaterThan(written.seen);
      const cancels = await Promise.all([
        call(second, 'DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'waits' }),
        call(second, 'DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 'stop' }),
        call(second, 'DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'spot' }),
        call(second, 'DELETE', '/api/v3/orderList', { symbol: 'BTCUSDT', listClientOrderId: 'list' }),
      ]);
      expect(cancels.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const free = (await call(second, 'GET', '/api/v3/account')).body.balances;
      expect(free).toEqual([{ asset: 'USDT', free: '10000.00000000', locked: '0.00000000' }]);
    });
  });
});
