/** rate-limiter-flexible with its Redis store and its queue, as its own documentation shows. */
import { Redis } from 'ioredis';
import { RateLimiterQueue, RateLimiterRedis } from 'rate-limiter-flexible';
import { RawHttp, RawReply, politeWaitMs } from '../raw-http';
import type { WorkerOrder } from '../worker-order';
import { LimitedClient, Outcome, sleep } from '../workload';

export async function connectClient(order: WorkerOrder): Promise<LimitedClient> {
  const http = new RawHttp(new URL(order.origin), order.apiKey, order.apiSecret);
  await http.learnTime();
  const storeClient = new Redis({ ...order.redis, protocol: 2 });
  const limiter = new RateLimiterRedis({
    storeClient,
    points: 2_400,
    duration: order.windowMs / 1_000,
    keyPrefix: 'peer',
  });
  const queue = new RateLimiterQueue(limiter, { maxQueueSize: 1_000 });
  const run = async (weight: number, send: () => Promise<RawReply>): Promise<Outcome> => {
    const askedAt = performance.now();
    await queue.removeTokens(weight, 'ip');
    const waitedMs = performance.now() - askedAt;
    const reply = await send();
    await sleep(politeWaitMs(reply));
    return { status: reply.status, waitedMs };
  };
  return {
    query: (weight) => run(weight, () => http.query(weight)),
    cancel: () => run(1, () => http.cancel()),
    order: () => Promise.reject(new Error('not measured')),
  };
}
