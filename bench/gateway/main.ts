/**
 * `npm run bench:gateway`: the gateway as it is deployed beside bare Fastify, its per-IP limits beside @nestjs/throttler
 * with Redis storage, and what a thousand stream clients cost, all in one run on one machine.
 */
import { orderBookFeed, markFeed, orderPlaced } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { loadavg } from 'node:os';
import { PrivateNats, freePort, startNats, startRedis } from '@elvis/testing';
import { Measured, Target, measureInTurns } from './load';
import { cpuSeconds, memoryMb, startGatewayProcess, startWorker } from './workers';

const API_KEY = 'bench-8c1f0b7a2d9e4f63';
const STREAM_CLIENTS = 1_000;
const UPDATES_PER_SECOND = 50;
/** `-- --quick` shows in half a minute that all of it runs; its figures mean little. */
const isQuick = process.argv.includes('--quick');
const STREAM_SECONDS = isQuick ? 5 : 20;
const BUSY = { inFlight: 16, windowMs: isQuick ? 500 : 3_000, rounds: isQuick ? 1 : 4 } as const;
const CALM = { inFlight: 1, windowMs: isQuick ? 300 : 1_500, rounds: isQuick ? 1 : 4 } as const;
const codec = JSONCodec();

const key = { 'x-api-key': API_KEY };
const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '57000' };

async function main(): Promise<void> {
  console.log(
    `load average at the start: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  const [redis, nats] = await Promise.all([startRedis({ lasting: true }), startNats()]);
  const market = await connect(natsOptions(nats.urls['market-data'], 'bench-market'));
  const prices = publishPrices(market);
  try {
    const port = await freePort();
    const limits = { RATE_LIMIT_DEFAULT: '9000000/60', RATE_LIMIT_ORDERS: '9000000/60' };
    // The thousand streams are one client's.
    const many = {
      MAX_CONNECTIONS_PER_ADDRESS: '8192',
      MAX_STREAMS_PER_CALLER: `${STREAM_CLIENTS}`,
      MAX_STREAMS_PER_ADDRESS: `${STREAM_CLIENTS}`,
    };
    const env = { ...redis.env, ...limits, ...many, NATS_URL: nats.urls.gateway, API_KEY };
    const gateway = await startGatewayProcess(env, port);
    const risk = await startWorker('risk-stand-in', nats.urls.risk);
    const bare = await startWorker('bare-fastify');
    await front(port, bare.port);
    await Promise.all([bare.stop(), risk.stop()]);
    await limiters(redis.url);
    await streams(gateway.pid, port, nats);
    await gateway.stop();
  } finally {
    clearInterval(prices);
    await market.close();
    await Promise.all([redis.stop(), nats.stop()]);
  }
}

/** Key, limit counted in Redis, validation, trace, audit stored in JetStream, a request on the bus: nothing is off. */
async function front(gateway: number, bare: number): Promise<void> {
  const read = { method: 'GET', path: '/api/v1/market/BTCUSDT', status: 200 } as const;
  const place = { method: 'POST', path: '/api/v1/orders', body: order, status: 201 } as const;
  await compare('The gateway beside bare Fastify', [
    { name: 'read, bare Fastify', port: bare, ...read },
    { name: 'read, gateway', port: gateway, headers: key, ...read },
    { name: 'order, bare Fastify', port: bare, ...place },
    { name: 'order, gateway', port: gateway, headers: key, ...place },
  ]);
}

async function limiters(redisUrl: string): Promise<void> {
  const names = ['none', 'ours', 'throttler'];
  const apps = await Promise.all(names.map((limits) => startWorker('limited-app', limits, redisUrl)));
  const target = { method: 'GET', path: '/one', status: 200 } as const;
  const called = ['no limit', 'our per-IP limit', '@nestjs/throttler, Redis storage'];
  await compare(
    'Limits per address, on one Nest route',
    apps.map(({ port }, index) => ({ name: called[index] ?? '', port, ...target })),
  );
  await Promise.all(apps.map((app) => app.stop()));
}

async function streams(pid: number, port: number, nats: PrivateNats): Promise<void> {
  const before = memoryMb(pid);
  const clients = await startWorker('stream-clients', `ws://127.0.0.1:${port}`, API_KEY, `${STREAM_CLIENTS}`);
  const connected = memoryMb(pid);
  const execution = await connect(natsOptions(nats.urls.execution, 'bench-events'));
  await clients.ask({ reset: true });
  const [cpu, clientCpu] = [cpuSeconds(pid), cpuSeconds(clients.pid)];
  const begun = performance.now();
  let published = 0;
  let peak = connected;
  while (performance.now() - begun < STREAM_SECONDS * 1_000) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * UPDATES_PER_SECOND);
    for (; published < due; published += 1)
      execution.publish(orderPlaced.type, codec.encode(event(published)));
    peak = Math.max(peak, memoryMb(pid));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - begun) / 1_000;
  const used = (cpuSeconds(pid) - cpu) / seconds;
  const clientUsed = (cpuSeconds(clients.pid) - clientCpu) / seconds;
  const heard = await clients.ask<{
    frames: number;
    bytes: number;
    messages: number;
    readers: number;
    closed: number;
    p50: number;
    p99: number;
  }>({ report: true });
  console.log(`\n${STREAM_CLIENTS} stream clients, ${UPDATES_PER_SECOND} updates/s to each, compression off`);
  console.table([
    { what: 'updates published', value: `${published} in ${seconds.toFixed(1)} s` },
    { what: 'updates that a reading client got', value: `${(heard.messages / heard.readers).toFixed(0)}` },
    {
      what: 'frames sent',
      value: `${(heard.frames / seconds).toFixed(0)}/s, ${(heard.bytes / seconds / 1e6).toFixed(1)} MB/s`,
    },
    { what: 'age on arrival', value: `p50 ${heard.p50} ms, p99 ${heard.p99} ms (a tick is 50 ms)` },
    { what: 'clients lost', value: `${heard.closed}` },
    { what: "gateway's processor", value: `${(used * 100).toFixed(0)} % of one core` },
    { what: "clients' processor", value: `${(clientUsed * 100).toFixed(0)} % of one core` },
    {
      what: "gateway's memory",
      value: `${before.toFixed(0)} MB before, ${connected.toFixed(0)} connected, ${peak.toFixed(0)} at most`,
    },
    {
      what: 'memory for each client',
      value: `${(((peak - before) * 1_024) / STREAM_CLIENTS).toFixed(0)} kB`,
    },
  ]);
  await clients.stop();
  await execution.close();
}

