import { Redis } from 'ioredis';
import { getAccount, getRateLimits, listInstruments, orderFilled, orderPlaced } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, connect } from 'nats';
import { WebSocket } from 'ws';
import { opened, until } from '@elvis/testing';
import { LiveMessages } from '../src/live/live-messages';
import { API_KEY, startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into messages freely
type Message = any;

describe('what happens, live', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const execution = opened(() => connect(natsOptions(servers.nats.urls.execution, 'events')));
  const sockets: WebSocket[] = [];

  afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));

  const happen = (type: string, data: object): void =>
    execution.publish(
      type,
      JSONCodec().encode({
        id: 'e',
        type,
        version: 1,
        time: '2026-01-01T00:00:00.000Z',
        source: 'execution',
        actor: 'a',
        traceId: 't',
        data,
      }),
    );
  const placed = (clientOrderId: string, status = 'NEW') =>
    happen(orderPlaced.type, { order: { clientOrderId, status, createdAtMs: 0 }, revision: 1 });

  const listen = async (
    query = '',
    headers: Record<string, string> = { 'x-api-key': API_KEY },
    url = gateway.url,
  ) => {
    const heard: Message[] = [];
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/stream${query}`, { headers });
    sockets.push(socket);
    let closed: number | undefined;
    let refused: number | undefined;
    socket.on('message', (data: Buffer) => heard.push(...(JSON.parse(data.toString()) as Message[])));
    socket.on('close', (code) => (closed = code));
    socket.on('unexpected-response', (_request, response) => (refused = response.statusCode));
    socket.on('error', () => undefined);
    await until(() => heard.length > 0 || refused);
    return { heard, socket, refused, closedWith: () => closed };
  };
  const about = (heard: Message[], topic: string): Message[] =>
    heard.filter((message) => message.topic === topic);

  it('tells listeners of orders and fills, numbered, with times in ISO 8601', async () => {
    const { heard } = await listen('?topics=orders,fills');
    placed('o-1');
    happen(orderFilled.type, {
      order: { clientOrderId: 'o-2' },
      revision: 2,
      fill: { tradeId: '7', tradedAtMs: 0 },
    });
    await until(() => about(heard, 'fills').length > 0);
    expect(about(heard, 'orders')[0]).toMatchObject({
      type: 'elvis.event.order.placed',
      data: { order: { clientOrderId: 'o-1', createdAt: '1970-01-01T00:00:00.000Z' } },
    });
    expect(about(heard, 'fills')[0]?.data).toEqual({ tradeId: '7', tradedAt: '1970-01-01T00:00:00.000Z' });
    const numbers = heard.slice(1).map(({ seq }) => seq as number);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  });

  it('sends only the newest of many changes of one order in a tick, and every fill', async () => {
    const { heard } = await listen();
    for (let n = 0; n < 200; n += 1) {
      happen(orderFilled.type, {
        order: { clientOrderId: 'busy', filledQuantity: `${n}` },
        revision: n,
        fill: { tradeId: `${n}` },
      });
    }
    await until(() => about(heard, 'fills').length === 200);
    const changes = about(heard, 'orders').filter(({ data }) => data.order.clientOrderId === 'busy');
    expect(changes.length).toBeLessThan(100);
    expect(changes.at(-1)?.data.order.filledQuantity).toBe('199');
  });

  it('subscribes and unsubscribes by topic, and closes on nonsense', async () => {
    const { heard, socket, closedWith } = await listen('?topics=halts');
    socket.send('{"subscribe":["orders"],"unsubscribe":["halts"]}');
    await until(() => about(heard, 'subscribed').length > 0);
    expect(about(heard, 'subscribed')[0]?.topics).toEqual(['orders']);
    socket.send('{"subscribe":["everything"]}');
    expect(await until(closedWith)).toBe(1008);
  });

  it('shows positions and what is left of the limits, asked for only while somebody listens to them', async () => {
    await until(() => !gateway.app.get(LiveMessages).isHeard('positions'));
    const asked = await startResponder(servers.nats, 'execution');
    const position = { symbol: 'BTCUSDT', entryPrice: '1', markPrice: '2', unrealizedPnl: '3' };
    const clock = { offsetMs: -12, errorMs: 3, ageMs: 400 };
    asked.on(getRateLimits, () => ({ meters: [], freezes: [], queues: [], clock, asOfMs: 0 }));
    asked.on(getAccount, () => ({ balances: [], positions: [{ ...position, quantity: '-1' }], asOfMs: 0 }));
    const { heard, socket } = await listen('?topics=rate-limits');
    const limits = await until(() => about(heard, 'rate-limits')[1]);
    expect(limits.type).toBe('elvis.live.rate-limits');
    expect(limits.data).toEqual({
      ...{ meters: [], freezes: [], queues: [], clock, asOf: '1970-01-01T00:00:00.000Z' },
    });
    expect(new Set(asked.asked.map(({ subject }) => subject))).toEqual(new Set([getRateLimits.subject]));
    socket.send('{"subscribe":["positions"]}');
    const positions = await until(() => about(heard, 'positions')[0]);
    expect([positions.type, positions.data]).toEqual([
      'elvis.live.positions',
      {
        items: [{ ...position, quantity: '-1', side: 'SHORT' }],
        nextCursor: null,
        asOf: '1970-01-01T00:00:00.000Z',
      },
    ]);
    await asked.stop();
  });

  it('begins with the first client, who misses nothing from the welcome on', async () => {
    const own = await startGatewayUnderTest(servers);
    placed('before');
    await execution.flush();
    const { heard } = await listen('?topics=orders', undefined, own.url);
    placed('after');
    await until(() => about(heard, 'orders').length > 0);
    expect(about(heard, 'welcome')[0]?.seq).toBe(0);
    expect(about(heard, 'orders').map(({ data }) => data.order.clientOrderId)).toEqual(['after']);
    await own.stop();
  });

  it('goes on where a client stopped, and says so where it cannot', async () => {
    const first = await listen('?topics=orders');
    placed('before');
    const { seq } = (await until(() => about(first.heard, 'orders')[0])) as { seq: number };
    const { life } = about(first.heard, 'welcome')[0];
    first.socket.terminate();
    placed('missed');
    await until(async () => {
      const { heard, socket } = await listen(`?topics=orders&since=${life}-${seq}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.terminate();
      return about(heard, 'orders').some(({ data }) => data.order.clientOrderId === 'missed');
    });
    const lost = await listen('?since=00000000-5');
    expect(about(lost.heard, 'welcome')[0]?.gap).toBe(true);
  });

  it('opens once for a ticket, never for a key in the URL, and not for pages of strangers', async () => {
    const { body } = await gateway.call('POST', '/api/v1/stream-tickets');
    expect(body.expiresIn).toBe(30);
    expect((await listen(`?ticket=${body.ticket}`, {})).heard[0]?.topic).toBe('welcome');
    expect((await listen(`?ticket=${body.ticket}`, {})).refused).toBe(401);
    expect((await listen(`?api_key=${API_KEY}`, {})).refused).toBe(401);
    expect((await listen('', { 'x-api-key': API_KEY, origin: 'https://evil.example' })).refused).toBe(403);
  });

  it('takes no room from the requests under way while it is open', async () => {
    const narrow = await startGatewayUnderTest(servers, { MAX_REQUESTS_IN_FLIGHT: '1' });
    const open = await Promise.all([listen('', undefined, narrow.url), listen('', undefined, narrow.url)]);
    expect(open.map(({ refused }) => refused)).toEqual([undefined, undefined]);
    expect((await narrow.call('GET', '/docs-json')).status).toBe(200);
    await narrow.stop();
  });

  it('opens at its one address, for topics that there are', async () => {
    expect((await listen('?topics=everything')).refused).toBe(400);
    const elsewhere = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/orders`, {
      headers: { 'x-api-key': API_KEY },
    });
    elsewhere.on('error', () => undefined);
    const status = await new Promise((resolve) =>
      elsewhere.on('unexpected-response', (_, response) => resolve(response.statusCode)),
    );
    elsewhere.terminate();
    expect(status).toBe(404);
  });

  it('speaks server-sent events too', async () => {
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/api/v1/events?topics=orders`, {
      headers: { 'x-api-key': API_KEY },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.getReader();
    let text = '';
    const reading = (async () => {
      for (;;) {
        const part = await reader?.read().catch(() => undefined);
        if (!part || part.done) return;
        text += Buffer.from(part.value).toString();
      }
    })();
    await until(() => text.includes('welcome'));
    placed('by-sse');
    await until(() => text.includes('by-sse'));
    expect(text).toMatch(/id: [0-9a-f]{8}-\d+\ndata: \{/);
    abort.abort();
    await reading;
    expect((await gateway.call('GET', '/api/v1/events?topics=none')).status).toBe(400);
  });
});

