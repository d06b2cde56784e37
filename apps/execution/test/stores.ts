/** What the specs of execution begin with: real stores of their own, an order to place, and waiting with a deadline. */
import { randomUUID } from 'node:crypto';
import { EVENT_STREAM, EventEnvelope, SubmitOrder, TRADING_PERMIT_KEY } from '@elvis/contracts';
import { Redis, connectNats } from '@elvis/platform';
import { PrivateNats, startNats, startRedis } from '@elvis/testing';
import { ExchangeClock } from '../src/limiter/clock/exchange-clock';
import { RedisRun } from '../src/limiter/clock/redis-run';
import { Stores } from './replica';

/** Ends a wait for what never comes; no machine is that slow. */
export interface OpenStores extends Stores {
  /** A connection of its own, for a replica that may lose it. */
  readonly connect: () => Redis;
  /** An empty Redis in which trading is permitted and the account is followed. */
  readonly letTrade: () => Promise<void>;
  /** Every event that was published so far. */
  readonly events: <Data>() => Promise<readonly EventEnvelope<Data>[]>;
  readonly natsUrls: PrivateNats['urls'];
  readonly close: () => Promise<void>;
}

/** @param aheadMs by how much the exchange's clock is ahead of this machine's */
export async function openStores(name: string, aheadMs = 0): Promise<OpenStores> {
  const [redisServer, natsServer] = await Promise.all([startRedis(), startNats()]);
  const connect = (): Redis => {
    const { host, port, password } = redisServer;
    const connection = new Redis({ host, port, password, protocol: 2 });
    connection.on('error', () => undefined);
    // Every replica of a spec listens on it.
    connection.setMaxListeners(0);
    return connection;
  };
  const redis = connect();
  const run = new RedisRun(redis);
  const nats = await connectNats(natsServer.urls.execution, name);
  const clock = new ExchangeClock(redis, () => Promise.resolve(Date.now() + aheadMs), run);
  await run.refresh();
  await clock.measure();
  return {
    ...{ redis, nats, run, clock, connect },
    natsUrls: natsServer.urls,
    letTrade: async () => {
      await redis.flushall();
      await clock.measure();
      await clock.publishTheta();
      await redis.set(TRADING_PERMIT_KEY, '7');
      await redis.set('ELVIS_ACCOUNT_WATCHED', 'span-1');
    },
    events: () => eventsAt(natsServer.urls.provision),
    close: async () => {
      redis.disconnect();
      await nats.close();
      await Promise.all([redisServer.stop(), natsServer.stop()]);
    },
  };
}

async function eventsAt<Data>(url: string): Promise<readonly EventEnvelope<Data>[]> {
  const reader = await connectNats(url, 'reader');
  const manager = await reader.jetstreamManager();
  const { state } = await manager.streams.info(EVENT_STREAM);
  const events: EventEnvelope<Data>[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const { data } = await manager.streams.getMessage(EVENT_STREAM, { seq });
    events.push(JSON.parse(Buffer.from(data).toString()) as EventEnvelope<Data>);
  }
  await reader.close();
  return events;
}

export const anOrder = (overrides: Partial<SubmitOrder> = {}): SubmitOrder => ({
  clientOrderId: `spec:${randomUUID().slice(0, 8)}/x`,
  actor: 'spec',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.002',
  price: '61000',
  ...overrides,
});

/** The terms of an approval under the epoch that `letTrade` permits, good for three seconds. */
export const unsigned = (clock: ExchangeClock, approvalId: string = randomUUID()) => ({
  approvalId,
  decisionId: randomUUID(),
  epoch: 7,
  sendByMs: clock.now() + 3_000,
  purpose: 'trade' as const,
});
