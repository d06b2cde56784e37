/** Streams: so many of one caller and of one address, none of them holds a slot, and none is remembered without end. */
import { UseAccessKey, useAccessKey } from '@elvis/contracts';
import { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { until } from '@elvis/testing';
import {
  API_KEY,
  GatewayUnderTest,
  Responder,
  Servers,
  order,
  startGatewayUnderTest,
  startPlacingRisk,
  startResponder,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { KEY, UPGRADE, callFrom, get, metric, sendOnly } from './hostile-connections';

const TOO_FAST = 1008;

describe('streams', () => {
  let servers: Servers;
  let gateway: GatewayUnderTest;
  let risk: Responder;
  let history: Responder;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    servers = await startServers();
    risk = await startPlacingRisk(servers.nats);
    history = await startResponder(servers.nats, 'trade-history');
    history.on(useAccessKey, ({ keyHash }: UseAccessKey) => ({
      id: keyHash,
      scopes: ['read'],
      userId: null,
    }));
    gateway = await startGatewayUnderTest(servers, {
      MAX_REQUESTS_IN_FLIGHT: '3',
      MAX_STREAMS_PER_CALLER: '4',
      MAX_STREAMS_PER_ADDRESS: '6',
    });
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    await until(async () => (await metric(gateway, 'gateway_streams')) === 0);
    expect(await metric(gateway, 'gateway_requests_in_flight')).toBe(0);
  });

  afterAll(async () => {
    await gateway.stop();
    await risk.stop();
    await history.stop();
    await servers.stop();
  });

  const KINDS = {
    'server-sent events': (...headers: string[]) => get('/api/v1/events', ...headers),
    'web sockets': (...headers: string[]) => get('/api/v1/stream', ...headers, ...UPGRADE),
  };

  /** Opens one and answers the status line's number. */
  const open = async (bytes: string, address = '127.0.0.3'): Promise<number> => {
    const socket = await sendOnly(gateway.url, bytes, address);
    sockets.push(socket);
    const head = await new Promise<string>((resolve) => {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      socket.once('close', () => resolve(''));
      socket.resume();
    });
    return Number(head.slice(9, 12));
  };

  describe.each(Object.entries(KINDS))('of %s', (_, ask) => {
    it('are four at most for one key, from wherever it comes, and hold no slot of three', async () => {
      const statuses = [];
      for (const address of ['127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7'])
        statuses.push(await open(ask(KEY), address));
      const good = ask(KEY).includes('Upgrade') ? 101 : 200;
      expect(statuses).toEqual([good, good, good, good, 429]);
      const placed = await callFrom(gateway.url, '127.0.0.2', 'POST', '/api/v1/orders', { body: order });
      expect(placed.status).toBe(201);
      sockets.splice(0, 1).forEach((socket) => socket.destroy());
      await until(async () => (await metric(gateway, 'gateway_streams')) === 3);
      expect(await open(ask(KEY))).toBe(good);
    });

    it('are six at most for one address, whoever asks', async () => {
      const statuses = [];
      for (let user = 0; user < 7; user += 1)
        statuses.push(await open(ask(`X-API-Key: elv_${String(user).padStart(43, '0')}`)));
      const good = ask().includes('Upgrade') ? 101 : 200;
      expect(statuses).toEqual([good, good, good, good, good, good, 429]);
    });

    it('give their place back when the client goes before it is known', async () => {
      for (let n = 0; n < 20; n += 1) (await sendOnly(gateway.url, ask(KEY))).destroy();
      await until(async () => (await metric(gateway, 'gateway_streams')) === 0);
      expect(await open(ask(KEY))).toBeLessThan(300);
    });
  });

  describe('a WebSocket', () => {
    const connected = async (): Promise<{ socket: WebSocket; closedWith: () => number | undefined }> => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream`, {
        headers: { 'x-api-key': API_KEY },
      });
      let closed: number | undefined;
      socket.on('close', (code) => (closed = code));
      socket.on('error', () => undefined);
      await until(() => socket.readyState === WebSocket.OPEN);
      return { socket, closedWith: () => closed };
    };

    it.each([
      ['{}', (socket: WebSocket) => socket.send('{}')],
      ['pings', (socket: WebSocket) => socket.ping('x'.repeat(100))],
      ['pongs', (socket: WebSocket) => socket.pong('x'.repeat(100))],
    ])('that says too much is told so and closed: %s', async (_, say) => {
      const { socket, closedWith } = await connected();
      let answers = 0;
      socket.on('message', () => (answers += 1));
      for (let n = 0; n < 1_000; n += 1) say(socket);
      expect(await until(closedWith)).toBe(TOO_FAST);
      // 50 at once and 20 a second: nothing like a thousand, however long the machine takes.
      expect(answers).toBeLessThan(500);
    });

    it('that never reads and says {} 300,000 times costs the gateway nothing', async () => {
      const { socket } = await connected();
      socket.pause();
      const before = process.memoryUsage().arrayBuffers;
      for (let n = 0; n < 300_000 && socket.readyState === WebSocket.OPEN; n += 1) {
        socket.send('{}');
        // What the client has not handed to the system yet is this process's memory too.
        if (n % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await until(async () => (await metric(gateway, 'gateway_streams')) === 0);
      socket.terminate();
      expect((process.memoryUsage().arrayBuffers - before) / 1_048_576).toBeLessThan(50);
    });

    it('may change what it hears a few times a second', async () => {
      const { socket, closedWith } = await connected();
      const heard: string[] = [];
      socket.on('message', (data: Buffer) => heard.push(data.toString()));
      for (let n = 0; n < 20; n += 1) socket.send('{"subscribe":["orders"]}');
      await until(() => heard.filter((text) => text.includes('subscribed')).length === 20);
      expect(closedWith()).toBeUndefined();
      socket.terminate();
    });
  });
});
