import {
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  RequestStop,
  STOPS_CHANNEL,
  StopReply,
  TRADING_PERMIT_KEY,
  clearStop,
  getStopStatus,
  requestStop,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Redis } from 'ioredis';
import { opened, until } from '@elvis/testing';
import {
  Responder,
  SILENCE,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from './gateway-under-test';

const SPELLINGS = ['/emergency_stop', '/emergency-stop', '/api/v1/emergency_stop', '/api/v1/emergency-stop'];

const stopped = ({ actor, remoteIp, reason }: RequestStop, more: Partial<StopReply> = {}): StopReply => ({
  stopId: 's-1',
  scope: { type: 'global' },
  phase: 'VERIFIED_ZERO',
  phases: { requested: 1_000, blocked: 2_000, drained: 3_000, cancelling: 4_000, verified: 5_000 },
  drained: true,
  inFlight: 0,
  canceledOrders: 2,
  remainingOrders: [],
  unprotectedPositions: ['BTCUSDT'],
  filledOrders: [{ clientOrderId: 'o-1', symbol: 'BTCUSDT', filledQuantity: '0.5' }],
  remainingPositions: [{ symbol: 'ETHUSDT', quantity: '1', reason: 'being closed' }],
  frozenUntilMs: 6_000,
  reason: reason ?? 'none given',
  activatedAtMs: 1_000,
  activatedBy: actor,
  remoteIp: remoteIp ?? null,
  epoch: 7,
  redisPersisted: true,
  durable: true,
  added: true,
  ...more,
});

describe('the emergency stop over REST', () => {
  const servers = opened(() => startServers());
  const redis = opened(() => new Redis(servers.redis.url));
  const gateway = opened(() => startGatewayUnderTest(servers, { KILL_SWITCH_ANSWER_TIMEOUT_MS: '500' }));
  let risk: Responder;

  beforeEach(async () => {
    await redis.flushall();
    risk = await startResponder(servers.nats, 'risk');
  });

  afterEach(() => risk.stop());

  it.each(SPELLINGS)('answers at %s with everything that is known about the stop', async (path) => {
    risk.on(requestStop, (asked: RequestStop) => stopped(asked));
    const { status, body } = await gateway.call('POST', path, {
      body: { reason: 'drill', cancelOpenOrders: false },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'halted',
      stop_id: 's-1',
      scope: { type: 'global' },
      phase: 'VERIFIED_ZERO',
      phases: {
        requested: '1970-01-01T00:00:01.000Z',
        blocked: '1970-01-01T00:00:02.000Z',
        drained: '1970-01-01T00:00:03.000Z',
        cancelling: '1970-01-01T00:00:04.000Z',
        verified: '1970-01-01T00:00:05.000Z',
      },
      drained: true,
      in_flight: 0,
      canceled_orders: 2,
      remaining_orders: [],
      unprotected_positions: ['BTCUSDT'],
      filled_orders: [{ clientOrderId: 'o-1', symbol: 'BTCUSDT', filledQuantity: '0.5' }],
      open_positions: ['ETHUSDT'],
      remaining_positions: [{ symbol: 'ETHUSDT', quantity: '1', reason: 'being closed' }],
      frozen_until: '1970-01-01T00:00:06.000Z',
      reason: 'drill',
      activated_at: '1970-01-01T00:00:01.000Z',
      activated_by: 'key:environment',
      remote_ip: '127.0.0.1',
      epoch: 7,
      redis_persisted: true,
      durable: true,
    });
    expect(risk.asked.at(-1)?.payload).toMatchObject({ reason: 'drill', cancelOpenOrders: false });
  });

  it('needs neither a body nor the right content type', async () => {
    risk.on(requestStop, (asked: RequestStop) => stopped(asked));
    expect((await gateway.call('POST', '/emergency_stop')).body.reason).toBe('none given');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { body } = await gateway.call('POST', '/emergency_stop', {
      raw: '{"reason":"curl -d"}',
      headers: form,
    });
    expect(body.reason).toBe('curl -d');
  });

  it('refuses a body that it does not understand: nobody should stop less than they meant', async () => {
    risk.on(requestStop, (asked: RequestStop) => stopped(asked));
    for (const body of [
      { scop: { type: 'symbol' } },
      { scope: { type: 'symbol' } },
      { scope: 'BTCUSDT' },
      { reason: 5 },
    ]) {
      expect((await gateway.call('POST', '/emergency_stop', { body })).status).toBe(400);
    }
    expect(risk.asked).toEqual([]);
  });

  it('answers 409 with the present state to a stop that adds nothing', async () => {
    risk.on(requestStop, (asked: RequestStop) => stopped(asked, { added: false }));
    const { status, body } = await gateway.call('POST', '/emergency_stop', { body: { reason: 'again' } });
    expect([status, body.code, body.state.stop_id]).toEqual([409, 'STOP_ADDS_NOTHING', 's-1']);
  });

  it('shows the stop that stands also where risk refuses the one that adds nothing', async () => {
    risk.on(requestStop, (asked: RequestStop) => {
      throw new TradingFailure('STOP_ADDS_NOTHING', 'It stands', { context: { ...stopped(asked) } });
    });
    const { status, body } = await gateway.call('POST', '/emergency_stop');
    expect([status, body.code, body.context, body.state.stop_id]).toEqual([
      409,
      'STOP_ADDS_NOTHING',
      undefined,
      's-1',
    ]);
  });

  it('clears, or says why it cannot', async () => {
    risk.on(clearStop, () => ({
      redisUpdated: true,
      durable: true,
      wasActive: true,
      clearedStops: ['s-1'],
      epoch: 8,
      reason: 'over',
    }));
    const { status, body } = await gateway.call('DELETE', '/emergency_stop', {
      body: { reason: 'over', epoch: 7 },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'active',
      redis_updated: true,
      durable: true,
      was_active: true,
      cleared_stops: ['s-1'],
      epoch: 8,
      reason: 'over',
    });
    risk.on(clearStop, () => {
      throw new TradingFailure('STOP_NEWER_THAN_CLEAR', 'A newer stop stands');
    });
    expect((await gateway.call('DELETE', '/emergency_stop')).status).toBe(409);
  });

  it('answers 202 to a clear that waits for a second person, and says until when', async () => {
    const reply = { redisUpdated: false, durable: true, wasActive: true, clearedStops: [], epoch: 8 };
    risk.on(clearStop, () => ({ ...reply, reason: 'over', pendingUntilMs: 600_000 }));
    const { status, body } = await gateway.call('DELETE', '/emergency_stop', { body: { reason: 'over' } });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'clear_pending',
      cleared_stops: [],
      pending_until: '1970-01-01T00:10:00.000Z',
    });
  });

  it('says until when only reducing orders pass after a clear with a ramp', async () => {
    const reply = { redisUpdated: true, durable: true, wasActive: true, clearedStops: ['s-1'], epoch: 8 };
    risk.on(clearStop, () => ({ ...reply, reason: 'over', reducingUntilMs: 60_000 }));
    const { status, body } = await gateway.call('DELETE', '/emergency_stop', { body: { rampSeconds: 60 } });
    expect([status, body.status, body.reducing_until]).toEqual([200, 'active', '1970-01-01T00:01:00.000Z']);
  });

  it.each(SPELLINGS)('tells the state at %s/status', async (path) => {
    risk.on(getStopStatus, () => ({
      active: true,
      source: 'memory',
      phase: 'BLOCKED',
      sinceMs: 0,
      reason: 'r',
      scopes: [{ scope: { type: 'global' }, state: 'HALTED', stopId: 's-1' }],
      epoch: 7,
      durable: true,
      remainingOrders: [{ clientOrderId: 'o-2', symbol: 'BTCUSDT', reason: 'the exchange still shows it' }],
      remainingPositions: [
        { symbol: 'BTCUSDT', positionSide: 'LONG', quantity: '0.004', reason: 'being closed' },
        { symbol: 'BTCUSDT', positionSide: 'SHORT', quantity: '-0.003', reason: 'being closed' },
      ],
    }));
    const { body } = await gateway.call('GET', `${path}/status`);
    expect(body).toEqual({
      active: true,
      source: 'memory',
      phase: 'BLOCKED',
      since: '1970-01-01T00:00:00.000Z',
      reason: 'r',
      scopes: [{ scope: { type: 'global' }, state: 'HALTED', stop_id: 's-1' }],
      epoch: 7,
      durable: true,
      remaining_orders: [{ clientOrderId: 'o-2', symbol: 'BTCUSDT', reason: 'the exchange still shows it' }],
      open_positions: ['BTCUSDT'],
      remaining_positions: [
        { symbol: 'BTCUSDT', positionSide: 'LONG', quantity: '0.004', reason: 'being closed' },
        { symbol: 'BTCUSDT', positionSide: 'SHORT', quantity: '-0.003', reason: 'being closed' },
      ],
    });
  });

  it('does not say that nothing stands where that is not known', async () => {
    const unread = { symbol: '*', quantity: null, reason: 'the positions cannot be read' };
    const told = { active: true, source: 'redis', phase: 'INCOMPLETE', sinceMs: 0, reason: 'r', scopes: [] };
    risk.on(getStopStatus, () => ({ ...told, epoch: 7, durable: true, remainingPositions: [unread] }));
    expect((await gateway.call('GET', '/emergency_stop/status')).body).toMatchObject({
      open_positions: null,
      remaining_positions: [unread],
      remaining_orders: null,
    });
  });

  describe('when risk is away', () => {
    beforeEach(async () => {
      await risk.stop();
      await redis.set(TRADING_PERMIT_KEY, '7');
    });

    it('sets the key in Redis, takes the permit away, tells the fleet, and says that nothing is drained', async () => {
      const ear = redis.duplicate();
      const told = new Promise((resolve) => ear.once('message', resolve));
      await ear.subscribe(STOPS_CHANNEL);
      const { status, body } = await gateway.call('POST', '/emergency_stop', { body: { reason: 'no risk' } });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'halted',
        phase: 'BLOCKED',
        drained: false,
        in_flight: null,
        filled_orders: null,
        open_positions: null,
        frozen_until: null,
        redis_persisted: true,
        durable: false,
        reason: 'no risk',
        activated_by: 'key:environment',
      });
      await told;
      ear.disconnect();
      expect(await redis.get(KILL_SWITCH_KEY)).toBe('1');
      expect(await redis.exists(TRADING_PERMIT_KEY)).toBe(0);
      expect(JSON.parse((await redis.get(KILL_SWITCH_META_KEY)) ?? '')).toMatchObject({
        actor: 'key:environment',
        remoteIp: '127.0.0.1',
        reason: 'no risk',
        state: 'HALTED',
      });
    });

    it('answers 409 the second time, with the stop that stands', async () => {
      const first = await gateway.call('POST', '/emergency_stop', { body: { reason: 'first' } });
      const second = await gateway.call('POST', '/emergency_stop', { body: { reason: 'second' } });
      expect([second.status, second.body.state.stop_id, second.body.state.reason]).toEqual([
        409,
        first.body.stop_id,
        'first',
      ]);
    });

    it('tells the state that Redis has', async () => {
      expect((await gateway.call('GET', '/emergency_stop/status')).body).toMatchObject({
        active: false,
        source: 'redis',
      });
      await redis.set(KILL_SWITCH_KEY, '1');
      expect((await gateway.call('GET', '/emergency_stop/status')).body).toMatchObject({
        active: true,
        source: 'redis',
      });
    });

    it('cannot stop a single symbol, says so, and can still not clear', async () => {
      const { status, body } = await gateway.call('POST', '/emergency_stop', {
        body: { scope: { type: 'symbol', value: 'BTCUSDT' } },
      });
      expect([status, body.code]).toEqual([503, 'SERVICE_UNREACHABLE']);
      expect(await redis.exists(KILL_SWITCH_KEY)).toBe(0);
      expect((await gateway.call('DELETE', '/emergency_stop')).status).toBe(503);
    });
  });

  it('does not wait for a risk that is silent: the key is set while it is still being asked', async () => {
    risk.on(requestStop, () => SILENCE);
    const answer = gateway.call('POST', '/emergency_stop', { body: { reason: 'hangs' } });
    await until(() => redis.get(KILL_SWITCH_KEY));
    expect((await answer).body).toMatchObject({ status: 'halted', reason: 'hangs', drained: false });
  });
});