/** Long ago, so that nobody takes it for the time of the question. */
const READ_AT_MS = Date.UTC(2026, 0, 5, 12);

describe('the list of symbols', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const execution = opened(() => startResponder(servers.nats, 'execution'));

  beforeAll(() => {
    execution.on(listInstruments, () => ({
      instruments: [{ symbol: 'BTCUSDT', tickSize: '0.10' }],
      asOfMs: READ_AT_MS,
    }));
  });

  it('is fetched once for a hundred that ask at the same time, and then comes from Redis', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => gateway.call('GET', '/api/v1/symbols/futures')),
    );
    for (const { body } of answers) {
      expect(body.items).toEqual([{ symbol: 'BTCUSDT', tickSize: '0.10' }]);
      expect(body.asOf).toBe(new Date(READ_AT_MS).toISOString());
    }
    expect(execution.asked).toHaveLength(1);
    await gateway.call('GET', '/api/v1/symbols/futures');
    expect(execution.asked).toHaveLength(1);
    expect((await gateway.call('GET', '/api/v1/symbols/options')).status).toBe(400);
  });

  it('is asked for again when the last look is old, and then only for one that is newer', async () => {
    const key = 'cache:symbols:futures:v1';
    const { host, port, password } = servers.redis;
    const redis = new Redis({ host, port, password, protocol: 2 });
    const lookedLongAgo = async (): Promise<void> => {
      const list = JSON.parse((await redis.get(key)) ?? '') as object;
      await redis.set(key, JSON.stringify({ ...list, checkedAtMs: 0 }));
    };
    const shown = async (): Promise<unknown> => (await gateway.call('GET', '/api/v1/symbols/futures')).body;
    await lookedLongAgo();
    execution.on(listInstruments, ({ newerThanMs }: { newerThanMs?: number }) => ({
      instruments: [],
      asOfMs: READ_AT_MS,
      isUnchanged: newerThanMs === READ_AT_MS,
    }));
    expect(await shown()).toMatchObject({ items: [{ tickSize: '0.10' }] });
    await lookedLongAgo();
    execution.on(listInstruments, () => ({
      instruments: [{ symbol: 'BTCUSDT', tickSize: '0.50' }],
      asOfMs: READ_AT_MS + 90_000,
    }));
    expect(await shown()).toMatchObject({
      items: [{ tickSize: '0.50' }],
      asOf: new Date(READ_AT_MS + 90_000).toISOString(),
    });
    redis.disconnect();
  });
});
