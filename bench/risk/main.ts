/**
 * `npm run bench:risk`: what one decision costs with 20 symbols: the pure checks on one core, the reservation in Redis with
 * 10, 1,000 and 10,000 open orders, and both by 1, 2 and 4 replicas at once; beside a bare PING, in one run.
 */
import 'reflect-metadata';
import { EXCHANGE_CLOCK_KEY, TRADING_PERMIT_KEY } from '@elvis/contracts';
import { createLog } from '@elvis/platform';
import { checkedOrder, Facts, runChecks, RiskLimits } from '@elvis/rules';
import { Decimal, Instrument, OrderContent } from '@elvis/trading';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { HaltKeys } from '../../apps/risk/src/kill-switch/halt-keys';
import { RedisIncarnation } from '../../apps/risk/src/exposure/redis-incarnation';
import { ReservationStore } from '../../apps/risk/src/exposure/reservation-store';
import { buildExposure, dropReservation, emptyExposure, startRedis, writeReservation } from '@elvis/testing';
import { spreadOf } from '../order-path/percentiles';

const d = (text: string): Decimal => new Decimal(text);
const SYMBOLS = Array.from({ length: 20 }, (_, index) => `COIN${index}USDT`);
/** As many at every number of open orders: a decision reads a sum for each. */
const HELD_SYMBOLS = 10;
const OPEN_ORDERS = [10, 1_000, 10_000];
const WINDOW_MS = 4_000;
const ROUNDS = 3_000;

const instrument: Instrument = {
  ...{ symbol: 'COIN0USDT', market: 'futures', baseAsset: 'COIN0', quoteAsset: 'USDT', isTrading: true },
  ...{ tickSize: d('0.1'), stepSize: d('0.001'), minQuantity: d('0.001'), maxQuantity: d('1000') },
  ...{ marketStepSize: d('0.001'), marketMinQuantity: d('0.001'), marketMaxQuantity: d('120') },
  minNotional: d('5'),
};
const limits: RiskLimits = {
  ...{ maxOrderNotional: d('20000'), priceCollar: d('0.05'), maxPriceAgeMs: 3000 },
  ...{ maxPositionNotional: d('1000000'), maxGrossNotional: d('10000000'), maxOpenOrders: 100_000 },
  ...{ maxDailyLoss: d('500'), maxDrawdown: d('1000') },
};
const facts: Facts = {
  nowMs: 0,
  state: { state: 'ACTIVE' },
  ...{ isSymbolTraded: true, instrument, leverage: 3, isLeverageOverridden: false },
  mark: { price: d('60000'), ageMs: 200 },
  brackets: [{ notionalCap: d('50000000'), maximum: 125 }],
  account: { ageMs: 300, equity: d('10000000'), free: d('9000000') },
  loss: { today: d('0'), drawdown: d('0') },
};
const marks = Object.fromEntries(SYMBOLS.map((symbol) => [`futures:${symbol}`, [60_000, 3] as const]));

let counter = 0;
const content = (): OrderContent => ({
  ...{ clientOrderId: `bench-${(counter += 1)}`, market: 'futures', symbol: 'COIN0USDT', side: 'BUY' },
  ...{ type: 'LIMIT', quantity: '0.001', price: '60000' },
});

const decide = (order: OrderContent): boolean => runChecks(checkedOrder(order), facts, limits).approved;

