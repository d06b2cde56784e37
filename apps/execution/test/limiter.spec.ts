import {
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  MAX_CLOCK_ERROR_MS,
  TRADING_PERMIT_KEY,
} from '@elvis/contracts';
import { request } from '@elvis/binance';
import { Redis, connectRedis, createLog } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { ClockDuty } from '../src/limiter/clock-leader';
import { NotDone } from '../src/limiter/calls/exchange-calls';
import { Limiter } from '../src/limiter/limiter';
import { requestsOf } from '../src/limiter/calls/market-requests';
import { PeerStatus } from '../src/limiter/peer-status';
import { PrivateRedis, startRedis, until, writeReservation } from '@elvis/testing';

const WINDOW_MS = 2_000;
const LIMIT = 200;
const SHIFT_MS = 700;
const log = createLog('limiter-spec', 0, 'silent');
const ping = request('futures', 'GET', '/fapi/v1/ping', 'NONE');
const order = (newClientOrderId: string) =>
  request('futures', 'POST', '/fapi/v1/order', 'SIGNED', { newClientOrderId });

/** A strict exchange of one page: windows by its own clock, and trouble when it is told to make some. */
class StrictExchange {
  readonly arrivals: { readonly path: string; readonly at: number; readonly status: number }[] = [];
  readonly used = new Map<number, number>();
  fault:
    | ((
        path: string,
      ) => { readonly status: number; readonly body: object; readonly headers?: object } | undefined)
    | undefined;
  private server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer((incoming, outgoing) => {
      const path = new URL(incoming.url ?? '/', 'http://x').pathname;
      const now = Date.now() + SHIFT_MS;
      const index = Math.floor(now / WINDOW_MS);
      const used = (this.used.get(index) ?? 0) + (path === '/fapi/v1/order' ? 0 : 1);
      this.used.set(index, used);
      const over =
        used > LIMIT ? { status: 429, body: { code: -1003, msg: 'Too many requests' } } : undefined;
      const fault = this.fault?.(path);
      const { status, body } = fault ?? over ?? { status: 200, body: this.answerTo(path, now) };
      this.arrivals.push({ path, at: now, status });
      const headers = {
        'content-type': 'application/json',
        [`x-mbx-used-weight-${WINDOW_MS / 1_000}s`]: `${used}`,
        ...fault?.headers,
      };
      setTimeout(() => outgoing.writeHead(status, headers).end(JSON.stringify(body)), 5);
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  answerTo(path: string, now: number): object {
    const rateLimits = [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'SECOND',
        intervalNum: WINDOW_MS / 1_000,
        limit: LIMIT,
      },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: WINDOW_MS / 1_000, limit: 50 },
    ];
    if (path.endsWith('/time')) return { serverTime: now };
    if (path.endsWith('/exchangeInfo')) return { rateLimits };
    if (path.endsWith('/rateLimit/order')) return rateLimits;
    return {};
  }
}

class Told extends PeerStatus {
  others: 'up' | 'down' | 'silent' = 'down';
  publishStatus(): void {
    // Nobody listens.
  }
  peerStatus(): 'up' | 'down' | 'silent' {
    return this.others;
  }
}

/** Until it has read the same for so long that nobody writes it any more. */
async function untilSteady(read: () => Promise<string | null>, forMs = 300): Promise<void> {
  let last = await read();
  let since = performance.now();
  await until(async () => {
    const now = await read();
    if (now !== last) since = performance.now();
    last = now;
    return performance.now() - since > forMs;
  });
}

/** A slow machine makes Redis look away for a moment; whoever is told so asks again. */
async function persist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.kind !== 'UNAVAILABLE') throw error;
    }
  }
}

