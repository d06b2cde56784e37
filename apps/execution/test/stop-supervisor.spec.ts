import {
  CONTRACTS_VERSION,
  EXCHANGE_CLOCK_KEY,
  EXECUTION_REPLICAS_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  STOPS_CHANNEL,
  STOPS_KEY,
  STOP_PROGRESS_KEY,
} from '@elvis/contracts';
import { Redis, ServiceIdentity, createLog } from '@elvis/platform';
import { StopScope, TradingFailure } from '@elvis/trading';
import { opened, until, writeReservation } from '@elvis/testing';
import { ExecutionConfig } from '../src/execution.config';
import { ExchangeClock } from '../src/limiter/clock/exchange-clock';
import { StopStateStore } from '../src/stops/stop-state-store';
import { StopSupervisor } from '../src/stops/stop-supervisor';
import { InFlightRequests } from '../src/orders/in-flight-requests';
import { StopHeartbeat } from '../src/stops/stop-heartbeat';
import { DrivenProgress } from '../src/stops/stop-outcomes';
import { OpenOrderCanceller } from '../src/stops/open-order-canceller';
import { WorkingOrder } from '../src/venue/venue-orders';
import { replicaOver } from './replica';
import { openStores } from './stores';
import { FakeVenue } from './venue.fake';

const log = createLog('execution', 0, 'silent');

/** An exchange that remembers what was canceled in one call, and can fill, refuse or fall silent just then. */
class SweptVenue extends FakeVenue {
  readonly inOneCall: string[] = [];
  fillsFirst: string | undefined;
  refusesToCancelAll = false;
  answersNoCancel = false;

  rest(clientOrderId: string, symbol = 'BTCUSDT', change: Partial<WorkingOrder> = {}): void {
    this.byHand({
      ...{ clientOrderId, symbol, side: 'BUY', type: 'LIMIT', status: 'NEW', filledQuantity: '0' },
      ...{ exchangeOrderId: `${10_000 + this.rested}`, quantity: '0.5', price: '61000' },
      ...change,
    });
    this.rested += 1;
  }

  override async openOrders(symbol?: string): Promise<readonly WorkingOrder[]> {
    return (await super.openOrders()).filter((order) => symbol === undefined || order.symbol === symbol);
  }

  override async cancelAll(symbol: string): Promise<void> {
    if (this.refusesToCancelAll) throw new TradingFailure('VENUE_REJECTED', 'not today');
    this.inOneCall.push(symbol);
    if (this.fillsFirst !== undefined) this.fillByHand(this.fillsFirst, '61000');
    await super.cancelAll(symbol);
    if (this.answersNoCancel) await new Promise(() => undefined);
  }

  private rested = 0;
}