async function main(): Promise<void> {
  const server = await startRedis();
  const connections: Redis[] = [];
  const store = async (): Promise<ReservationStore> => {
    const redis = new Redis(server.url, { protocol: 2 });
    connections.push(redis);
    const incarnation = new RedisIncarnation(redis);
    await new HaltKeys(redis, incarnation, createLog('bench', 0, 'fatal')).read();
    return new ReservationStore(redis, incarnation);
  };
  try {
    const stores = await Promise.all([store(), store(), store(), store()]);
    const [redis] = connections;
    if (!redis || !stores[0]) throw new Error('no Redis');
    await prepare(redis);
    const reserve = async (by: ReservationStore, isCapped = true): Promise<void> => {
      const order = content();
      const reply = await by.reserve({
        ...{
          content: order,
          actor: 'bench',
          approvalId: randomUUID(),
          notional: d('60'),
          isReduceOnly: false,
        },
        ...{ state: 'ACTIVE', epoch: 1, marks, limits: isCapped ? { ...limits, equity: d('10000000') } : {} },
      });
      if (reply.kind !== 'reserved') throw new Error(`answered ${JSON.stringify(reply)}`);
      await dropReservation(redis, order.clientOrderId);
    };
    const rows: Record<string, string>[] = [];
    const inRedis: Record<string, string>[] = [];
    const measure = async (what: string, work: () => unknown, rounds = ROUNDS): Promise<void> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const from = performance.now();
        await work();
        times.push(performance.now() - from);
      }
      const { p50, p99 } = spreadOf(times);
      rows.push({ what, 'p50 ms': p50.toFixed(3), 'p99 ms': p99.toFixed(3), n: `${rounds}` });
    };
    const one = stores[0];
    await measure('warm-up', () => reserve(one), 500);
    rows.length = 0;
    await measure('bare PING', () => redis.ping());
    await measure('pure checks', () => decide(content()), 20_000);
    await measure('reservation and its removal, caps off', () => reserve(one, false));
    for (const orders of OPEN_ORDERS) {
      await emptyExposure(redis);
      for (let order = 0; order < orders; order += 1) await openOrder(redis, order);
      await redis.config('RESETSTAT');
      await measure(`reservation and its removal, ${orders} open orders`, () => reserve(one));
      inRedis.push({ 'open orders': `${orders}`, 'microseconds in Redis': await scriptCost(redis) });
    }
    console.table(rows);
    console.log('The scripts alone, on average over reservation and removal, by Redis (INFO commandstats):');
    console.table(inRedis);
    const from = performance.now();
    let pure = 0;
    while (performance.now() - from < WINDOW_MS / 2)
      for (let i = 0; i < 100; i += 1) pure += decide(content()) ? 1 : 0;
    console.log(`pure decisions on one core: ${Math.round((pure * 2_000) / WINDOW_MS)} per second`);
    const throughput: Record<string, string>[] = [];
    for (const replicas of [1, 2, 4]) {
      let done = 0;
      const end = performance.now() + WINDOW_MS;
      const worker = async (by: ReservationStore): Promise<void> => {
        while (performance.now() < end) {
          decide(content());
          await reserve(by);
          done += 1;
        }
      };
      const lanes = stores.slice(0, replicas).flatMap((by) => Array.from({ length: 8 }, () => worker(by)));
      await Promise.all(lanes);
      throughput.push({
        replicas: `${replicas}`,
        'decisions per second': `${Math.round((done * 1_000) / WINDOW_MS)}`,
      });
    }
    console.table(throughput);
    console.log(
      'One process stands for all replicas here: Redis, which runs one script at a time, is the shared part.',
    );
  } finally {
    for (const connection of connections) connection.disconnect();
    await server.stop();
  }
}

async function prepare(redis: Redis): Promise<void> {
  const runId = /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? '';
  await redis.hset(EXCHANGE_CLOCK_KEY, { thetaMs: 0, errorMs: 1, runId, measuredAtMs: Date.now() });
  await redis.set(TRADING_PERMIT_KEY, '1');
  await buildExposure(redis);
}

const openOrder = (redis: Redis, order: number): Promise<void> =>
  writeReservation(redis, `open-${order}`, {
    market: 'futures',
    symbol: SYMBOLS[order % HELD_SYMBOLS],
    side: order % 2 ? 'SELL' : 'BUY',
    quantity: '0.012',
    notional: '720',
    actor: 'bench',
    approvalId: randomUUID(),
    order: 'abcdefghijklmnopqrstuv',
    atMs: Date.now(),
  });

const scriptCost = async (redis: Redis): Promise<string> =>
  /cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(await redis.info('commandstats'))?.[1] ?? '';

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
