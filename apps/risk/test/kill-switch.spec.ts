import {
  ClearReply,
  HALTS_BUCKET,
  HALTS_KEY,
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  KillSwitchChanged,
  STOPS_KEY,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
  clearStop,
  getStopStatus,
  requestStop,
} from '@elvis/contracts';
import { createLog, natsOptions } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, connect } from 'nats';
import { startRedis, until } from '@elvis/testing';
import { HaltRecord } from '../src/kill-switch/domain/halt-record';
import { RedisIncarnation } from '../src/exposure/redis-incarnation';
import { HaltKeys } from '../src/kill-switch/halt-keys';
import { RiskFleet, anOrder } from './risk-fleet';

describe('the kill switch', () => {
  let fleet: RiskFleet;

  beforeEach(async () => {
    fleet = await RiskFleet.start({}, 2);
  });
  afterEach(() => fleet?.stop());

  const halt = (change = {}) =>
    fleet.caller.request(requestStop, { actor: 'operator', remoteIp: '10.0.0.7', reason: 'test', ...change });
  const clear = (change = {}) =>
    fleet.caller.request(clearStop, { actor: 'operator', reason: 'all well', ...change });
  /** As a person does who is told to wait: each replica reads for itself how far a stop has come. */
  const clearOnceVerified = async (): Promise<ClearReply> => {
    let reply: ClearReply | undefined;
    await until(async () => (reply = await clear()) !== undefined, 'the stop is verified and ended');
    return reply!;
  };
  const status = () => fleet.caller.request(getStopStatus, {});
  const failureOf = (work: Promise<unknown>): Promise<TradingFailure | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => error as TradingFailure,
    );
  const codeOf = () => fleet.outcomeOf(anOrder());
  const permit = () => fleet.redis.get(TRADING_PERMIT_KEY);
  const record = async (): Promise<HaltRecord> => {
    const connection = await connect(natsOptions(fleet.nats.urls.operator, 'operator'));
    const reply = await connection.request(
      `$JS.API.STREAM.MSG.GET.KV_${HALTS_BUCKET}`,
      JSONCodec().encode({ last_by_subj: `$KV.${HALTS_BUCKET}.${HALTS_KEY}` }),
    );
    await connection.close();
    const { data } = reply.json<{ message: { data: string } }>().message;
    return JSON.parse(Buffer.from(data, 'base64').toString()) as HaltRecord;
  };

  it('answers when the open orders are verified gone, says which stores took it and refuses every new order', async () => {
    fleet.openOrders = ['a', 'b'];
    const before = Number(await permit());
    const reply = await halt();
    expect(reply).toMatchObject({
      phase: 'VERIFIED_ZERO',
      drained: true,
      canceledOrders: 2,
      reason: 'test',
      activatedBy: 'operator',
      remoteIp: '10.0.0.7',
      redisPersisted: true,
      durable: true,
      added: true,
    });
    expect(reply.epoch).toBeGreaterThan(before);
    expect(await fleet.redis.get(KILL_SWITCH_KEY)).toBe('1');
    expect(JSON.parse((await fleet.redis.get(KILL_SWITCH_META_KEY))!)).toMatchObject({
      stopId: reply.stopId,
      actor: 'operator',
      reason: 'test',
      epoch: reply.epoch,
      state: 'HALTED',
    });
    expect(await permit()).toBeNull();
    expect((await record()).stops).toMatchObject([{ stopId: reply.stopId, epoch: reply.epoch }]);
    expect(await codeOf()).toBe('STATE_HALTED');
    expect(await status()).toMatchObject({
      active: true,
      source: 'redis',
      phase: 'VERIFIED_ZERO',
      epoch: reply.epoch,
      durable: true,
    });
    const told = () => fleet.eventsOf('elvis.event.kill-switch.activated');
    await until(() => told().length > 0, 'the stop is an event');
    expect(told()[0]?.data as KillSwitchChanged).toMatchObject({
      stopId: reply.stopId,
      redisPersisted: true,
      durable: true,
    });
  });

  it('takes a stop of every symbol that the exchange lists, and none of one that it cannot list', async () => {
    const values = ['BTCUSDT_261225', '币安人生USDT'];
    for (const value of values) {
      const scope = { type: 'symbol', value } as const;
      expect(await halt({ scope })).toMatchObject({ scope, phase: 'VERIFIED_ZERO', durable: true });
    }
    expect((await status()).scopes.map(({ scope }) => scope.value)).toEqual(values);
    expect((await record()).stops.map(({ scope }) => scope.value)).toEqual(values);
    for (const value of ['btcusdt', 'BTC USDT', ''])
      expect(await failureOf(halt({ scope: { type: 'symbol', value } }))).toMatchObject({
        code: 'MESSAGE_MALFORMED',
      });
    expect(await codeOf()).not.toBe('STATE_HALTED');
  });

  it('answers a stop that adds nothing with the one that stands, and escalates one that adds', async () => {
    const first = await halt({ cancelOpenOrders: false });
    const failure = await failureOf(halt({ cancelOpenOrders: false }));
    expect(failure).toMatchObject({
      code: 'STOP_ADDS_NOTHING',
      context: { stopId: first.stopId, epoch: first.epoch },
    });
    const second = await halt();
    expect(second).toMatchObject({ stopId: first.stopId, added: true });
    expect(second.epoch).toBeGreaterThan(first.epoch);
  });

  it('is ended by a clear that names what it ends, under a newer epoch', async () => {
    const { stopId, epoch } = await halt();
    const reply = await clear();
    expect(reply).toMatchObject({
      redisUpdated: true,
      durable: true,
      wasActive: true,
      clearedStops: [stopId],
      reason: 'all well',
    });
    expect(reply.epoch).toBeGreaterThan(epoch);
    expect(await fleet.redis.exists(KILL_SWITCH_KEY, KILL_SWITCH_META_KEY, STOPS_KEY)).toBe(0);
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
    expect(await permit()).toBe(`${reply.epoch}`);
    expect(await status()).toMatchObject({ active: false, phase: null, scopes: [] });
    expect(await clear()).toMatchObject({ wasActive: false, clearedStops: [] });
  });

  it('is not brought back by a replica that comes late with the record from before the clear', async () => {
    const { epoch } = await halt();
    const before = await record();
    expect(before.stops).toHaveLength(1);
    const reply = await clearOnceVerified();
    expect(reply.epoch).toBeGreaterThan(epoch);
    const late = new HaltKeys(fleet.redis, new RedisIncarnation(fleet.redis), createLog('risk', 2, 'silent'));
    expect(await late.restore(before)).toBe(false);
    expect(await fleet.redis.hlen(STOPS_KEY)).toBe(0);
    expect(await fleet.redis.get(TRADING_EPOCH_KEY)).toBe(`${reply.epoch}`);
    expect(await codeOf()).toBe('NEW');
  });

  it('stands in Redis again if it is lost there alone, whatever epoch Redis has come to', async () => {
    const { stopId, epoch } = await halt();
    await fleet.redis
      .multi()
      .hdel(STOPS_KEY, stopId)
      .del(KILL_SWITCH_KEY)
      .set(TRADING_EPOCH_KEY, epoch + 5)
      .exec();
    await until(async () => (await fleet.redis.hexists(STOPS_KEY, stopId)) === 1, 'Redis has the stop');
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(1);
    expect(await permit()).toBeNull();
    expect(await codeOf()).toBe('STATE_HALTED');
  });

  it('answers after its time with the phase it has reached, and drains by the bound where nobody drives', async () => {
    fleet.driver = 'dead';
    fleet.openOrders = ['a'];
    const reply = await halt();
    expect(reply).toMatchObject({ phase: 'DRAINED', drained: true });
    expect(reply.phases.drained! - reply.phases.blocked!).toBeGreaterThanOrEqual(4_700);
    expect(fleet.cancels).not.toHaveLength(0);
    await until(async () => (await status()).phase === 'VERIFIED_ZERO', 'the bus has cancelled everything');
  });

  it('is not cleared before it is verified, unless somebody forces it and says why', async () => {
    fleet.driver = 'drains';
    const halting = halt();
    await until(async () => (await status()).phase === 'DRAINED', 'it is drained');
    expect(await failureOf(clear())).toMatchObject({ code: 'STOP_NOT_VERIFIED' });
    expect(await failureOf(clear({ force: true, reason: undefined }))).toMatchObject({
      code: 'STOP_NOT_VERIFIED',
    });
    expect(await clear({ force: true })).toMatchObject({ wasActive: true });
    await halting;
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('leaves only reducing orders for as long as a clear asks, and then ends that by itself', async () => {
    await halt();
    const { reducingUntilMs } = await clear({ rampSeconds: 4 });
    expect(reducingUntilMs).toBeDefined();
    await until(async () => {
      const { scopes } = await status();
      return scopes.length === 1 && scopes[0]?.scope.type === 'global' && scopes[0].state === 'REDUCING';
    }, 'whichever replica answers says REDUCING');
    await until(async () => (await status()).scopes.length === 0, 'the time of reducing ends');
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('waits for another person to confirm a clear where two are asked for', async () => {
    await fleet.stopReplicas();
    await fleet.addReplica({ KILL_SWITCH_TWO_PERSON_CLEAR: 'true' });
    const { stopId } = await halt();
    const [alice, bob] = [['user:alice'], ['user:bob']];
    const first = await clear({ actor: 'user:alice', persons: alice });
    expect(first).toMatchObject({ wasActive: true, clearedStops: [] });
    expect(first.pendingUntilMs).toBeDefined();
    expect(await clear({ actor: 'user:alice', persons: alice })).toMatchObject({ clearedStops: [] });
    expect(await clear({ actor: 'key:1', persons: alice })).toMatchObject({ clearedStops: [] });
    expect(await codeOf()).toBe('STATE_HALTED');
    expect(await clear({ actor: 'user:bob', persons: bob })).toMatchObject({ clearedStops: [stopId] });
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('flattens what the exchange shows, with reduce-only orders that the halt lets pass', async () => {
    const position = { symbol: 'BTCUSDT', entryPrice: '60000', markPrice: '60000', unrealizedPnl: '0' };
    fleet.account = { balances: [], positions: [{ ...position, quantity: '-130' }] };
    const { stopId } = await halt({ flatten: true });
    await until(() => fleet.placed.length >= 2, 'the position is closed in parts');
    fleet.account = { balances: [], positions: [] };
    await until(async () => (await status()).phase === 'VERIFIED_FLAT', 'the account is flat');
    const [large, rest] = fleet.placed;
    expect(large!.order).toMatchObject({ side: 'BUY', type: 'MARKET', quantity: '120', reduceOnly: true });
    expect(rest!.order).toMatchObject({ side: 'BUY', quantity: '10', actor: `kill-switch:${stopId}` });
    expect(large!.approval.purpose).toBe('flatten');
    expect(await codeOf()).toBe('STATE_HALTED');
  });

  const long = { symbol: 'BTCUSDT', entryPrice: '60000', markPrice: '60000', unrealizedPnl: '0' };

  it('names the positions that stand, in its answer and in its status, until the exchange shows them closed', async () => {
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0.010' }] };
    const { remainingPositions } = await halt({ flatten: true });
    expect(remainingPositions).toMatchObject([{ symbol: 'BTCUSDT', quantity: '0.010' }]);
    await until(() => fleet.placed.length > 0, 'the position is being closed');
    expect((await status()).remainingPositions).toMatchObject([{ symbol: 'BTCUSDT', quantity: '0.010' }]);
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0' }] };
    await until(async () => (await status()).phase === 'VERIFIED_FLAT', 'the account is flat');
    expect(await status()).toMatchObject({ remainingPositions: [], remainingOrders: [] });
  });

  it('names what stands without a flatten as well, and only in its own scope', async () => {
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0.010' }] };
    await halt({ scope: { type: 'symbol', value: 'ETHUSDT' } });
    const told = async (): Promise<string> => JSON.stringify((await status()).remainingPositions);
    await until(async () => (await told()) === '[]', 'the positions have been read');
    await halt();
    const standing = { symbol: 'BTCUSDT', quantity: '0.010', reason: 'the stop was not asked to flatten' };
    await until(async () => (await told()) === JSON.stringify([standing]), 'they have been read anew');
  });

  it('closes both sides of an account in hedge mode, each by its own side', async () => {
    fleet.account = {
      balances: [],
      positions: [
        { ...long, positionSide: 'LONG', quantity: '0.004' },
        { ...long, positionSide: 'SHORT', quantity: '-0.003' },
      ],
    };
    const { remainingPositions } = await halt({ flatten: true });
    expect(remainingPositions).toMatchObject([
      { symbol: 'BTCUSDT', positionSide: 'LONG', quantity: '0.004' },
      { symbol: 'BTCUSDT', positionSide: 'SHORT', quantity: '-0.003' },
    ]);
    await until(() => fleet.placed.length >= 2, 'both are being closed');
    fleet.account = { balances: [], positions: [] };
    await until(async () => (await status()).phase === 'VERIFIED_FLAT', 'the account is flat');
    const closing = fleet.placed.slice(0, 2).map(({ order }) => order);
    expect(closing.find(({ positionSide }) => positionSide === 'LONG')).toMatchObject({
      ...{ side: 'SELL', quantity: '0.004', type: 'MARKET', reduceOnly: true },
    });
    expect(closing.find(({ positionSide }) => positionSide === 'SHORT')).toMatchObject({
      ...{ side: 'BUY', quantity: '0.003', type: 'MARKET', reduceOnly: true },
    });
  });

  it('is incomplete, with the reason, while a position cannot be closed', async () => {
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0.010' }] };
    fleet.behaviours = [{ fail: 'VENUE_REJECTED' }];
    await halt({ flatten: true });
    await until(async () => (await status()).phase === 'INCOMPLETE', 'it has been tried in vain');
    expect((await status()).remainingPositions).toEqual([
      { symbol: 'BTCUSDT', quantity: '0.010', reason: 'its closing order was not placed: as the test asked' },
    ]);
    expect((await failureOf(clear()))?.code).toBe('STOP_NOT_VERIFIED');
    fleet.account = { balances: [], positions: [] };
    await until(async () => (await status()).phase === 'VERIFIED_FLAT', 'somebody else has closed it');
  });

  it('tells how far a flatten is, also beside an automatic stop that was not asked for one', async () => {
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0.010' }] };
    fleet.behaviours = [{ fail: 'VENUE_REJECTED' }];
    const automatic = await halt({ actor: 'auto:account-mode' });
    const asked = await halt({ flatten: true });
    expect(asked.stopId).not.toBe(automatic.stopId);
    await until(async () => (await status()).phase === 'INCOMPLETE', 'the flatten has been tried in vain');
    fleet.account = { balances: [], positions: [] };
    await until(async () => (await status()).phase === 'VERIFIED_FLAT', 'the account is flat');
  });

  it('never says that what cannot be read is flat', async () => {
    fleet.account = { balances: [], positions: [{ ...long, quantity: '0.010' }] };
    fleet.behaviours = [{ fail: 'VENUE_REJECTED' }];
    await halt({ flatten: true });
    await until(() => fleet.placed.length > 0, 'the position is being closed');
    fleet.account = undefined;
    await until(
      async () => (await status()).remainingPositions?.some(({ symbol }) => symbol === '*') ?? false,
      'the positions cannot be read',
    );
    await until(async () => (await status()).phase === 'INCOMPLETE', 'it has been tried in vain');
    expect((await status()).remainingPositions).toMatchObject([
      { symbol: 'BTCUSDT', quantity: '0.010' },
      { symbol: '*', quantity: null, reason: 'the positions cannot be read: as the test asked' },
    ]);
  });

  it('refuses to flatten a bot, which has no position of its own', async () => {
    const scope = { type: 'bot' as const, value: 'a-bot' };
    expect(await failureOf(halt({ scope, flatten: true }))).toMatchObject({ code: 'MESSAGE_MALFORMED' });
  });

  it('refuses a clear by somebody who has not seen the newest stop', async () => {
    const { epoch } = await halt();
    expect(await failureOf(clear({ epoch: epoch - 1 }))).toMatchObject({ code: 'STOP_NEWER_THAN_CLEAR' });
    expect(await codeOf()).toBe('STATE_HALTED');
    expect(await clear({ epoch })).toMatchObject({ wasActive: true });
  });

  it('stops one symbol and leaves the others alone', async () => {
    const scope = { type: 'symbol' as const, value: 'BTCUSDT' };
    await halt({ scope });
    expect(fleet.driven.at(-1)).toEqual(scope);
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(0);
    expect(await codeOf()).toBe('STATE_HALTED');
    await clearOnceVerified();
    await halt({ scope: { type: 'symbol', value: 'ETHUSDT' } });
    await until(async () => (await codeOf()) === 'NEW', 'another symbol trades on');
  });

  it('raises the epoch with every tightening, so that an approval from before it dies', async () => {
    await codeOf();
    const before = fleet.placed.at(-1)!.approval.epoch;
    const { epoch } = await halt({ scope: { type: 'bot', value: 'a-bot' } });
    expect(epoch).toBeGreaterThan(before);
    await until(async () => Number(await permit()) === epoch, 'the permit stands under the new epoch');
  });

  it('takes a key set by hand for a stop by redis, within a second', async () => {
    await fleet.redis.set(KILL_SWITCH_KEY, 'yes please');
    expect(await codeOf()).toBe('STATE_HALTED');
    await until(async () => (await fleet.redis.hlen(STOPS_KEY)) === 1, 'the stop is written down');
    await until(async () => (await record()).stops.length === 1, 'the stop is durable');
    expect((await record()).stops).toMatchObject([
      { actor: 'redis', state: 'HALTED', scope: { type: 'global' } },
    ]);
    await until(() => fleet.driven.length > 0, 'open orders are cancelled');
    expect(await permit()).toBeNull();
    await clearOnceVerified();
    expect(await fleet.redis.exists(KILL_SWITCH_KEY)).toBe(0);
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('is set again when somebody deletes the key by hand', async () => {
    await halt();
    await fleet.redis.del(KILL_SWITCH_KEY, KILL_SWITCH_META_KEY);
    expect(await codeOf()).toBe('STATE_HALTED');
    await until(async () => (await fleet.redis.exists(KILL_SWITCH_KEY)) === 1, 'the key stands again');
    expect(JSON.parse((await fleet.redis.get(KILL_SWITCH_META_KEY))!)).toMatchObject({ actor: 'operator' });
    expect(await permit()).toBeNull();
  });

  it('stands in an emptied Redis again, and nothing is permitted meanwhile', async () => {
    const { epoch } = await halt();
    await fleet.redis.flushall();
    expect(await permit()).toBeNull();
    await until(async () => (await fleet.redis.exists(KILL_SWITCH_KEY)) === 1, 'the key stands again');
    expect(Number(await fleet.redis.get(TRADING_EPOCH_KEY))).toBeGreaterThanOrEqual(epoch);
    expect(await codeOf()).toBe('STATE_HALTED');
  });

  it('outlives every replica of risk and an emptied Redis', async () => {
    await halt();
    await fleet.stopReplicas();
    await fleet.redis.flushall();
    await fleet.addReplica();
    await fleet.measureClock();
    expect(await codeOf()).toBe('STATE_HALTED');
    await until(async () => (await fleet.redis.exists(KILL_SWITCH_KEY)) === 1, 'the key stands again');
  });

  it('is taken without Redis, and permits nothing when Redis comes back empty', async () => {
    const { port, password } = fleet.redisServer;
    await fleet.redisServer.stop();
    const reply = await halt();
    expect(reply).toMatchObject({ redisPersisted: false, durable: true });
    expect(await status()).toMatchObject({ active: true, source: 'memory', durable: true });
    expect(await failureOf(clear())).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    fleet.redisServer = await startRedis({ port, password });
    await until(
      async () => (await fleet.redis.exists(KILL_SWITCH_KEY)) === 1,
      'the key stands in the new Redis',
    );
    expect(await permit()).toBeNull();
    await fleet.measureClock();
    await until(async () => (await codeOf()) === 'STATE_HALTED', 'orders are refused');
    await until(async () => (await status()).phase === 'VERIFIED_ZERO', 'the new Redis has it verified');
    expect(await clearOnceVerified()).toMatchObject({ redisUpdated: true, wasActive: true });
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('lets no order pass while Redis is away', async () => {
    await fleet.redisServer.stop();
    expect(await codeOf()).toBe('STORE_UNAVAILABLE');
  });

  it('lets no order pass before both stores have been read', async () => {
    const { port, password } = fleet.redisServer;
    await fleet.stopReplicas();
    await fleet.redisServer.stop();
    await fleet.addReplica({}, false);
    let code = '';
    await until(async () => (code = await codeOf()) !== 'SERVICE_UNREACHABLE', 'the replica answers');
    expect(code).toMatch(/STATE_UNKNOWN|STORE_UNAVAILABLE|VENUE_UNREACHABLE/);
    expect(await status()).toMatchObject({ active: true, source: 'memory', epoch: 0 });
    fleet.redisServer = await startRedis({ port, password });
    await fleet.measureClock();
    await until(async () => (await codeOf()) === 'NEW', 'orders pass');
  });

  it('knows nothing where the durable record cannot be understood, until a person stops and clears', async () => {
    const connection = await connect(natsOptions(fleet.nats.urls.risk, 'vandal'));
    await connection
      .jetstream()
      .publish(`$KV.${HALTS_BUCKET}.${HALTS_KEY}`, JSONCodec().encode({ version: 9 }));
    await connection.close();
    await until(async () => (await permit()) === null, 'the permit lapses');
    expect(await codeOf()).toBe('PERMIT_MISSING');
    expect(await failureOf(clear())).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await fleet.stopReplicas();
    await fleet.addReplica({}, false);
    await until(async () => (await codeOf()) === 'STATE_UNKNOWN', 'a new replica knows nothing');
    expect(await halt()).toMatchObject({ durable: true });
    await clearOnceVerified();
    await until(async () => (await codeOf()) === 'NEW', 'orders pass again');
  });

  it('gives the permit 2 s from before the record was read, and renews it', async () => {
    await until(async () => (await permit()) !== null, 'there is a permit');
    const life = await fleet.redis.pttl(TRADING_PERMIT_KEY);
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(2_000);
    await fleet.stopReplicas();
    await until(async () => (await permit()) === null, 'the permit lapses without risk');
  });

  it('makes one stop of identical ones that race, whichever replica they come to', async () => {
    const race = async (): Promise<number> => {
      const replies = await Promise.allSettled(Array.from({ length: 12 }, () => halt()));
      const refused = replies.filter((reply) => reply.status === 'rejected');
      expect(refused.map(({ reason }) => (reason as TradingFailure).code)).toEqual(
        refused.map(() => 'STOP_ADDS_NOTHING'),
      );
      const { stops } = await record();
      expect(await fleet.redis.hkeys(STOPS_KEY)).toHaveLength(stops.length);
      await clear({ force: true });
      return stops.length;
    };
    // A Redis that takes longer than a stop may wait for it makes two of them: both are in force, and both are ended.
    await until(async () => (await race()) === 1, 'one stop stands');
  });

  it('ends in the state the newest epoch says when stops and clears race', async () => {
    const calls = Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? clear() : halt()));
    const replies = await Promise.allSettled(calls);
    const unexpected = replies.filter(
      (reply) =>
        reply.status === 'rejected' &&
        !['STOP_ADDS_NOTHING', 'STOP_NEWER_THAN_CLEAR', 'STOP_NOT_VERIFIED'].includes(
          (reply.reason as TradingFailure).code,
        ),
    );
    expect(unexpected).toEqual([]);
    const { stops } = await record();
    const isHalted = stops.length > 0;
    await until(
      async () => ((await fleet.redis.exists(KILL_SWITCH_KEY)) === 1) === isHalted,
      'Redis agrees with the record',
    );
    await until(
      async () => (await codeOf()) === (isHalted ? 'STATE_HALTED' : 'NEW'),
      'orders are treated so',
    );
  });
});
