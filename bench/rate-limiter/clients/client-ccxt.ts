/** ccxt with `enableRateLimit`, its default: each instance paces itself and knows of no other. */
import { binanceusdm } from 'ccxt';
import type { WorkerOrder } from '../worker-order';
import { LimitedClient, Outcome, sleep } from '../workload';

export async function connectClient(order: WorkerOrder): Promise<LimitedClient> {
  const client = new binanceusdm({
    apiKey: order.apiKey,
    secret: order.apiSecret,
    enableRateLimit: true,
    options: {
      fetchMarkets: { types: ['linear'] },
      fetchMargins: false,
      fetchCurrencies: false,
      recvWindow: 5_000,
    },
  });
  let sent: { at: number; status: number } = { at: 0, status: 0 };
  client.fetchImplementation = async (url: string, options: RequestInit) => {
    const mine = { at: performance.now(), status: 0 };
    const answer = await fetch(url.replace(/^https:\/\/[^/]+/, order.origin), options);
    mine.status = answer.status;
    sent = mine;
    return answer;
  };
  await client.loadTimeDifference();
  const api = client as unknown as Record<string, (params?: object) => Promise<unknown>>;
  const run = async (call: () => Promise<unknown> | undefined): Promise<Outcome> => {
    const askedAt = performance.now();
    try {
      await call();
    } catch {
      // A refusal of the request itself; its status was noted on the way.
    }
    const { at, status } = sent;
    const waitedMs = Math.max(0, at - askedAt);
    if (status === 429 || status === 418) await sleep(1_000);
    return { status, waitedMs };
  };
  return {
    query: (weight) =>
      run(() =>
        weight === 1
          ? api.fapiPublicGetPing?.()
          : api.fapiPublicGetDepth?.({ symbol: 'BTCUSDT', limit: 100 }),
      ),
    cancel: () =>
      run(() => api.fapiPrivateDeleteOrder?.({ symbol: 'BTCUSDT', origClientOrderId: 'never-was' })),
    order: () => Promise.reject(new Error('not measured')),
  };
}
