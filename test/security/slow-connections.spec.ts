/** Connections that ask and never read: what they hold ends with them, and nobody else waits for it. */
import { useAccessKey } from '@elvis/contracts';
import { readdirSync, readlinkSync } from 'node:fs';
import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { until } from '@elvis/testing';
import {
  GatewayUnderTest,
  Responder,
  Servers,
  holdOrders,
  order,
  startGatewayUnderTest,
  startPlacingRisk,
  startResponder,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { KEY, UNREAD, UPGRADE, callFrom, get, metric, sendOnly } from './hostile-connections';

const OTHER = '127.0.0.2';

describe('connections that do not read', () => {
  let servers: Servers;
  let gateway: GatewayUnderTest;
  let risk: Responder;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    servers = await startServers();
    risk = await startPlacingRisk(servers.nats);
    gateway = await startGatewayUnderTest(servers, { KILL_SWITCH_ANSWER_TIMEOUT_MS: '100' });
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    await until(async () => (await metric(gateway, 'gateway_requests_in_flight')) === 0);
    await until(async () => (await metric(gateway, 'gateway_streams')) === 0);
  });

  afterAll(async () => {
    await gateway.stop();
    await risk.stop();
    await servers.stop();
  });

  const send = async (bytes: string, address?: string, url = gateway.url): Promise<Socket> => {
    const socket = await sendOnly(url, bytes, address);
    sockets.push(socket);
    return socket;
  };
  const place = async (address: string, { url } = gateway): Promise<number> =>
    (await callFrom(url, address, 'POST', '/api/v1/orders', { body: order })).status;
  const stop = async (address: string, { url } = gateway): Promise<number> =>
    (await callFrom(url, address, 'POST', '/emergency_stop', { body: { reason: 'test' } })).status;
  /** 200 for a stop, 409 for one that adds nothing: either way the switch is set. */
  const STOPPED = [200, 409];
  const isConnected = async (count: number): Promise<boolean> =>
    (await metric(gateway, 'gateway_connections')) <= count;

  it('take with them all that was pipelined behind an answer they do not read', async () => {
    // 640 slots there were, those for ways out included; a health check held one like any other.
    (await send(UNREAD + get('/health').repeat(900))).destroy();
    for (let n = 0; n < 50; n += 1) (await send(UNREAD + get('/docs').repeat(14))).destroy();
    expect(await place(OTHER)).toBe(201);
    expect(STOPPED).toContain(await stop(OTHER));
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
  });

  it('are cut off when they have more than 16 requests unanswered', async () => {
    const before = await metric(gateway, 'gateway_connections');
    await send(UNREAD + get('/health').repeat(12));
    expect(await metric(gateway, 'gateway_connections')).toBe(before + 1);
    await send(UNREAD + get('/health').repeat(13));
    await until(() => isConnected(before + 1));
  });

  it('keep nobody out, 700 of them from one address: not the stop of that address, nor the orders of another', async () => {
    for (let n = 0; n < 700; n += 1) await send(UNREAD);
    expect(await place(OTHER)).toBe(201);
    expect(await place('127.0.0.1')).toBe(201);
    expect(STOPPED).toContain(await stop('127.0.0.1'));
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
  });

  it('hold no descriptors of the files that were asked for', async () => {
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes('swagger-ui');
        } catch {
          return false;
        }
      }).length;
    for (let n = 0; n < 20; n += 1) (await send(get('/docs/swagger-ui-bundle.js').repeat(10))).destroy();
    await until(async () => (await gateway.call('GET', '/health')).status === 200);
    expect(open()).toBe(0);
  });

  it('are ended when an answer stands unread for too long', async () => {
    const before = await metric(gateway, 'gateway_connections');
    await send(UNREAD);
    // 1.5 MB may take 10 s + 1,556,354 / 64 ms = 34.3 s, and a look comes each second.
    await until(() => isConnected(before), undefined, 55_000);
  });

  it.each(['nobody', 'a key'])(
    'survives an upgrade behind a request that is not answered, of %s',
    async (who) => {
      const head = who === 'nobody' ? [] : [KEY];
      const socket = await send(get('/trades', ...head) + get('/api/v1/stream', ...head, ...UPGRADE));
      socket.resume();
      await until(() => socket.readableEnded || socket.destroyed);
      expect((await gateway.call('GET', '/health')).status).toBe(200);
    },
  );

  it('end the streams that were asked for behind an answer', async () => {
    const socket = await send(UNREAD + get('/api/v1/events', KEY));
    await until(async () => (await metric(gateway, 'gateway_streams')) === 1);
    socket.destroy();
    await until(async () => (await metric(gateway, 'gateway_streams')) === 0);
  });

  it.each([
    ['what is not HTTP', 'NONSENSE\r\n\r\n'],
    ['an upgrade that is refused', get('/api/v1/stream', ...UPGRADE)],
    ['an upgrade elsewhere', get('/api/v1/orders', ...UPGRADE)],
  ])('are ended when they stay half open after %s', async (_, bytes) => {
    const before = await metric(gateway, 'gateway_connections');
    const socket = await send(bytes);
    socket.resume();
    await until(() => socket.readableEnded || socket.destroyed);
    await until(() => isConnected(before), undefined, 20_000);
  });

  describe('of one address', () => {
    it('are so many at most: a new one ends the oldest that showed no key', async () => {
      const narrow = await startGatewayUnderTest(servers, { MAX_CONNECTIONS_PER_ADDRESS: '5' });
      const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.3' });
      const known = async () =>
        (await callFrom(narrow.url, '127.0.0.3', 'POST', '/api/v1/orders', { body: order, agent })).status;
      expect(await known()).toBe(201);
      const [own] = Object.values(agent.freeSockets).flat() as Socket[];
      for (let n = 0; n < 40; n += 1) await send('', '127.0.0.3', narrow.url);
      await until(async () => (await metric(narrow, 'gateway_connections')) <= 6);
      expect(await known()).toBe(201);
      expect(Object.values(agent.freeSockets).flat()).toEqual([own]);
      expect(await place('127.0.0.3', narrow)).toBe(201);
      expect(await place(OTHER, narrow)).toBe(201);
      agent.destroy();
      await narrow.stop();
    });

    it('have so many requests under way at most, and ways out beside them', async () => {
      const narrow = await startGatewayUnderTest(servers, {
        MAX_REQUESTS_PER_ADDRESS: '2',
        KILL_SWITCH_ANSWER_TIMEOUT_MS: '100',
      });
      const release = holdOrders(risk);
      const asked = risk.asked.length;
      const waiting = [place('127.0.0.3', narrow), place('127.0.0.3', narrow)];
      await until(() => risk.asked.length === asked + 2);
      const refused = await callFrom(narrow.url, '127.0.0.3', 'POST', '/api/v1/orders', {
        body: order,
      });
      expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('OVERLOADED')]);
      const other = place(OTHER, narrow);
      await until(() => risk.asked.length === asked + 3);
      expect(STOPPED).toContain(await stop('127.0.0.3', narrow));
      release();
      expect(await Promise.all([...waiting, other])).toEqual([201, 201, 201]);
      await narrow.stop();
    });
  });

  it('one key has so many requests under way at most, from wherever they come, and its cancels beside them', async () => {
    const narrow = await startGatewayUnderTest(servers, { MAX_REQUESTS_PER_ADDRESS: '2' });
    const history = await startResponder(servers.nats, 'trade-history');
    history.on(useAccessKey, () => ({ id: 'k', scopes: ['read', 'trade'], userId: null, persons: [] }));
    const key = `elv_${'k'.repeat(43)}`;
    const placeWith = (address: string, own?: string) =>
      callFrom(narrow.url, address, 'POST', '/api/v1/orders', { body: order, key: own });
    const release = holdOrders(risk);
    const asked = risk.asked.length;
    const waiting = [placeWith('127.0.0.3', key), placeWith('127.0.0.4', key)];
    await until(() => risk.asked.length === asked + 2);
    const refused = await placeWith('127.0.0.5', key);
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('OVERLOADED')]);
    const cancel = await callFrom(narrow.url, '127.0.0.5', 'DELETE', '/api/v1/orders/o-1', { key });
    // Execution is not there to cancel it; the front let it in.
    expect(cancel.text).toContain('SERVICE_UNREACHABLE');
    const other = placeWith('127.0.0.5');
    await until(() => risk.asked.length === asked + 3);
    release();
    expect((await Promise.all([...waiting, other])).map(({ status }) => status)).toEqual([201, 201, 201]);
    await history.stop();
    await narrow.stop();
  });

  it('readiness knows when every request is refused, on both ports, and when one ends again', async () => {
    const narrow = await startGatewayUnderTest(servers, { MAX_REQUESTS_IN_FLIGHT: '2' });
    const release = holdOrders(risk);
    const waiting = [place('127.0.0.3', narrow), place(OTHER, narrow)];
    const ready = async (): Promise<[number, number]> => [
      (await fetch(`${narrow.url}/health/ready`)).status,
      (await fetch(`http://127.0.0.1:${narrow.opsPort}/health/ready`)).status,
    ];
    await until(async () => (await ready()).join() === '503,503');
    expect(await (await fetch(`${narrow.url}/health/ready`)).json()).toMatchObject({
      parts: { rest: expect.stringContaining('requests are refused') as string },
    });
    expect((await narrow.call('GET', '/health')).status).toBe(200);
    release();
    await Promise.all(waiting);
    expect(await ready()).toEqual([200, 200]);
    await narrow.stop();
  });
});
