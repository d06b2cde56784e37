import { EVENT_STREAM, KILL_SWITCH_KEY, orderBookFeed, markFeed } from '@elvis/contracts';
import { Bus, EventLog, Metrics, NatsLink, ServiceIdentity, natsOptions } from '@elvis/platform';
import { Redis } from 'ioredis';
import { NatsConnection, connect } from 'nats';
import { pino } from 'pino';
import { AuditTrail } from '../src/audit/audit-trail';
import {
  PrivateNats,
  PrivateRedis,
  generateNatsPasswords,
  startNats,
  startRedis,
  until,
} from '@elvis/testing';
import { GatewayUnderTest, openGatewayUnderTest, order, startPlacingRisk } from './gateway-under-test';

describe('a gateway that starts while NATS is away', () => {
  const passwords = generateNatsPasswords();
  let redisServer: PrivateRedis;
  let redis: Redis;
  let nats: PrivateNats;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [redisServer, nats] = await Promise.all([startRedis(), startNats({ passwords })]);
    await nats.stop();
    redis = new Redis(redisServer.url);
    gateway = await openGatewayUnderTest(
      { redis: redisServer, nats },
      { KILL_SWITCH_ANSWER_TIMEOUT_MS: '500' },
    );
  });

  afterAll(async () => {
    redis.disconnect();
    await gateway.stop();
    await Promise.all([redisServer.stop(), nats.stop()]);
  });

  it('is alive, and says at /health/ready what is missing', async () => {
    expect((await gateway.call('GET', '/health', { key: null })).status).toBe(200);
    const { status, body } = await gateway.call('GET', '/health/ready', { key: null });
    expect([status, body]).toEqual([
      503,
      { ready: false, parts: { nats: 'NATS is unavailable', redis: 'ok', rest: 'ok' } },
    ]);
  });

  it.each([
    ['POST', '/api/v1/orders', order],
    ['DELETE', '/api/v1/orders/o-1', undefined],
    ['GET', '/api/v1/orders', undefined],
    ['GET', '/trades', undefined],
  ])('refuses %s %s with a problem that says so: nothing was sent', async (method, path, body) => {
    const answer = await gateway.call(method, path, { body });
    expect([answer.status, answer.body.code]).toEqual([503, 'SERVICE_UNREACHABLE']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body.detail).toContain('NATS is unavailable');
  });

  it('throws the kill switch in Redis all the same', async () => {
    const { status, body } = await gateway.call('POST', '/emergency_stop', {
      body: { reason: 'no bus yet' },
    });
    expect([status, body.status, body.redis_persisted, body.durable]).toEqual([200, 'halted', true, false]);
    expect(await redis.get(KILL_SWITCH_KEY)).toBe('1');
    expect((await gateway.call('GET', '/emergency_stop/status')).body).toMatchObject({
      active: true,
      source: 'redis',
    });
  });

  it('can be stopped all the same', async () => {
    const other = await openGatewayUnderTest({ redis: redisServer, nats });
    expect((await other.call('GET', '/health')).status).toBe(200);
    await other.stop();
    await expect(other.call('GET', '/health')).rejects.toThrow();
  });

  it('writes the records that no stream has taken to its log when it is stopped', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const link = NatsLink.open(nats.urls.gateway, 'audit-spec', () => undefined);
    const trail = new AuditTrail(new EventLog(link, new ServiceIdentity('gateway', 0)), new Metrics(), log);
    const request = {
      method: 'POST',
      route: '/api/v1/orders',
      target: null,
      remoteIp: '127.0.0.1',
      outcome: 'failed',
      status: 503,
      code: 'SERVICE_UNREACHABLE',
      receivedAtMs: 1,
      durationMs: 1,
    } as const;
    await Promise.all(['t-1', 't-2'].map((traceId) => trail.record({ actor: 'a', traceId, request })));
    await trail.flush();
    const told = lines.map((line) => JSON.parse(line) as { msg: string; traceId: string });
    expect(told.map(({ msg }) => msg)).toEqual(
      Array(2).fill(
        'An audit record could not be stored before shutdown: it is only in this log line, not in the audit log',
      ),
    );
    expect(told.map(({ traceId }) => traceId).sort()).toEqual(['t-1', 't-2']);
    await link.close();
  });

  describe('and NATS comes', () => {
    let market: NatsConnection;

    beforeAll(async () => {
      nats = await startNats({ port: nats.port, passwords });
      market = await connect(natsOptions(nats.urls['market-data'], 'market'));
      await until(async () => (await gateway.call('GET', '/health/ready')).status === 200);
    });

    afterAll(() => market.close());

    it('takes orders, and the log gets the records of what was asked before, once each', async () => {
      const risk = await startPlacingRisk(nats);
      expect((await gateway.call('POST', '/api/v1/orders', { body: order })).status).toBe(201);
      expect(risk.asked).toHaveLength(1);
      await risk.stop();
      const operator = await connect(natsOptions(nats.urls.operator, 'operator'));
      const manager = await operator.jetstreamManager();
      const stored = async () => (await manager.streams.info(EVENT_STREAM)).state.messages;
      await until(async () => (await stored()) >= 4);
      expect(await stored()).toBe(4);
      await operator.close();
    });

    it('hears the market', async () => {
      const bus = new Bus(market);
      await until(async () => {
        bus.publish(markFeed, 'BTCUSDT', { symbol: 'BTCUSDT', mark: '57000', eventTimeMs: 1, ageMs: 0 });
        bus.publish(orderBookFeed, 'BTCUSDT', {
          symbol: 'BTCUSDT',
          bids: [['56999', '1']],
          asks: [['57001', '1']],
          updateId: '1',
          eventTimeMs: 1,
          ageMs: 0,
        });
        return (await gateway.call('GET', '/api/v1/market/BTCUSDT')).status === 200;
      });
    });
  });
});
