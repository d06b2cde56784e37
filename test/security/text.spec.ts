/** Text that no store takes, at every edge it can enter by: a real gateway before real replicas of risk. */
import { KILL_SWITCH_KEY, KILL_SWITCH_META_KEY, STOPS_KEY, requestStop } from '@elvis/contracts';
import { until } from '@elvis/testing';
import { Answer, GatewayUnderTest, startGatewayUnderTest } from '../../apps/gateway/test/gateway-under-test';
import { RiskFleet, anOrder } from '../../apps/risk/test/risk-fleet';

/** As they stand in JSON: half a character, its other half, the halves the wrong way round, a zero. */
const BROKEN = ['\\ud800', '\\uDFFF', '\\udc00\\ud800', '\\u0000'];
const MENDED = ['\ufffd', '\ufffd', '\ufffd\ufffd', '\ufffd'];

describe('text that is not well-formed', () => {
  let fleet: RiskFleet;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    fleet = await RiskFleet.start({}, 2);
    gateway = await startGatewayUnderTest({ redis: fleet.redisServer, nats: fleet.nats });
  });
  afterAll(async () => {
    await gateway?.stop();
    await fleet?.stop();
  });
  beforeEach(() => fleet.measureClock());

  const stop = (raw: string): Promise<Answer> => gateway.call('POST', '/emergency_stop', { raw });
  const clear = (raw = '{"reason":"all well","force":true}'): Promise<Answer> =>
    gateway.call('DELETE', '/emergency_stop', { raw });
  const isActive = async (): Promise<boolean> =>
    ((await gateway.call('GET', '/emergency_stop/status')).body as { active: boolean }).active;
  const codeOf = () => fleet.outcomeOf(anOrder());

  it.each(BROKEN.map((text, index) => [text, MENDED[index] ?? ''] as const))(
    'in the reason of a stop stops all the same, in both stores, and the clear ends it: %s',
    async (broken, mended) => {
      const { status, body } = await stop(`{"reason":"why ${broken}"}`);
      expect([status, body]).toMatchObject([
        200,
        { reason: `why ${mended}`, phase: 'VERIFIED_ZERO', redis_persisted: true, durable: true },
      ]);
      expect(Object.values(await fleet.redis.hgetall(STOPS_KEY))).toHaveLength(1);
      expect(await codeOf()).toBe('STATE_HALTED');
      expect((await clear(`{"reason":"${broken}","force":true}`)).body).toMatchObject({
        ...{ status: 'active', redis_updated: true, reason: mended },
      });
      expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(0);
      expect(await isActive()).toBe(false);
      await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
    },
  );

  it('in a stop that comes by the bus, or that is explained in Redis by hand, stops all the same', async () => {
    const reply = await fleet.caller.request(requestStop, { actor: 'operator', reason: '\ud800' });
    expect(reply).toMatchObject({ reason: '\ufffd', redisPersisted: true, durable: true });
    expect((await clear()).status).toBe(200);
    await fleet.redis.set(KILL_SWITCH_META_KEY, '{"reason":"by hand \\ud800","actor":"me\\u0000"}');
    await fleet.redis.set(KILL_SWITCH_KEY, '1');
    await until(async () => (await fleet.redis.hlen(STOPS_KEY)) === 1, 'it is a stop like any other');
    expect(await isActive()).toBe(true);
    expect((await clear()).status).toBe(200);
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(0);
  });

  it.each([
    [
      'POST',
      '/api/v1/orders',
      '{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1","overrideToken":"?"}',
    ],
    ['PUT', '/api/v1/trading-state', '{"scope":{"type":"global"},"state":"REDUCING","reason":"?"}'],
    ['PUT', '/api/v1/risk/limits', '{"limits":{"RISK_MAX_ORDER_NOTIONAL":"1"},"reason":"?"}'],
    ['PUT', '/api/v1/risk/limits', '{"limits":{"RISK_MAX_ORDER_NOTIONAL?":"1"}}'],
    ['PUT', '/api/v1/leverage/BTCUSDT', '{"leverage":3,"reason":"?"}'],
    ['POST', '/api/v1/access-keys', '{"name":"?","scopes":["read"]}'],
    ['POST', '/api/v1/auth/login', '{"email":"a@b.example","password":"?"}'],
  ])('is refused by %s %s', async (method, path, body) => {
    for (const broken of BROKEN) {
      const answer = await gateway.call(method, path, { raw: body.replaceAll('?', broken) });
      expect([broken, answer.status, answer.body]).toMatchObject([
        broken,
        400,
        { code: 'MESSAGE_MALFORMED' },
      ]);
      expect((answer.body as { detail: string }).detail).toContain('not well-formed');
    }
  });

  it.each(['/api/v1/orders?symbol=%00', '/trades?cursor=a%00', '/api/v1/orders/a%00b', '/api/v1/market/%00'])(
    'is refused in an address: %s',
    async (path) => {
      expect((await gateway.call('GET', path)).body).toMatchObject({ code: 'MESSAGE_MALFORMED' });
    },
  );

  it('takes every character that is one', async () => {
    const { body } = await stop('{"reason":"Zażółć 币安 \\ud83d\\ude00 💥"}');
    expect(body).toMatchObject({ reason: 'Zażółć 币安 😀 💥', redis_persisted: true });
    expect((await clear()).status).toBe(200);
  });
});

describe('the key of the kill switch', () => {
  let fleet: RiskFleet;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    fleet = await RiskFleet.start({}, 1);
    gateway = await startGatewayUnderTest({ redis: fleet.redisServer, nats: fleet.nats });
  });
  afterAll(async () => {
    await gateway?.stop();
    await fleet?.stop();
  });

  const clear = () =>
    gateway.call('DELETE', '/emergency_stop', { body: { reason: 'all well', force: true } });
  const status = async () => (await gateway.call('GET', '/emergency_stop/status')).body as object;

  it('is told and not cleared away in words while no stop can be made of it', async () => {
    await fleet.redis.call('ACL', 'SETUSER', 'default', '-hset');
    await fleet.redis.set(KILL_SWITCH_KEY, '1');
    expect(await status()).toMatchObject({
      ...{ active: true, source: 'redis', phase: 'BLOCKED', durable: false },
      scopes: [{ scope: { type: 'global' }, state: 'HALTED', stop_id: 'redis' }],
    });
    const answer = await clear();
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'STOP_NEWER_THAN_CLEAR' }]);
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(1);
    await fleet.redis.call('ACL', 'SETUSER', 'default', '+hset');
    await until(async () => (await fleet.redis.hlen(STOPS_KEY)) === 1, 'it becomes a stop');
    await until(async () => (await clear()).status === 200, 'which a clear ends');
    expect(await status()).toMatchObject({ active: false });
  });

  it.each([
    ['a list', ['RPUSH', KILL_SWITCH_KEY, 'x']],
    ['an empty text', ['SET', KILL_SWITCH_KEY, '']],
    ['a hash, explained by a list', ['HSET', KILL_SWITCH_KEY, 'a', 'b']],
  ] as const)('counts as %s too', async (_what, [command, ...args]) => {
    await fleet.redis.del(KILL_SWITCH_META_KEY);
    if (command === 'HSET') await fleet.redis.rpush(KILL_SWITCH_META_KEY, 'x');
    await fleet.redis.call(command, ...args);
    await until(async () => (await fleet.redis.hlen(STOPS_KEY)) === 1, 'it becomes a stop');
    expect(await status()).toMatchObject({ active: true });
    await until(async () => (await clear()).status === 200, 'which a clear ends');
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(0);
  });
});
