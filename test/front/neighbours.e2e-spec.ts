/**
 * Several on one account: two keys of the front over two replicas of it, and a bot of Elvis's own. None sees or touches what
 * is another's, whatever they call their orders; and what goes through the front is written down as what goes through REST.
 */
import { natsOptions } from '@elvis/platform';
import { RunningStack, startStack, until } from '@elvis/testing';
import { JournalRecord } from '@elvis/trading';
import { NatsConnection, connect } from 'nats';
import { OwnRecords } from '../faults/own-records';
import { seeded } from '../load/seeded';
import { Home } from '../../tools/launcher/home';
import { FrontAnswer, FrontCaller } from './front-caller';
import { makeKey, secondOrigin } from './front-system';

jest.setTimeout(300_000);

const PATIENCE_MS = 60_000;
const STEPS = 40;
const ORDER = '/fapi/v1/order';
const OPEN = '/fapi/v1/openOrders';
const BOT_SYMBOL = 'LTCUSDT';
const OFF = {
  RISK_DUPLICATE_WINDOW_MS: 'off',
  RISK_MAX_ORDERS_PER_SECOND: 'off',
  RISK_MAX_POSITION_NOTIONAL: 'off',
  RISK_MAX_GROSS_NOTIONAL: 'off',
  RATE_LIMIT_ORDERS: 'off',
  RATE_LIMIT_DEFAULT: 'off',
};