describe('the stop driver', () => {
  const stores = opened(() => openStores('stop-driver-spec', 700));
  let redis: Redis;
  let venue: SweptVenue;
  let replicas: ReplicaUnderTest[] = [];

  interface ReplicaUnderTest {
    readonly redis: Redis;
    readonly store: StopStateStore;
    readonly inFlight: InFlightRequests;
    readonly heartbeat: StopHeartbeat;
    readonly stop: () => Promise<void>;
  }

  beforeAll(() => {
    ({ redis } = stores);
  });
  beforeEach(async () => {
    await redis.flushall();
    venue = new SweptVenue();
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    replicas = [];
  });

  /** A replica with a connection of its own; as if it had known this Redis for long, unless said otherwise. */
  async function startReplica(): Promise<ReplicaUnderTest> {
    const own = stores.connect();
    const { recorder } = await replicaOver(stores, venue);
    const store = new StopStateStore(own);
    const inFlight = new InFlightRequests();
    const config = Object.assign(new ExecutionConfig(), {
      SYMBOLS: ['BTCUSDT', 'ETHUSDT'],
      BUILD_ID: 'a-build',
    });
    const identity = new ServiceIdentity('execution', 0);
    const heartbeat = new LongRunning(own, store, inFlight, identity, config, log);
    const sweep = new OpenOrderCanceller(venue, venue, recorder, config, log);
    const driver = new StopSupervisor(own, store, heartbeat, sweep, stores.clock, config, log);
    heartbeat.onApplicationBootstrap();
    driver.onApplicationBootstrap();
    const stop = async (): Promise<void> => {
      await driver.onModuleDestroy();
      await heartbeat.onModuleDestroy();
      own.disconnect();
    };
    const replica = { redis: own, store, inFlight, heartbeat, stop };
    replicas.push(replica);
    return replica;
  }

  const halt = (stopId: string, change: object = {}): Promise<unknown> =>
    redis
      .multi()
      .set(KILL_SWITCH_KEY, '1')
      .hset(STOPS_KEY, stopId, JSON.stringify({ ...aStop(stopId), ...change }))
      .publish(STOPS_CHANNEL, '1')
      .exec();
  const aStop = (stopId: string, scope: StopScope = { type: 'global' }): object => ({
    ...{ stopId, scope, state: 'HALTED', epoch: 3, activatedAtMs: Date.now(), cancelOpenOrders: true },
  });
  const progressOf = async (stopId: string): Promise<DrivenProgress | undefined> => {
    const text = await redis.hget(STOP_PROGRESS_KEY, stopId);
    return text === null ? undefined : (JSON.parse(text) as DrivenProgress);
  };
  const reached = (
    stopId: string,
    condition: (progress: DrivenProgress) => boolean,
  ): Promise<DrivenProgress> =>
    until(async () => {
      const progress = await progressOf(stopId);
      return progress && condition(progress) ? progress : undefined;
    }, `the phase of ${stopId}`);
  const verified = ({ phase }: DrivenProgress): boolean => phase === 'VERIFIED_ZERO';

  it('verifies zero where nothing is in flight and nothing is open', async () => {
    await startReplica();
    await halt('s');
    const { phases, canceledOrders } = await reached('s', verified);
    expect(canceledOrders).toEqual([]);
    expect(Object.values(phases)).not.toContain(null);
  });

  it('sees a key that somebody set by hand, and drives that stop by its own name', async () => {
    venue.rest('mine');
    await startReplica();
    await redis.set(KILL_SWITCH_KEY, '1');
    expect((await reached('switch', verified)).canceledOrders).toEqual(['mine']);
  });

  it('cancels a symbol in one call, few orders singly, and tells of each what became of it', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) venue.rest(id);
    venue.rest('f', 'ETHUSDT');
    venue.fillsFirst = 'c';
    await startReplica();
    await halt('s');
    const progress = await reached('s', verified);
    expect(venue.inOneCall).toEqual(['BTCUSDT']);
    expect([...progress.canceledOrders].sort()).toEqual(['a', 'b', 'd', 'e', 'f']);
    expect(progress.filledOrders).toEqual([{ clientOrderId: 'c', symbol: 'BTCUSDT', filledQuantity: '0.5' }]);
    expect(progress.underWay).toBeUndefined();
  });

  it('cancels one by one where the exchange refuses to cancel all at once', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) venue.rest(id);
    venue.refusesToCancelAll = true;
    await startReplica();
    await halt('s');
    expect([...(await reached('s', verified)).canceledOrders].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('names the symbols whose protecting orders it cancelled while a position stands', async () => {
    venue.rest('protects', 'BTCUSDT', { type: 'STOP_MARKET', side: 'SELL', exchangeOrderId: 'algo:7' });
    venue.rest('enters', 'ETHUSDT', { type: 'STOP_MARKET', side: 'BUY', exchangeOrderId: 'algo:8' });
    venue.positions = [
      { symbol: 'BTCUSDT', quantity: '0.5', markPrice: '61000' },
      { symbol: 'ETHUSDT', quantity: '1', markPrice: '2500' },
    ];
    await startReplica();
    await halt('s');
    expect((await reached('s', verified)).unprotectedPositions).toEqual(['BTCUSDT']);
  });

  it('leaves the other symbols alone in a stop of one', async () => {
    venue.rest('a', 'BTCUSDT');
    venue.rest('b', 'ETHUSDT');
    await startReplica();
    const stop = aStop('s', { type: 'symbol', value: 'ETHUSDT' });
    await redis.multi().hset(STOPS_KEY, 's', JSON.stringify(stop)).publish(STOPS_CHANNEL, '1').exec();
    expect((await reached('s', verified)).canceledOrders).toEqual(['b']);
    expect((await venue.openOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual(['a']);
  });

  it('says what could not be cancelled, goes on trying, and verifies once it is gone', async () => {
    venue.rest('stuck');
    venue.fault = 'silent';
    await startReplica();
    await halt('s');
    const { remainingOrders } = await reached('s', ({ phase }) => phase === 'INCOMPLETE');
    expect(remainingOrders).toEqual([
      { clientOrderId: 'stuck', symbol: 'BTCUSDT', reason: expect.any(String) as string },
    ]);
    venue.fault = 'none';
    expect((await reached('s', verified)).remainingOrders).toEqual([]);
  });

  it('is not drained while a replica has something in flight, and is when that has landed', async () => {
    const { inFlight, heartbeat } = await startReplica();
    const other = await startReplica();
    other.inFlight.add('approval');
    await Promise.all([heartbeat.beatTwice(), other.heartbeat.beatTwice()]);
    await halt('s');
    const seen = await reached('s', ({ inFlight }) => inFlight === 1);
    expect([inFlight.count, seen.phases.drained]).toEqual([0, null]);
    other.inFlight.remove('approval');
    expect((await reached('s', verified)).inFlight).toBe(0);
  });

  it('says in its heartbeat which build it is and which contracts it speaks', async () => {
    const { heartbeat } = await startReplica();
    await until(async () => (await redis.hexists(EXECUTION_REPLICAS_KEY, heartbeat.replica)) === 1);
    const beat = await redis.hget(EXECUTION_REPLICAS_KEY, heartbeat.replica);
    expect(JSON.parse(beat ?? '')).toMatchObject({ build: 'a-build', contracts: CONTRACTS_VERSION });
  });

  it('waits a replica out that says nothing, until the exchange refuses whatever it may still send', async () => {
    const { store } = await startReplica();
    await until(async () => {
      await stores.clock.measure();
      return stores.clock.errorMs() < 400;
    });
    await store.writeHeartbeat('sleeper', 0, 1, { build: 'a-build', contracts: CONTRACTS_VERSION });
    await halt('s');
    const { phases } = await reached('s', verified);
    // recvWindow 1,000 + a second ahead + the largest clock error 500 + margin 250, less what a wall clock's label may be
    // off by: also where the error of now is next to nothing, as here, since the grant's is not known.
    expect(Number(phases.drained) - Number(phases.blocked)).toBeGreaterThan(2_700);
  });

  it('takes no word from before Redis was emptied for a confirmation', async () => {
    const { inFlight, heartbeat } = await startReplica();
    // Numbers that the emptied counter will not reach for long.
    for (let time = 0; time < 50; time += 1) await heartbeat.beatTwice();
    inFlight.add('left-before-it-was-emptied');
    await redis.flushall();
    await halt('s');
    const { phases } = await reached('s', verified);
    expect(Number(phases.drained) - Number(phases.blocked)).toBeGreaterThan(2_700);
  });

  it('takes what stands in Redis for other books once it was emptied, and does not trust them for a while', async () => {
    const { store, redis: own } = await startReplica();
    const known = new StopHeartbeat(
      ...([own, store, new InFlightRequests(), new ServiceIdentity('execution', 1)] as const),
      ...([new ExecutionConfig(), log] as const),
    );
    await known.beatTwice();
    const before = (await store.readState()).incarnation;
    await until(() => Promise.resolve(known.knownForMs(before) > 5));
    await redis.flushall();
    await known.beatTwice();
    const after = (await store.readState()).incarnation;
    expect(after).not.toBe(before);
    expect(known.knownForMs(before)).toBe(0);
    await until(() => Promise.resolve(known.knownForMs(after) > 0));
    await redis.hdel(EXECUTION_REPLICAS_KEY, known.replica);
  });

  it.each([
    [450, true],
    [900, false],
    [1_400, false],
  ])(
    'with a clock that is off by the %i ms it was measured to leaves nothing behind that is accepted after the drain',
    async (errorMs, leaves) => {
      // Redis believes an exchange that is ahead by the whole error, and the replica one that is ahead by it once more.
      const clock = new ExchangeClock(
        redis,
        () => Promise.resolve(Date.now() + 700 + 2 * errorMs),
        stores.run,
      );
      await clock.measure();
      await stores.letTrade();
      await redis.hincrby(EXCHANGE_CLOCK_KEY, 'thetaMs', errorMs);
      await redis.hset(EXCHANGE_CLOCK_KEY, 'errorMs', errorMs);
      await writeReservation(redis, 'a', '{}');
      const { store } = await startReplica();
      await store.writeHeartbeat('sender', 0, 1, { build: 'a-build', contracts: CONTRACTS_VERSION });
      const send = { clientOrderId: 'a', approvalId: 'a-1', epoch: 7, purpose: 'trade' as const };
      const { gate } = await replicaOver({ ...stores, clock }, venue);
      const permission = await gate.requestPermission({
        ...{
          market: 'futures',
          cost: { weight: 0, orders: 1, ordersLong: 1 },
          priority: 'P2',
          sharer: undefined,
        },
        orders: [{ ...send, sendByMs: clock.now() + 3_000 }],
      });
      expect(permission.kind).toBe(leaves ? 'granted' : 'refused');
      await halt('s', { epoch: 8 });
      const { phases } = await reached('s', verified);
      // The sender sleeps with its leave in hand, and the exchange's clock is 700 ms ahead of this machine's.
      const acceptedUntilMs =
        permission.kind === 'granted'
          ? permission.grant.timestampMs + permission.grant.recvWindowMs - 700
          : 0;
      expect(Number(phases.drained)).toBeGreaterThan(acceptedUntilMs);
    },
    180_000,
  );

  it('waits for a grant that stood at the block until it is answered, and for none of a later epoch', async () => {
    const { store } = await startReplica();
    await until(async () => (await store.readState()).replicas.length === 1);
    await redis.hset(GRANTS_KEY, 'before', stores.clock.now() + 3_600_000);
    await halt('s');
    await reached('s', ({ inFlight }) => inFlight === 1);
    await redis.hset(GRANTS_KEY, 'flatten-of-later', stores.clock.now() + 3_600_000);
    await redis.hdel(GRANTS_KEY, 'before');
    await reached('s', verified);
    expect((await store.readState()).grants.has('flatten-of-later')).toBe(true);
  });

  it('is replaced where it is cut off, and the next one tells what became of the orders under way', async () => {
    for (const id of ['a', 'b', 'c', 'd']) venue.rest(id);
    venue.answersNoCancel = true;
    const first = await startReplica();
    await until(async () => (await redis.get('ELVIS_ROLE:stop-driver')) === first.heartbeat.replica);
    const second = await startReplica();
    await halt('s');
    await until(() => Promise.resolve(venue.inOneCall.length > 0));
    venue.answersNoCancel = false;
    first.redis.disconnect();
    const { canceledOrders } = await reached('s', verified);
    expect([...canceledOrders].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await redis.get('ELVIS_ROLE:stop-driver')).toBe(second.heartbeat.replica);
  });

  it('writes nothing over the progress of a later driver', async () => {
    const { store } = await startReplica();
    await halt('s');
    const progress = await reached('s', verified);
    expect(await store.writeProgress({ ...progress, phase: 'DRAINED' }, 1_000)).toBe(true);
    expect(await store.writeProgress({ ...progress, phase: 'BLOCKED' }, 999)).toBe(false);
    expect((await progressOf('s'))?.phase).toBe('DRAINED');
  });

  it('cancels nothing more once the stop has ended', async () => {
    await startReplica();
    await halt('s');
    await reached('s', verified);
    await redis.multi().del(KILL_SWITCH_KEY, STOPS_KEY).publish(STOPS_CHANNEL, '1').exec();
    await until(async () => (await redis.hlen(STOP_PROGRESS_KEY)) === 0);
    venue.rest('after');
    await halt('later', { cancelOpenOrders: false });
    await reached('later', ({ phases }) => phases.drained !== null);
    expect((await venue.openOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual(['after']);
  });

  it('confirms only what had ended when it beat, and signs off with nothing in flight', async () => {
    const { heartbeat, inFlight, stop } = await startReplica();
    const beatOf = async (): Promise<{ clear: number; inFlight: number }> =>
      JSON.parse((await redis.hget(EXECUTION_REPLICAS_KEY, heartbeat.replica)) ?? '{}') as {
        clear: number;
        inFlight: number;
      };
    inFlight.add('approval');
    await heartbeat.beatTwice();
    const { clear } = await beatOf();
    await heartbeat.beatTwice();
    expect(await beatOf()).toEqual(expect.objectContaining({ clear, inFlight: 1 }));
    inFlight.remove('approval');
    await heartbeat.beatTwice();
    await until(async () => (await beatOf()).clear > clear);
    replicas = [];
    await stop();
    expect(await redis.hexists(EXECUTION_REPLICAS_KEY, heartbeat.replica)).toBe(0);
  });
});

/** Has known these books in Redis since before any stop, so that the short bound applies. */
class LongRunning extends StopHeartbeat {
  override knownForMs(): number {
    return 3_600_000;
  }
}