describe('the rate limiter of a fleet', () => {
  let server: PrivateRedis;
  let exchange: StrictExchange;
  let origin: string;
  let fleet: {
    readonly limiter: Limiter;
    readonly redis: Redis;
    readonly duty: ClockDuty;
    readonly presence: Told;
  }[] = [];

  beforeEach(async () => {
    server = await startRedis();
    exchange = new StrictExchange();
    origin = await exchange.start();
  });

  afterEach(async () => {
    for (const { limiter, redis, duty } of fleet) {
      duty.stopMeasuring();
      await limiter.stop();
      redis.disconnect();
    }
    fleet = [];
    await exchange.stop();
    await server.stop();
  });

  const replica = (place = 0) => fleet[place] as (typeof fleet)[number];

  async function start(replicas: number): Promise<void> {
    for (let place = 0; place < replicas; place += 1) {
      const { limiter } = await add(place);
      await limiter.start();
      await until(() => limiter.limits.isKnown('futures') && limiter.clock.ageMs() < 10_000);
    }
  }

  /** Another replica, connected and not started yet; the first one keeps the clock. */
  async function add(place: number): Promise<(typeof fleet)[number]> {
    const { host: REDIS_HOST, port: REDIS_PORT, password: REDIS_PASSWORD } = server;
    const redis = connectRedis({ REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_DB: 0 } as Parameters<
      typeof connectRedis
    >[0]);
    redis.on('error', () => undefined);
    await until(() => redis.status === 'ready');
    const presence = new Told();
    const limiter = new Limiter(
      redis,
      presence,
      {
        owner: `replica-${place}:${randomUUID()}`,
        origins: new Map([['futures', origin]]),
        requests: new Map([['futures', requestsOf('futures')]]),
        credentials: { apiKey: 'key', apiSecret: 'secret' },
        ...{
          recvWindowMs: 1_000,
          timeoutMs: 1_000,
          weightPerMinute: undefined,
          warnFraction: 0.8,
          pauseMs: 5_000,
          maxReplicas: 4,
        },
        backoff: { attempts: 3, minMs: 20, maxMs: 40, multiplier: 1, chance: () => 0 },
      },
      {
        onWaited: () => undefined,
        onRefused: () => undefined,
        onFrozen: () => undefined,
        onThawed: () => undefined,
        onSent: () => undefined,
        onBeat: () => undefined,
      },
      log,
    );
    const duty = new ClockDuty(limiter, log);
    if (place === 0) duty.startMeasuring();
    const added = { limiter, redis, duty, presence };
    fleet.push(added);
    return added;
  }

  const mostUsed = (): number => Math.max(...exchange.used.values());

  it('keeps a thousand callers of three replicas inside the limit, and serves them all', async () => {
    await start(3);
    const calls = Array.from({ length: 1_000 }, (_, call) =>
      persist(() => replica(call % 3).limiter.calls.call(ping, { priority: 'P3', withinMs: 60_000 })),
    );
    await Promise.all(calls);
    expect(mostUsed()).toBeLessThanOrEqual(LIMIT);
    expect(exchange.arrivals.filter(({ status }) => status === 429)).toEqual([]);
  });

  it('lets cancels pass at once while queries fill the budget', async () => {
    await start(2);
    let isOver = false;
    const waits = { queries: [] as number[], cancels: [] as number[] };
    const ask = (place: number, priority: 'P0' | 'P3', waited: number[]): Promise<unknown> => {
      const askedAt = performance.now();
      const onSend = (): unknown => waited.push(performance.now() - askedAt);
      return replica(place % 2).limiter.calls.call(ping, { priority, withinMs: 60_000, onSend });
    };
    const queries = Array.from({ length: 400 }, (_, call) =>
      ask(call, 'P3', waits.queries).catch(() => undefined),
    );
    void Promise.all(queries).then(() => (isOver = true));
    while (!isOver) await ask(waits.cancels.length, 'P0', waits.cancels);
    const median = (values: number[]): number =>
      values.sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
    expect(median(waits.cancels)).toBeLessThan(median(waits.queries) / 4);
    expect(mostUsed()).toBeLessThanOrEqual(LIMIT);
  });

  it('tells a caller who cannot wait at once how long it would take, and spends nothing', async () => {
    await start(1);
    const { calls, budget } = replica().limiter;
    await Promise.all(
      Array.from({ length: 150 }, () => calls.call(ping, { priority: 'P3', withinMs: 20_000 })),
    );
    const cost = { weight: LIMIT, orders: 0, ordersLong: 0 };
    const asked = budget.acquire({ market: 'futures', cost, priority: 'P2', withinMs: 1 });
    await expect(asked).rejects.toMatchObject({
      code: 'VENUE_BUDGET_SPENT',
      retryAfterMs: expect.any(Number),
    });
  });

  it('silences every replica after one refusal, cancels included, for as long as it was told', async () => {
    await start(2);
    exchange.fault = (path) =>
      path.endsWith('/ping')
        ? { status: 429, body: { code: -1003, msg: 'Too many requests' }, headers: { 'retry-after': '3' } }
        : undefined;
    await expect(replica(0).limiter.calls.call(ping, { withinMs: 15 })).rejects.toBeInstanceOf(NotDone);
    exchange.fault = undefined;
    await until(() => replica(1).limiter.freezes.freezeOf('futures', 'ip').endsAt > 0);
    const cancel = replica(1).limiter.calls.call(ping, { priority: 'P0', withinMs: 1 });
    await expect(cancel).rejects.toMatchObject({
      code: 'VENUE_FROZEN',
      context: { because: 'WEIGHT_LIMITED' },
    });
    await replica(1).limiter.calls.call(ping, { priority: 'P0', withinMs: 10_000 });
    const [refused, ...after] = exchange.arrivals.filter(({ path }) => path.endsWith('/ping'));
    expect(Math.min(...after.map(({ at }) => at))).toBeGreaterThanOrEqual((refused?.at ?? 0) + 3_000);
  });

  it('keeps a ban that Redis forgot, and lets one probe end it', async () => {
    await start(2);
    const bannedUntil = Date.now() + SHIFT_MS + 1_500;
    exchange.fault = (path) =>
      path.endsWith('/ping') && Date.now() + SHIFT_MS < bannedUntil
        ? {
            status: 418,
            body: { code: -1003, msg: `Way too many requests; IP banned until ${bannedUntil}.` },
          }
        : undefined;
    await expect(replica(0).limiter.calls.call(ping, { withinMs: 1_000 })).rejects.toBeInstanceOf(NotDone);
    await until(() => replica(1).limiter.freezes.freezeOf('futures', 'ip').endsAt > 0);
    await replica(0).redis.flushall();
    await replica(0).limiter.clock.publishTheta();
    const late = Promise.all(
      [0, 1, 0, 1].map((place) =>
        replica(place).limiter.calls.call(ping, { priority: 'P1', withinMs: 20_000 }),
      ),
    );
    await late;
    const pings = exchange.arrivals.filter(({ path }) => path.endsWith('/ping'));
    expect(pings.filter(({ status }) => status === 418)).toHaveLength(1);
    const [, probe, next] = pings;
    expect(probe?.at).toBeGreaterThanOrEqual(bannedUntil);
    expect((next?.at ?? 0) - (probe?.at ?? 0)).toBeGreaterThanOrEqual(4);
  });

  describe('before a placement leaves', () => {
    const ask = (
      limiter: Limiter,
      id: string,
      overrides: {
        epoch?: number;
        sendByMs?: number;
        timestampMs?: number;
        purpose?: 'trade' | 'flatten';
      } = {},
    ) =>
      limiter.budget.acquirePlacement({
        market: 'futures',
        cost: { weight: 0, orders: 1, ordersLong: 1 },
        priority: 'P2',
        withinMs: 5_000,
        placing: {
          orders: [
            {
              clientOrderId: id,
              approvalId: `a-${id}`,
              epoch: overrides.epoch ?? 7,
              purpose: overrides.purpose ?? 'trade',
              sendByMs: overrides.sendByMs ?? limiter.clock.now() + 3_000,
            },
          ],
          recvWindowMs: 1_000,
          stamp: () => overrides.timestampMs ?? limiter.clock.now(),
        },
      });

    /** A slow machine makes the clocks part for a moment; the clock keeper sets them right. */
    const askWithClock: typeof ask = async (...question) => {
      for (;;) {
        const answer = await ask(...question);
        if (answer.granted || answer.refusal !== 'CLOCK') return answer;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };

    beforeEach(async () => {
      await start(1);
      await replica().redis.set(TRADING_PERMIT_KEY, '7');
      await writeReservation(replica().redis, 'mine', '{}');
    });

    it('is allowed by everything at once, and its grant is recorded with its end', async () => {
      const answer = await askWithClock(replica().limiter, 'mine');
      if (!answer.granted) throw new Error(`refused: ${answer.refusal}`);
      expect(Number(await replica().redis.hget(GRANTS_KEY, 'a-mine'))).toBe(answer.grant.timestampMs + 1_000);
      await replica().limiter.calls.place(order('mine'), answer.grant);
      expect(exchange.arrivals.filter(({ path }) => path === '/fapi/v1/order')).toHaveLength(1);
    });

    it.each`
      because                            | prepare                                                                                | overrides          | refusal
      ${'the switch is set'}             | ${(redis: Redis) => redis.set(KILL_SWITCH_KEY, '1')}                                   | ${{}}              | ${'HALTED'}
      ${'the permit has lapsed'}         | ${(redis: Redis) => redis.del(TRADING_PERMIT_KEY)}                                     | ${{}}              | ${'PERMIT'}
      ${'the epoch is another'}          | ${() => undefined}                                                                     | ${{ epoch: 6 }}    | ${'EPOCH'}
      ${'its reservation is gone'}       | ${(redis: Redis) => redis.del(EXPOSURE_KEY)}                                           | ${{}}              | ${'RESERVATION'}
      ${'the approval has run out'}      | ${() => undefined}                                                                     | ${{ sendByMs: 1 }} | ${'LATE'}
      ${'its timestamp lies ahead'}      | ${(redis: Redis) => redis.hincrby(EXCHANGE_CLOCK_KEY, 'thetaMs', -2_000)}              | ${{}}              | ${'AHEAD'}
      ${'its clock may be too far off'}  | ${(redis: Redis) => redis.hset(EXCHANGE_CLOCK_KEY, 'errorMs', MAX_CLOCK_ERROR_MS + 1)} | ${{}}              | ${'CLOCK'}
      ${'the clock is of another Redis'} | ${(redis: Redis) => redis.hset(EXCHANGE_CLOCK_KEY, 'runId', 'another')}                | ${{}}              | ${'CLOCK'}
    `('is refused when $because, and nothing is recorded', async ({ prepare, overrides, refusal }) => {
      const { limiter, redis, duty } = replica();
      const isAboutTheClock = refusal === 'AHEAD' || refusal === 'CLOCK';
      if (isAboutTheClock) {
        duty.stopMeasuring();
        await untilSteady(() => redis.hget(EXCHANGE_CLOCK_KEY, 'measuredAtMs'));
      }
      await prepare(redis);
      const answer = await (isAboutTheClock ? ask : askWithClock)(limiter, 'mine', overrides);
      expect(answer).toMatchObject({ granted: false });
      // A clock that was moved is noticed by the next sign of life too, and is then no clock any more.
      if (refusal !== 'AHEAD') expect(answer).toMatchObject({ refusal });
      else expect(['AHEAD', 'CLOCK']).toContain('refusal' in answer && answer.refusal);
      expect(await redis.exists(GRANTS_KEY)).toBe(0);
    });

    it('leaves with the largest error that is trusted; only what flattens or is no placement with a larger one', async () => {
      const { limiter, redis, duty } = replica();
      duty.stopMeasuring();
      await untilSteady(() => redis.hget(EXCHANGE_CLOCK_KEY, 'measuredAtMs'));
      const withError = async (errorMs: number, purpose: 'trade' | 'flatten' = 'trade') => {
        await redis.hset(EXCHANGE_CLOCK_KEY, { errorMs, measuredAtMs: limiter.clock.now() });
        return ask(limiter, 'mine', { purpose });
      };
      // The script adds what two clocks drift apart since the measurement: a part in ten thousand of a moment.
      expect(await withError(MAX_CLOCK_ERROR_MS - 5)).toMatchObject({ granted: true });
      expect(await withError(1_400)).toMatchObject({ granted: false, refusal: 'CLOCK' });
      expect(await withError(1_400, 'flatten')).toMatchObject({ granted: true });
      const cost = { weight: 1, orders: 0, ordersLong: 0 };
      const read = limiter.budget.acquire({ market: 'futures', cost, priority: 'P2', withinMs: 10_000 });
      expect((await read).isOutageShare).toBe(false);
    });

    it('passes the switch when it flattens', async () => {
      await replica().redis.set(KILL_SWITCH_KEY, '1');
      expect((await askWithClock(replica().limiter, 'mine', { purpose: 'flatten' })).granted).toBe(true);
    });

    it('is sent once, whatever the answer', async () => {
      exchange.fault = (path) =>
        path === '/fapi/v1/order'
          ? {
              status: 503,
              body: { code: 0, msg: 'Unknown error, please check your request or try again later.' },
            }
          : undefined;
      const answer = await askWithClock(replica().limiter, 'mine');
      if (!answer.granted) throw new Error('not granted');
      await expect(replica().limiter.calls.place(order('mine'), answer.grant)).rejects.toMatchObject({
        answer: { kind: 'UNKNOWN' },
      });
      expect(exchange.arrivals.filter(({ path }) => path === '/fapi/v1/order')).toHaveLength(1);
      await expect(replica().limiter.calls.call(order('mine'))).rejects.toThrow(
        'places orders and must be sent with place(), not call()',
      );
    });
  });

  it('tries a read again as often as configured', async () => {
    await start(1);
    let failures = 2;
    exchange.fault = (path) =>
      path.endsWith('/ping') && (failures -= 1) >= 0 ? { status: 500, body: {} } : undefined;
    await replica().limiter.calls.call(ping);
    expect(
      exchange.arrivals.filter(({ path }) => path.endsWith('/ping')).map(({ status }) => status),
    ).toEqual([500, 500, 200]);
  });

  it('goes on with cancels alone while Redis is away, and gives account when it is back', async () => {
    await start(1);
    const { limiter, redis } = replica();
    await limiter.calls.call(ping, { priority: 'P3' });
    process.kill(server.pid, 'SIGSTOP');
    await expect(limiter.calls.call(ping, { priority: 'P3', withinMs: 3_000 })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await limiter.calls.call(ping, { priority: 'P0' });
    expect(limiter.seesRedis).toBe(false);
    process.kill(server.pid, 'SIGCONT');
    await until(() => limiter.seesRedis);
    expect(redis.status).toBe('ready');
    await limiter.calls.call(ping, { priority: 'P3', withinMs: 10_000 });
    expect(mostUsed()).toBeLessThanOrEqual(LIMIT);
  });

  it('keeps to its hundredth while the others see Redis', async () => {
    await start(1);
    const { limiter, presence } = replica();
    presence.others = 'up';
    await server.stop();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => limiter.calls.call(ping, { priority: 'P0', withinMs: 1 })),
    );
    const sent = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(sent).toBeLessThanOrEqual(2 * (LIMIT / 100));
    expect(sent).toBeGreaterThan(0);
  });

  it('keeps a hundredth back for a replica that vanished, and nothing for one that signed off', async () => {
    await start(2);
    await until(
      () =>
        replica(0).limiter.viewLimits().vanishedReplicas === 0 &&
        replica(1).limiter.viewLimits().vanishedReplicas === 0,
    );
    await replica(1).limiter.stop();
    fleet.pop()?.redis.disconnect();
    await until(() => replica(0).limiter.viewLimits().asOfMs > 0);
    expect(replica(0).limiter.viewLimits().vanishedReplicas).toBe(0);
  });

  it('takes the limits from the fleet as soon as Redis answers, without asking the exchange', async () => {
    await start(1);
    const { limiter } = await add(1);
    exchange.fault = (path) => (path.endsWith('/exchangeInfo') ? { status: 503, body: {} } : undefined);
    process.kill(server.pid, 'SIGSTOP');
    const starting = limiter.start();
    await until(() => !limiter.seesRedis);
    expect(limiter.limits.isKnown('futures')).toBe(false);
    process.kill(server.pid, 'SIGCONT');
    await starting;
    await until(() => limiter.limits.isKnown('futures'));
    expect(limiter.limits.metersOf('futures').map(({ limit }) => limit)).toEqual([LIMIT, 50]);
  });

  it('learns the limits in a minute that others have used beyond the small budget of the start', async () => {
    const { limiter } = await add(0);
    exchange.fault = (path) => ({
      status: 200,
      body: exchange.answerTo(path, Date.now() + SHIFT_MS),
      headers: { 'x-mbx-used-weight-1m': '900' },
    });
    await until(() => exchange.arrivals.some(({ path }) => path.endsWith('/time')));
    await limiter.start();
    await until(() => limiter.limits.isKnown('futures'));
    expect(limiter.limits.metersOf('futures').map(({ limit }) => limit)).toEqual([LIMIT, 50]);
  });

  it('reports what is used, until when, and what is frozen', async () => {
    await start(1);
    const { limiter } = replica();
    await limiter.calls.call(ping, { priority: 'P3' });
    await until(() =>
      limiter.viewLimits().meters.some(({ kind, limit }) => kind === 'weight' && limit === LIMIT),
    );
    const [weight] = limiter.viewLimits().meters;
    expect(weight).toMatchObject({ market: 'futures', kind: 'weight', windowMs: WINDOW_MS, limit: LIMIT });
    expect(weight?.windowEndsAtMs).toBeGreaterThan(limiter.clock.now() - WINDOW_MS);
    expect(limiter.viewLimits()).toMatchObject({ freezes: [], isLedgerShared: true });
    const { offsetMs, errorMs, ageMs } = limiter.viewLimits().clock;
    expect(Math.abs(offsetMs - SHIFT_MS)).toBeLessThan(SHIFT_MS);
    expect(errorMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeGreaterThanOrEqual(0);
  });
});
