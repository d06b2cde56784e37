/**
 * `npm run bench:fan-out`: a thousand clients of the live stream, each with an order book, trades, marks and fills, five of
 * which read nothing; then all reading, plain and compressed, beside `ws` broadcasting the same.
 */
import { natsOptions } from '@elvis/platform';
import { PrivateNats, PrivateRedis, freePort, startNats, startRedis } from '@elvis/testing';
import { connect } from 'nats';
import { loadavg } from 'node:os';
import { cpuSeconds, memoryMb, startGatewayProcess, startWorker } from '../gateway/workers';
import { ClientsReport } from './clients';
import { openMarket } from './market';

const API_KEY = 'bench-8c1f0b7a2d9e4f63';
const isQuick = process.argv.includes('--quick');
const CLIENTS = isQuick ? 200 : 1_000;
const SILENT = 5;
const SECONDS = isQuick ? 5 : 15;
const CUT_WITHIN_MS = 60_000;

interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<unknown>;
}

interface Row {
  readonly what: string;
  readonly start: () => Promise<Server>;
  readonly encoding: 'plain' | 'deflate';
}

async function main(): Promise<void> {
  const load = loadavg().map((average) => average.toFixed(1));
  console.log(`load average at the start: ${load.join(' ')}; ${CLIENTS} clients, ${SECONDS} s a row`);
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const connections = await Promise.all([
    connect(natsOptions(nats.urls['market-data'], 'bench-market')),
    connect(natsOptions(nats.urls.execution, 'bench-fills')),
  ]);
  const market = openMarket(...connections);
  const gateway = (): Promise<Gateway> => startGateway(redis, nats);
  const peer = (encoding: string) => (): Promise<Server> =>
    startWorker('../fan-out/broadcast', nats.urls.gateway, encoding);
  const rows: Row[] = [
    { what: 'gateway, plain', start: gateway, encoding: 'plain' },
    { what: 'gateway, compressed once', start: gateway, encoding: 'deflate' },
    { what: 'ws broadcast, plain', start: peer('plain'), encoding: 'plain' },
    { what: 'ws broadcast, compressed per client', start: peer('deflate'), encoding: 'deflate' },
  ];
  await withSilentOnes(await gateway());
  for (const row of rows) console.table([await measure(row)]);
  market.stop();
  await Promise.all(connections.map((connection) => connection.close()));
  await Promise.all([redis.stop(), nats.stop()]);
}

async function measure({ what, start, encoding }: Row): Promise<object> {
  const server = await start();
  const before = memoryMb(server.pid);
  const clients = await startWorker('../fan-out/clients', `${server.port}`, API_KEY, `${CLIENTS}`, encoding);
  const seconds = await running(() => clients.ask({ reset: true }), server.pid, before);
  const heard = await clients.ask<ClientsReport>({});
  await clients.stop();
  await server.stop();
  return { what, ...figures(heard, seconds) };
}

interface Ran {
  readonly cpu: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** Lets it run for as long as a row lasts. */
async function running(reset: () => Promise<unknown>, pid: number, beforeMb: number): Promise<Ran> {
  await reset();
  const [begunMs, begunCpu] = [performance.now(), cpuSeconds(pid)];
  let peak = 0;
  while (performance.now() - begunMs < SECONDS * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    peak = Math.max(peak, memoryMb(pid));
  }
  const seconds = (performance.now() - begunMs) / 1_000;
  return { cpu: cpuSeconds(pid) - begunCpu, seconds, memoryMb: peak - beforeMb };
}

function figures(heard: ClientsReport, { cpu, seconds, memoryMb: grown }: Ran): object {
  const ages = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50} / ${p99}`;
  return {
    'core %': ((cpu / seconds) * 100).toFixed(0),
    'frames/s': (heard.frames / seconds).toFixed(0),
    'us/frame': ((cpu / heard.frames) * 1e6).toFixed(1),
    'MB/s': (heard.bytes / seconds / 1e6).toFixed(1),
    'order book age p50/p99 ms': ages(heard.orderBooks),
    'trade age p50/p99 ms': ages(heard.trades),
    'kB a client': ((grown * 1_024) / CLIENTS).toFixed(0),
    lost: heard.lost,
  };
}

/** What five that read nothing cost the others, and how they end. */
async function withSilentOnes(server: Gateway): Promise<void> {
  const before = memoryMb(server.pid);
  const args = [`${server.port}`, API_KEY, `${CLIENTS - SILENT}`, 'plain', `${SILENT}`];
  const clients = await startWorker('../fan-out/clients', ...args);
  const ran = await running(() => clients.ask({ reset: true }), server.pid, before);
  const others = await clients.ask<ClientsReport>({});
  console.log(`\n${CLIENTS} clients, ${SILENT} of which read nothing`);
  console.table([{ what: 'the others', ...figures(others, ran) }]);
  const waitedMs = performance.now();
  while ((await server.cuts()) < SILENT && performance.now() - waitedMs < CUT_WITHIN_MS)
    await new Promise((resolve) => setTimeout(resolve, 250));
  const seconds = ran.seconds + (performance.now() - waitedMs) / 1_000;
  console.log(
    `${await server.cuts()} clients were cut off within ${seconds.toFixed(0)} s; what they find when they read:`,
  );
  // What had left the gateway before is still on its way to them.
  await clients.ask({ resume: true });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { silent, lost } = await clients.ask<ClientsReport>({});
  console.table(
    silent.map(({ isClosed, closeCode, levels, fills }) => ({
      'levels told': levels.join(' '),
      fills: fills.length,
      'missing between the first and the last': (fills.at(-1) ?? 0) - (fills[0] ?? 1) + 1 - fills.length,
      closed: isClosed ? (closeCode ?? 'without a farewell') : 'no',
    })),
  );
  console.log(`of the others ${lost} were lost`);
  await clients.stop();
  await server.stop();
}

interface Gateway extends Server {
  /** How many clients it has cut off. */
  cuts(): Promise<number>;
}

async function startGateway(redis: PrivateRedis, nats: PrivateNats): Promise<Gateway> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const env = {
    ...redis.env,
    OPS_PORT: `${opsPort}`,
    MAX_CONNECTIONS_PER_ADDRESS: '8192',
    MAX_STREAMS_PER_CALLER: `${CLIENTS}`,
    MAX_STREAMS_PER_ADDRESS: `${CLIENTS}`,
    RATE_LIMIT_DEFAULT: 'off',
    NATS_URL: nats.urls.gateway,
    API_KEY,
  };
  const gateway = await startGatewayProcess(env, port);
  const cuts = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
    return Number(/^gateway_stream_cuts_total (\d+)/m.exec(text)?.[1] ?? 0);
  };
  return { pid: gateway.pid, port, cuts, stop: () => gateway.stop() };
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
