/** One client process of the benchmark: Elvis' limiter or a peer's, told what to do over its channel. */
import 'reflect-metadata';
import { WorkerOrder } from './worker-order';
import { LimitedClient, Workload } from './workload';

const CLIENTS: Readonly<
  Record<string, () => Promise<{ connectClient: (order: WorkerOrder) => Promise<LimitedClient> }>>
> = {
  elvis: () => import('./clients/client-elvis.js'),
  ccxt: () => import('./clients/client-ccxt.js'),
  bottleneck: () => import('./clients/client-bottleneck.js'),
  'rate-limiter-flexible': () => import('./clients/client-rate-limiter-flexible.js'),
  'pause above 80 %': () => import('./clients/client-pause.js'),
};

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder;
  if (order.wallClockMs !== 0) {
    const real = Date.now.bind(Date);
    Date.now = () => real() + order.wallClockMs;
  }
  const load = CLIENTS[order.client];
  if (!load) throw new Error(`Nobody is called ${order.client}`);
  const client = await (await load()).connectClient(order);
  const workload = new Workload(client, order.workload);
  process.on('message', (message: 'start' | 'stop' | 'take' | 'costs') => {
    if (message === 'start') workload.start();
    if (message === 'stop') workload.stop();
    if (message === 'take') process.send?.({ samples: workload.take() });
    if (message === 'costs')
      void (client.costs?.() ?? Promise.resolve({})).then((costs) => process.send?.({ costs }));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}

void main();