describe('neighbours on one account', () => {
  let system: RunningStack;
  let nats: NatsConnection;
  let mine: FrontCaller;
  let theirs: FrontCaller;
  let turns = 0;

  const gateway = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const answer = await fetch(`${system.stack.gatewayUrl}/api/v1/${path}`, {
      method,
      headers: { 'X-API-Key': system.stack.apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Body;
  };
  const mark = async (symbol: string): Promise<number> => {
    const answer = await fetch(`${system.stack.exchange.restUrl}/fapi/v1/premiumIndex?symbol=${symbol}`);
    return Number(((await answer.json()) as { readonly markPrice: string }).markPrice);
  };
  const resting = async (symbol: string): Promise<number> => Math.floor((await mark(symbol)) * 0.97);
  const limit = async (symbol: string, more: object = {}) => ({
    ...{ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1' },
    price: await resting(symbol),
    ...more,
  });
  const done = ({ status, body }: FrontAnswer): FrontAnswer['body'] => {
    expect([status, body]).toEqual([200, body]);
    return body;
  };

  beforeAll(async () => {
    const env = { ...OFF, SYMBOLS: `BTCUSDT,ETHUSDT,${BOT_SYMBOL}` };
    system = await startStack({ replicas: { 'binance-gateway': 2 }, env });
    const origin = (): string => {
      turns += 1;
      return turns % 2 === 0 ? secondOrigin(system) : system.stack.front.restUrl;
    };
    const callers: FrontCaller[] = [];
    for (const name of ['mine', 'theirs'])
      callers.push(new FrontCaller(await makeKey(system, name), origin, PATIENCE_MS));
    [mine, theirs] = callers as [FrontCaller, FrontCaller];
    // Who may read the journal's stream.
    const url = new URL(system.stack.natsUrl);
    [url.username, url.password] = ['provision', new Home(system.home).secrets().natsPasswords.provision];
    nats = await connect(natsOptions(url.href, 'spec'));
  });
  afterAll(async () => {
    await nats?.close();
    await system?.stop();
  });

  it('see their own orders alone, under ids that both use, whatever they do', async () => {
    const random = seeded(20);
    const keys = [
      { caller: mine, symbol: 'BTCUSDT', open: new Map<string, string>() },
      { caller: theirs, symbol: 'ETHUSDT', open: new Map<string, string>() },
    ];
    for (let step = 0; step < STEPS; step += 1) {
      const key = keys[Math.floor(random() * 2)]!;
      const other = keys.find((each) => each !== key)!;
      const { caller, symbol, open } = key;
      const id = `order-${Math.floor(random() * 4)}-${'x'.repeat(28)}`.slice(0, 36);
      const named = { symbol, origClientOrderId: id };
      if (!open.has(id)) {
        const order = await limit(symbol, { newClientOrderId: id });
        const { clientOrderId, orderId, status } = done(await caller.call('POST', ORDER, order));
        expect([clientOrderId, status]).toEqual([id, 'NEW']);
        open.set(id, `${orderId}`);
      } else if (random() < 0.4) {
        expect(await caller.call('POST', ORDER, await limit(symbol, { newClientOrderId: id }))).toMatchObject(
          {
            code: -4116,
          },
        );
      } else {
        expect(done(await caller.call('DELETE', ORDER, named))).toMatchObject({
          clientOrderId: id,
          status: 'CANCELED',
        });
        open.delete(id);
      }
      const listed = done(await caller.call('GET', OPEN)) as { clientOrderId: string; orderId: string }[];
      expect(listed.map(({ clientOrderId }) => clientOrderId).sort()).toEqual([...open.keys()].sort());
      const foreign = [...other.open.values()][0];
      // That there is none is said only after what may be on its way would have come.
      if (foreign === undefined || step % 10 > 0) continue;
      for (const [method, code] of [
        ['GET', -2013],
        ['DELETE', -2011],
      ] as const)
        expect(await caller.call(method, ORDER, { symbol: other.symbol, orderId: foreign })).toMatchObject({
          code,
        });
    }
    for (const { caller, symbol } of keys)
      done(await caller.call('DELETE', '/fapi/v1/allOpenOrders', { symbol }));
    for (const { caller } of keys) expect(done(await caller.call('GET', OPEN))).toEqual([]);
    const [own, foreign] = ['BTCUSDT', 'ETHUSDT'].map((symbol) =>
      mine.call('GET', '/fapi/v1/allOrders', { symbol }),
    );
    // What was denied was never there, and its id is free.
    const again = { symbol: 'BTCUSDT', origClientOrderId: 'too-small' };
    const small = await limit('BTCUSDT', { newClientOrderId: 'too-small', quantity: '0.0001' });
    expect((await mine.call('POST', ORDER, small)).status).toBe(400);
    expect(await mine.call('GET', ORDER, again)).toMatchObject({ code: -2013 });
    done(await mine.call('POST', ORDER, { ...small, quantity: '0.1' }));
    expect(done(await mine.call('GET', ORDER, again)).status).toBe('NEW');
    done(await mine.call('DELETE', ORDER, again));
    expect(done(await own!).length).toBeGreaterThan(0);
    expect(done(await foreign!)).toEqual([]);
  });

  it('leave a bot of Elvis its symbol, its orders and its figures, and it them theirs', async () => {
    const { id } = await gateway<{ id: string }>('POST', 'bot-configs', {
      ...{ name: 'House', strategy: 'signal', symbol: BOT_SYMBOL, initialCapital: '1000' },
      protections: { stopLoss: '0.1', takeProfit: '0.2' },
    });
    const { secret } = await gateway<{ secret: string }>('POST', `bot-configs/${id}/signal-secret`);
    await gateway('POST', `bots/${id}/start`, {});
    type State = {
      status: string;
      inPosition: boolean;
      quantity: string;
      protections: { clientOrderId: string }[];
    };
    const comesTo = (isThere: (state: State) => boolean): Promise<State> =>
      until(
        async () => {
          const state = await gateway<State>('GET', `bot-states/${id}`);
          return isThere(state) && state;
        },
        'the bot is where it should be',
        PATIENCE_MS,
      );
    await comesTo(({ status }) => status === 'RUNNING');
    await gateway('POST', `signals/${id}`, { secret, id: 'in', action: 'LONG' });
    const held = await comesTo(({ inPosition, protections }) => inPosition && protections.length === 2);
    const bought = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    expect(done(await mine.call('POST', ORDER, { ...bought, newOrderRespType: 'RESULT' })).status).toBe(
      'FILLED',
    );

    const taken = await mine.call('POST', ORDER, await limit(BOT_SYMBOL));
    expect([taken.code, taken.headers?.get('x-elvis-code')]).toEqual([-4088, 'SYMBOL_LEASED']);
    expect((await mine.call('POST', '/fapi/v1/leverage', { symbol: BOT_SYMBOL, leverage: 2 })).status).toBe(
      400,
    );
    const positions = done(await mine.call('GET', '/fapi/v3/positionRisk')) as { symbol: string }[];
    expect(positions.map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
    expect(done(await mine.call('GET', OPEN))).toEqual([]);
    for (const path of ['userTrades', 'allOrders'])
      expect(done(await mine.call('GET', `/fapi/v1/${path}`, { symbol: BOT_SYMBOL }))).toEqual([]);
    for (const row of done(await mine.call('GET', '/fapi/v1/income')) as { symbol: string }[])
      expect(row.symbol).not.toBe(BOT_SYMBOL);
    done(await mine.call('DELETE', '/fapi/v1/allOpenOrders', { symbol: BOT_SYMBOL }));
    done(await mine.call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: BOT_SYMBOL }));

    const still = await gateway<State>('GET', `bot-states/${id}`);
    expect([still.status, still.quantity, still.protections]).toEqual([
      'RUNNING',
      held.quantity,
      held.protections,
    ]);
    const { items } = await gateway<{ items: { clientOrderId: string }[] }>(
      'GET',
      `orders?status=open&botConfigId=${id}`,
    );
    expect(items.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(
      held.protections.map(({ clientOrderId }) => clientOrderId).sort(),
    );
    await gateway('POST', `bots/${id}/stop`, { mode: 'flatten', reason: 'a spec' });
    await comesTo(({ status, inPosition }) => status === 'STOPPED' && !inPosition);
    const left = done(await mine.call('GET', '/fapi/v3/positionRisk')) as { positionAmt: string }[];
    expect(left.map(({ positionAmt }) => Number(positionAmt))).toEqual([0.01]);
    done(await mine.call('POST', ORDER, { ...bought, side: 'SELL', reduceOnly: 'true' }));
  });

  it('have their orders written down as those of the house are', async () => {
    const order = await limit('BTCUSDT', { newClientOrderId: 'life-1' });
    done(await mine.call('POST', ORDER, order));
    const { price } = order;
    const changed = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      origClientOrderId: 'life-1',
      quantity: '0.2',
      price: price - 10,
    };
    done(await mine.call('PUT', ORDER, changed));
    done(await mine.call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'life-1' }));
    await gateway('POST', 'orders', {
      ...{ clientOrderId: 'house-life', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1' },
      ...{ price: `${price}`, timeInForce: 'GTC' },
    });
    await gateway('PUT', 'orders/house-life', { quantity: '0.2', price: `${price - 10}` });
    await gateway('DELETE', 'orders/house-life');

    const records = new OwnRecords(nats);
    const lifeOf = async (isIts: (record: JournalRecord) => boolean, prefix: string): Promise<string[]> =>
      (await records.history(prefix)).filter(isIts).map(wordOf);
    await until(
      async () => {
        const [front, house] = [
          await lifeOf(({ order: { origin } }) => origin?.clientId === 'life-1', 'e-'),
          await lifeOf(() => true, 'house-life'),
        ];
        return house.some((word) => word.includes('CANCELED')) && front.join('\n') === house.join('\n');
      },
      'the two journals are alike',
      PATIENCE_MS,
    );
  });

  it('are told of their use by both replicas together, and of leverage what they may have', async () => {
    const used: number[] = [];
    for (let call = 0; call < 12; call += 1) {
      const { headers } = await theirs.call('GET', OPEN, { symbol: 'ETHUSDT' });
      used.push(Number(headers?.get('x-mbx-used-weight-1m')));
    }
    // Of one window, the sum over the replicas rises by the weight of a call, whoever answers.
    const steps = used.slice(1).map((now, at) => now - used[at]!);
    expect(steps.filter((step) => step !== 1).every((step) => step < 0)).toBe(true);
    expect(steps.filter((step) => step < 0).length).toBeLessThanOrEqual(1);

    const leverageOf = async (): Promise<number> =>
      (
        done(await mine.call('GET', '/fapi/v1/symbolConfig', { symbol: 'BTCUSDT' })) as { leverage: number }[]
      )[0]!.leverage;
    const leverage = await leverageOf();
    const path = '/fapi/v1/leverage';
    expect(done(await mine.call('POST', path, { symbol: 'BTCUSDT', leverage }))).toMatchObject({ leverage });
    expect(await mine.call('POST', path, { symbol: 'BTCUSDT', leverage: 126 })).toMatchObject({
      code: -4028,
    });
    const margin = '/fapi/v1/marginType';
    expect(await mine.call('POST', margin, { symbol: 'BTCUSDT', marginType: 'CROSSED' })).toMatchObject({
      code: -4046,
    });
    expect(await mine.call('POST', margin, { symbol: 'BTCUSDT', marginType: 'ISOLATED' })).toMatchObject({
      status: 404,
    });
    expect(await leverageOf()).toBe(leverage);
  });

  it('have an order once for a signature that comes a hundred times to two replicas', async () => {
    const order = await limit('BTCUSDT');
    const at = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => mine.call('POST', ORDER, { ...order, recvWindow: 60_000 }, at)),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(done(answers[0]!).status).toBe('NEW');
    expect(done(await mine.call('GET', OPEN))).toHaveLength(1);
  });
});

/** What is written of an order, without its names, times and numbers. */
const wordOf = ({ type, view, order }: JournalRecord): string =>
  [
    ...[type, view.status, view.filledQuantity, view.quantity, view.price],
    ...[order.market, order.symbol, order.side, order.type, order.quantity, order.price, order.timeInForce],
  ].join(' ');
