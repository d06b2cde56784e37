/** Execution on a really stopped Redis: which orders still leave, and how the books take them in when it is back. */
import {
  Approval,
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  MAX_CLOCK_ERROR_MS,
  PlaceOrder,
  SubmitOrder,
  TRADING_PERMIT_KEY,
  positionField,
  reservationField,
  signApproval,
} from '@elvis/contracts';
import { Redis, connectNats } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PrivateNats,
  PrivateRedis,
  buildExposure,
  holdPosition,
  startNats,
  startRedis,
  until,
} from '@elvis/testing';
import { FreshPositions } from '../src/facts/fresh-positions';
import { ExchangeClock } from '../src/limiter/clock/exchange-clock';
import { RedisRun } from '../src/limiter/clock/redis-run';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { FakeVenue } from './venue.fake';

const POSITION = positionField('futures', 'BTCUSDT');

describe('while Redis is away, an order in execution', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-outage-'));
  let redisServer: PrivateRedis;
  let natsServer: PrivateNats;
  let redis: Redis;
  let nats: Awaited<ReturnType<typeof connectNats>>;
  let clock: ExchangeClock;
  let venue: FakeVenue;
  let replica: Replica;

  beforeAll(async () => {
    [redisServer, natsServer] = await Promise.all([startRedis({ folder, lasting: true }), startNats()]);
    redis = new Redis({
      ...{ host: redisServer.host, port: redisServer.port, password: redisServer.password, protocol: 2 },
      ...{ enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => 50 },
    });
    redis.on('error', () => undefined);
    nats = await connectNats(natsServer.urls.execution, 'execution-spec');
    await answers();
  });
  afterAll(async () => {
    redis.disconnect();
    await nats.close();
    await Promise.all([redisServer.stop(), natsServer.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await redis.flushall();
    const run = new RedisRun(redis);
    await run.refresh();
    clock = new ExchangeClock(redis, () => Promise.resolve(Date.now() + 700), run);
    venue = new FakeVenue();
    replica = await replicaOver({ redis, nats, run, clock }, venue);
    await clock.measure();
    await clock.publishTheta();
    await redis.set(TRADING_PERMIT_KEY, '7');
    await buildExposure(redis, 'first');
    await holdPosition(redis, 'BTCUSDT', '1');
    await replica.outage.enterAll();
  });

  const answers = (): Promise<void> =>
    until(() => redis.ping().then(Boolean, () => false), 'Redis to answer', 20_000);
  const disconnectRedis = async (): Promise<void> => {
    await redisServer.stop();
    await until(() => redis.status !== 'ready', 'Redis to be missed', 20_000);
  };
  const comeBack = async (): Promise<void> => {
    const { port, password } = redisServer;
    redisServer = await startRedis({ folder, port, password, lasting: true });
    await answers();
  };

  const reducing = (change: Partial<SubmitOrder> = {}): SubmitOrder => ({
    ...{ clientOrderId: `out:${randomUUID().slice(0, 8)}`, actor: 'spec', market: 'futures' },
    ...{ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.25', reduceOnly: true },
    ...change,
  });
  const approved = (order: SubmitOrder, change: Partial<Approval> = {}): PlaceOrder => {
    const unsigned = {
      ...{ approvalId: randomUUID(), decisionId: randomUUID(), epoch: 7, purpose: 'reduce' as const },
      sendByMs: clock.now() + 2_000,
      ...change,
    };
    return { order, approval: signApproval(unsigned, order, APPROVAL_KEY) };
  };
  const codeOf = (placing: PlaceOrder): Promise<string> =>
    replica.engine.place(placing).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof TradingFailure ? error.code : String(error)),
    );
  const exposure = (): Promise<Record<string, string>> => redis.hgetall(EXPOSURE_KEY);

  it.each<[what: string, order: Partial<SubmitOrder>, approval: Partial<Approval>, code: string]>([
    ['that may open', { reduceOnly: false }, { purpose: 'trade' }, 'ACCOUNT_UNAVAILABLE'],
    ['that reduces, approved the usual way', {}, { purpose: 'trade' }, 'STORE_UNAVAILABLE'],
    ['that flattens', {}, { purpose: 'flatten' }, 'STORE_UNAVAILABLE'],
    ['whose time is over', {}, { sendByMs: 1_000 }, 'SEND_TOO_LATE'],
    ['that is not reduce-only, whatever its approval says', { reduceOnly: false }, {}, 'APPROVAL_INVALID'],
    ['of spot', { market: 'spot' }, {}, 'APPROVAL_INVALID'],
  ])('%s does not leave', async (_what, order, approval, code) => {
    await disconnectRedis();
    const given = await codeOf(approved(reducing(order), approval));
    await comeBack();
    expect(given).toMatch(code);
    expect(venue.received).toEqual([]);
  });

  it('does not leave by a clock that may be further off than a stop reckons with', async () => {
    await disconnectRedis();
    const doubtful = new ExchangeClock(redis, () => Promise.reject(new Error('silent')), new RedisRun(redis));
    const at = performance.now();
    doubtful.adoptTime(clock.now(), MAX_CLOCK_ERROR_MS, at, at);
    replica = await replicaOver({ redis, nats, run: new RedisRun(redis), clock: doubtful }, venue);
    const given = await codeOf(approved(reducing()));
    await comeBack();
    expect(given).toBe('CLOCK_UNCERTAIN');
    const reading = new FreshPositions(venue, venue, doubtful).readPosition('BTCUSDT');
    await expect(reading).rejects.toMatchObject({ code: 'CLOCK_UNCERTAIN' });
    expect(venue.received).toEqual([]);
  });

  it('that is approved to reduce without Redis leaves once, and stands in the journal like any other', async () => {
    await disconnectRedis();
    const placing = approved(reducing());
    expect(await codeOf(placing)).toBe('FILLED');
    expect(await codeOf(placing)).toBe('FILLED');
    expect(venue.received.map(({ order }) => order.clientOrderId)).toEqual([placing.order.clientOrderId]);
    const { timing } = venue.received[0]!;
    expect(timing.timestampMs).toBeLessThanOrEqual(placing.approval.sendByMs);
    expect((await replica.recorder.findEntry(placing.order.clientOrderId))?.record).toMatchObject({
      type: 'OUTCOME',
      approvalId: placing.approval.approvalId,
    });
    await comeBack();
  });

  it('that is approved to reduce without Redis does not leave while Redis answers: the script has no reservation', async () => {
    expect(await codeOf(approved(reducing()))).toBe('RESERVATION_MISSING');
    expect(venue.received).toEqual([]);
  });

  it('moves its fills into the position once Redis is back with its books, exactly once', async () => {
    await disconnectRedis();
    const { order, approval } = approved(reducing());
    await codeOf({ order, approval });
    await comeBack();
    await until(
      async () => {
        await replica.outage.enterAll();
        await replica.userEvents.applyFill('futures', (await venue.fillsOf(order as never))[0]!);
        return (await exposure())[POSITION] === '0.75';
      },
      'the fill to be in the position',
      150_000,
    );
    await replica.outage.enterAll();
    expect(await exposure()).toEqual({ [EXPOSURE_GENERATION_FIELD]: 'first', [POSITION]: '0.75' });
  });

  it('holds a reservation again if it rests when Redis is back', async () => {
    await disconnectRedis();
    const { order, approval } = approved(reducing({ type: 'LIMIT', price: '61000' }));
    expect(await codeOf({ order, approval })).toBe('NEW');
    await comeBack();
    const field = reservationField(order.clientOrderId);
    await until(
      async () => {
        await replica.outage.enterAll();
        return (await exposure())[field] !== undefined;
      },
      'the order to be entered',
      150_000,
    );
    expect(JSON.parse((await exposure())[field] ?? '')).toMatchObject({
      ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.25', reduceOnly: true, filled: '0' },
      approvalId: approval.approvalId,
    });
    expect((await exposure())[POSITION]).toBe('1');
  });

  it('is left to the rebuilding if Redis comes back with other books, which have its fills already', async () => {
    await disconnectRedis();
    const { order, approval } = approved(reducing());
    await codeOf({ order, approval });
    await comeBack();
    await redis.hset(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD, 'second', POSITION, '0.75');
    await replica.outage.enterAll();
    await replica.outage.enterAll();
    expect(await exposure()).toEqual({ [EXPOSURE_GENERATION_FIELD]: 'second', [POSITION]: '0.75' });
  });

  it('is judged on the position and on what rests, as the exchange has them, no older than their time', async () => {
    const before = clock.now();
    venue.positions = [{ symbol: 'BTCUSDT', quantity: '-1.5', markPrice: '60000' }];
    const resting = { type: 'LIMIT', status: 'NEW', filledQuantity: '0.1', quantity: '0.3' } as const;
    venue.byHand({ ...resting, clientOrderId: 'b', symbol: 'BTCUSDT', side: 'BUY' } as never);
    venue.byHand({ ...resting, clientOrderId: 's', symbol: 'BTCUSDT', side: 'SELL' } as never);
    venue.byHand({ ...resting, clientOrderId: 'o', symbol: 'ETHUSDT', side: 'BUY' } as never);
    const fresh = await new FreshPositions(venue, venue, clock).readPosition('BTCUSDT');
    expect(fresh).toMatchObject({
      symbol: 'BTCUSDT',
      quantity: '-1.5',
      restingBuys: '0.2',
      restingSells: '0.2',
    });
    expect(fresh.askedAtMs).toBeGreaterThanOrEqual(before);
    expect(await new FreshPositions(venue, venue, clock).readPosition('ETHUSDT')).toMatchObject({
      quantity: '0',
    });
  });
});
