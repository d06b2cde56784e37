/** bottleneck with its Redis store: a reservoir of the whole limit, filled anew each window. */
import Bottleneck from 'bottleneck';
import { Redis } from 'ioredis';
import { RawHttp, RawReply, politeWaitMs } from '../raw-http';
import type { WorkerOrder } from '../worker-order';
import { LimitedClient, Outcome, sleep } from '../workload';

export async function connectClient(order: WorkerOrder): Promise<LimitedClient> {
  const http = new RawHttp(new URL(order.origin), order.apiKey, order.apiSecret);
  await http.learnTime();
  const limiter = new Bottleneck({
    id: 'binance',
    datastore: 'ioredis',
    Redis,
    clearDatastore: false,
    clientOptions: { ...order.redis, protocol: 2 },
    reservoir: 2_400,
    reservoirRefreshAmount: 2_400,
    reservoirRefreshInterval: order.windowMs,
  });
  await limiter.ready();
  const run = async (weight: number, priority: number, send: () => Promise<RawReply>): Promise<Outcome> => {
    const askedAt = performance.now();
    let waitedMs = 0;
    const reply = await limiter.schedule({ weight, priority }, () => {
      waitedMs = performance.now() - askedAt;
      return send();
    });
    await sleep(politeWaitMs(reply));
    return { status: reply.status, waitedMs };
  };
  return {
    query: (weight) => run(weight, 5, () => http.query(weight)),
    cancel: () => run(1, 0, () => http.cancel()),
    order: () => Promise.reject(new Error('not measured')),
  };
}