async function compare(title: string, targets: readonly Target[]): Promise<void> {
  const busy = await measureInTurns(targets, BUSY);
  const calm = await measureInTurns(targets, CALM);
  console.log(`\n${title} (${BUSY.inFlight} in flight, then 1)`);
  console.table(
    targets.map((target) => {
      const [many, one] = [busy.get(target), calm.get(target)] as [Measured, Measured];
      return {
        what: target.name,
        'requests/s': many.perSecond.toFixed(0),
        'p50 ms': many.p50.toFixed(2),
        'p99 ms': many.p99.toFixed(2),
        'alone p50 ms': one.p50.toFixed(2),
        'alone p99 ms': one.p99.toFixed(2),
      };
    }),
  );
}

/** Something for the read to show: the market of one symbol, ten times a second. */
function publishPrices(connection: NatsConnection): NodeJS.Timeout {
  const publish = (): void => {
    const heard = { symbol: 'BTCUSDT', ageMs: 1 };
    const levels = Array.from({ length: 20 }, (_, level) => [`${57_000 + level}.10`, '1.5']);
    connection.publish(
      `${orderBookFeed.prefix}.BTCUSDT`,
      codec.encode({ ...heard, bids: levels, asks: levels, updateId: '1' }),
    );
    connection.publish(`${markFeed.prefix}.BTCUSDT`, codec.encode({ ...heard, mark: '57000.15' }));
  };
  publish();
  return setInterval(publish, 100);
}

const event = (n: number): object => {
  const now = Date.now();
  const data = {
    order: {
      ...order,
      clientOrderId: `bench-${n}`,
      market: 'futures',
      status: 'NEW',
      filledQuantity: '0',
      decisionId: 'd',
      createdAtMs: now,
      updatedAtMs: now,
    },
    revision: n,
  };
  const time = new Date(now).toISOString();
  return {
    id: `b-${n}`,
    type: orderPlaced.type,
    version: 1,
    time,
    source: 'execution',
    actor: 'a',
    traceId: 't',
    data,
  };
};

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
