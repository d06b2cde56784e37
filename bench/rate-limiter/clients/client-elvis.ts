/** Elvis' limiter as execution runs it, without the rest of execution. */
import { futures, request } from '@elvis/binance';
import { TRADING_PERMIT_KEY } from '@elvis/contracts';
import { connectNats, connectRedis, createLog, Leader, Redis, replaceReservation } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { until } from '@elvis/testing';
import { ClockDuty } from '../../../apps/execution/src/limiter/clock-leader';
import { NotDone } from '../../../apps/execution/src/limiter/calls/exchange-calls';
import { Limiter } from '../../../apps/execution/src/limiter/limiter';
import { requestsOf } from '../../../apps/execution/src/limiter/calls/market-requests';
import { NatsPeerStatus } from '../../../apps/execution/src/limiter/peer-status';
import type { WorkerOrder } from '../worker-order';
import type { LimitedClient, Outcome } from '../workload';

const PATIENCE_MS = 120_000;
const RECV_WINDOW_MS = 5_000;
const TIMEOUT_MS = 10_000;

export async function connectClient(order: WorkerOrder): Promise<LimitedClient> {
  const log = createLog('bench', order.replica, process.env.BENCH_LOG ?? 'fatal');
  const { host: REDIS_HOST, port: REDIS_PORT, password: REDIS_PASSWORD } = order.redis;
  const redis = connectRedis({ REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_DB: 0 } as Parameters<
    typeof connectRedis
  >[0]);
  redis.on('error', () => undefined);
  await until(() => Promise.resolve(redis.status === 'ready'));
  const owner = `bench-${order.replica}:${randomUUID()}`;
  const nats = await connectNats(order.nats ?? '', owner);
  const limiter = new Limiter(
    redis,
    new NatsPeerStatus(nats, owner),
    {
      owner,
      origins: new Map([['futures', order.origin]]),
      requests: new Map([['futures', requestsOf('futures')]]),
      credentials: order,
      recvWindowMs: RECV_WINDOW_MS,
      timeoutMs: TIMEOUT_MS,
      weightPerMinute: undefined,
      warnFraction: 0.8,
      pauseMs: 5_000,
      maxReplicas: Math.max(1, order.workload.processes),
      backoff: { attempts: 1, minMs: 1_000, maxMs: 60_000, multiplier: 1, chance: Math.random },
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
  const role = new Leader(
    redis,
    'clock-keeper',
    owner,
    { onElected: () => duty.startMeasuring(), onLost: () => duty.stopMeasuring() },
    log,
  );
  role.start();
  await limiter.start();
  await until(() => Promise.resolve(limiter.limits.isKnown('futures') && limiter.clock.ageMs() < 30_000));
  return new ElvisClient(limiter, redis, order);
}

class ElvisClient implements LimitedClient {
  private orders = 0;

  constructor(
    private readonly limiter: Limiter,
    private readonly redis: Redis,
    private readonly identity: WorkerOrder,
  ) {}

  query(weight: 1 | 5): Promise<Outcome> {
    return this.measured(
      weight === 1 ? request('futures', 'GET', '/fapi/v1/ping', 'NONE') : futures.depth('BTCUSDT', 100),
      'P3',
    );
  }

  cancel(): Promise<Outcome> {
    return this.measured(futures.cancelOrder('BTCUSDT', 'never-was'), 'P0');
  }

  async order(slot: number): Promise<Outcome> {
    const clientOrderId = `bench-${this.identity.replica}-${slot}`;
    const startedAt = performance.now();
    try {
      await replaceReservation(this.redis, clientOrderId, '', '{}');
      await this.redis.set(TRADING_PERMIT_KEY, '1');
      this.orders += 1;
      const approvalId = `${this.identity.replica}-${this.orders}`;
      const { budget, calls, clock } = this.limiter;
      const sendByMs = clock.now() + PATIENCE_MS;
      const answer = await budget.acquirePlacement({
        market: 'futures',
        cost: { weight: 0, orders: 1, ordersLong: 1 },
        priority: 'P2',
        withinMs: PATIENCE_MS,
        placing: {
          orders: [{ clientOrderId, approvalId, epoch: 1, purpose: 'trade', sendByMs }],
          recvWindowMs: RECV_WINDOW_MS,
          stamp: () => clock.now(),
        },
      });
      const waitedMs = performance.now() - startedAt;
      if (!answer.granted) return { status: 0, waitedMs };
      const wire = futures.newOrder({
        ...{
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'LIMIT',
          timeInForce: 'IOC',
          quantity: '0.01',
          price: '20000',
        },
        newClientOrderId: clientOrderId,
      });
      const status = await calls.place(wire, answer.grant).then(() => 200, statusOf);
      budget.endGrant(approvalId);
      return { status, waitedMs };
    } catch {
      return { status: 0, waitedMs: performance.now() - startedAt };
    }
  }

  /** The budget alone: 2,000 reservations one after the other, then what each cost. */
  async costs(): Promise<Record<string, number>> {
    const rounds = 2_000;
    const callsBefore = await this.commandsOf();
    const cpuBefore = process.cpuUsage();
    const serverBefore = await this.redisCpuMicros();
    const startedAt = performance.now();
    const cost = { weight: 1, orders: 0, ordersLong: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const grant = await this.limiter.budget.acquire({
        market: 'futures',
        cost,
        priority: 'P0',
        withinMs: 1_000,
      });
      this.limiter.budget.settleGrant(grant, { landed: false, meters: [] });
    }
    const tookMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      clientMicrosPerReservation: (user + system) / rounds,
      redisMicrosPerReservation: ((await this.redisCpuMicros()) - serverBefore) / rounds,
      scriptCallsPerReservation: ((await this.commandsOf()) - callsBefore) / rounds,
      waitMicros: (tookMs * 1_000) / rounds,
    };
  }

  private async measured(
    wire: Parameters<Limiter['calls']['call']>[0],
    priority: 'P0' | 'P3',
  ): Promise<Outcome> {
    const startedAt = performance.now();
    let waitedMs = 0;
    try {
      const status = await this.limiter.calls
        .call(wire, {
          priority,
          withinMs: PATIENCE_MS,
          onSend: () => (waitedMs = performance.now() - startedAt),
        })
        .then(() => 200, statusOf);
      return { status, waitedMs: waitedMs || performance.now() - startedAt };
    } catch {
      return { status: 0, waitedMs: performance.now() - startedAt };
    }
  }

  private async commandsOf(): Promise<number> {
    const stats = await this.redis.info('commandstats');
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  private async redisCpuMicros(): Promise<number> {
    const cpu = await this.redis.info('cpu');
    const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(cpu)?.[1] ?? 0);
    return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1_000_000;
  }
}

/** A refusal of the order itself is an answer all the same: the exchange took and counted the request. */
function statusOf(error: unknown): number {
  if (error instanceof NotDone) return error.answer.status;
  if (error instanceof TradingFailure) return 0;
  throw error;
}
