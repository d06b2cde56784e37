/** The plain rule: above 80 % of the limit, by the header this process saw last, each call pauses 5 s. */
import { RawHttp, RawReply, politeWaitMs } from '../raw-http';
import type { WorkerOrder } from '../worker-order';
import { LimitedClient, Outcome, sleep } from '../workload';

const LIMIT = 2_400;

export async function connectClient(order: WorkerOrder): Promise<LimitedClient> {
  const http = new RawHttp(new URL(order.origin), order.apiKey, order.apiSecret);
  await http.learnTime();
  let used = 0;
  const run = async (send: () => Promise<RawReply>): Promise<Outcome> => {
    const askedAt = performance.now();
    if (used > LIMIT * 0.8) await sleep(5_000);
    const waitedMs = performance.now() - askedAt;
    const reply = await send();
    used = Number(reply.headers['x-mbx-used-weight-1m'] ?? used);
    await sleep(politeWaitMs(reply));
    return { status: reply.status, waitedMs };
  };
  return {
    query: (weight) => run(() => http.query(weight)),
    cancel: () => run(() => http.cancel()),
    order: () => Promise.reject(new Error('not measured')),
  };
}
