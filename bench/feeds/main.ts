/**
 * `npm run bench:feeds [-- --seconds 600 --speed 1]`: market-data beside ccxt pro's `watchOrderBook` and `watchTrades` on
 * the same paper exchange in the same run: CPU per 1,000 depth messages, memory, and how old an order book is when a
 * subscriber of the bus has it. market-data also follows marks, checks every sequence, makes candles, and publishes books and trades to NATS, where
 * a reader wants both.
 *
 * Fails if market-data needs more than half of ccxt's CPU, if its books are older than 120 ms (p99), or if its memory grows by
 * more than a twentieth between the first and the last fifth of ten minutes or more. Both have a minute before that, in
 * which what they do most often is compiled.
 */
import 'reflect-metadata';
import { ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { INTEREST_EVERY_MS, OrderBookUpdate, interestFeed, orderBookFeed, tradeFeed } from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { freePort, projectRoot, startNats, until } from '@elvis/testing';
import { JSONCodec, connect } from 'nats';
import { serveSnapshots } from '../../test/market/snapshot-source';
import { processorMs } from './processor-ms';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const SETTLE_MS = 60_000;
const SHARE_AT_MOST = 0.5;
/** One interval of the depth stream and 20 ms. */
const AGE_AT_MOST_MS = 120;
const LOOK_AT_MEMORY_MS = 5_000;
const GROWTH_AT_MOST = 0.05;
/** In a shorter run memory says little. */
const GROWTH_JUDGED_FROM_MS = 600_000;
const KEYS = {
  BINANCE_API_KEY: 'bench-key',
  BINANCE_API_SECRET: 'bench-secret',
  PAPER_OTHER_API_KEY: 'bench-other-key',
  PAPER_OTHER_API_SECRET: 'bench-other-secret',
};

interface Reading {
  readonly depth: number;
  readonly cpuMs: number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '600' }, speed: { type: 'string', default: '1' } },
  });
  const children: ChildProcess[] = [];
  const nats = await startNats();
  const execution = await connect(natsOptions(nats.urls.execution, 'bench-execution'));
  const reader = await connect(natsOptions(nats.urls.gateway, 'bench-gateway'));
  const wanting = wantTrades(reader);
  try {
    const [port, adminPort, opsPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const [rest, ws] = [`http://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`];
    const program = (name: string): string => join(projectRoot(), 'dist', name);
    const options = ['--port', `${port}`, '--admin-port', `${adminPort}`, '--speed', values.speed];
    children.push(
      spawn(
        process.execPath,
        [program('apps/paper-exchange/src/main.js'), ...options, '--weight-1m', '1000000'],
        {
          env: { ...process.env, ...KEYS },
          stdio: 'ignore',
        },
      ),
    );
    await until(() => fetch(`${rest}/fapi/v1/ping`).then(({ ok }) => ok), 'the paper exchange');
    serveSnapshots(execution, rest);
    const marketData = spawn(process.execPath, [program('apps/market-data/src/main.js')], {
      env: {
        ...process.env,
        NATS_URL: nats.urls['market-data'],
        SYMBOLS: SYMBOLS.join(','),
        BINANCE_FUTURES_WS_URL: ws,
        OPS_PORT: `${opsPort}`,
      },
      stdio: 'ignore',
    });
    const ccxt = fork(program('bench/feeds/worker.js'), [rest, ws, 'BTC/USDT:USDT', 'ETH/USDT:USDT']);
    children.push(marketData, ccxt);
    const ages = listenForAges(reader);
    let published = 0;
    let trades = 0;
    reader.subscribe('elvis.market.>', { callback: () => (published += 1) });
    reader.subscribe(`${tradeFeed.prefix}.*`, { callback: () => (trades += 1) });
    await until(() => ages.length > 100 && trades > 0, 'order books and trades on the bus');
    await until(async () => (await ccxtReading(ccxt)).depth > 100, 'order books of ccxt');
    await pause(SETTLE_MS);
    const read = async (): Promise<readonly [Reading, Reading]> =>
      Promise.all([marketDataReading(marketData, opsPort), ccxtReading(ccxt)]);
    const measureMs = Number(values.seconds) * 1_000;
    const before = await read();
    ages.splice(0);
    published = 0;
    const memory = await followMemory([marketData, ccxt], measureMs);
    const after = await read();
    console.log(`market-data published ${published} messages to NATS meanwhile, which is in its figure`);
    return report({ before, after, ages, memory, measureMs });
  } finally {
    clearInterval(wanting);
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([execution.close(), reader.close()]);
    await nats.stop();
  }
}

/** As ccxt's user has them, trades too are wanted. */
function wantTrades(reader: Awaited<ReturnType<typeof connect>>): NodeJS.Timeout {
  const bus = new Bus(reader);
  const say = (): void => {
    for (const symbol of SYMBOLS)
      bus.publish(interestFeed, `${symbol}.trades`, { symbol, topic: 'trades', by: 'clients' });
  };
  return setInterval(say, INTEREST_EVERY_MS / 5);
}

/** What a subscriber sees: the exchange's time of the newest event in the book against the clock of the same machine. */
function listenForAges(reader: Awaited<ReturnType<typeof connect>>): number[] {
  const codec = JSONCodec<OrderBookUpdate>();
  const ages: number[] = [];
  const seen = new Set<string>();
  reader.subscribe(`${orderBookFeed.prefix}.*`, {
    callback: (_, message) => {
      const { symbol, updateId, eventTimeMs } = codec.decode(message.data);
      const key = `${symbol} ${updateId}`;
      // What is said again only because nothing new came is not late.
      if (seen.has(key)) return;
      seen.add(key);
      ages.push(Date.now() - eventTimeMs);
    },
  });
  return ages;
}

async function marketDataReading({ pid }: ChildProcess, opsPort: number): Promise<Reading> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const depth = /^elvis_market_messages_total\{venue="binance-futures",kind="depth"\} (\d+)$/m.exec(
    text,
  )?.[1];
  return { depth: Number(depth), cpuMs: processorMs(pid ?? 0) };
}

async function ccxtReading(ccxt: ChildProcess): Promise<Reading> {
  const answer = new Promise<Omit<Reading, 'cpuMs'>>((resolve) =>
    ccxt.once('message', resolve as () => void),
  );
  ccxt.send('read');
  return { ...(await answer), cpuMs: processorMs(ccxt.pid ?? 0) };
}

/** What each holds in memory, looked at every so often for so long. */
async function followMemory(
  processes: readonly ChildProcess[],
  forMs: number,
): Promise<readonly (readonly number[])[]> {
  const memory = processes.map((): number[] => []);
  const endMs = performance.now() + forMs;
  for (;;) {
    for (const [index, { pid }] of processes.entries()) memory[index]?.push(rssOf(pid ?? 0));
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return memory;
    await pause(Math.min(leftMs, LOOK_AT_MEMORY_MS));
  }
}

const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

interface Measured {
  readonly before: readonly [Reading, Reading];
  readonly after: readonly [Reading, Reading];
  readonly ages: number[];
  readonly memory: readonly (readonly number[])[];
  readonly measureMs: number;
}

function report({ before, after, ages, memory, measureMs }: Measured): boolean {
  const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
  const growths = memory.map((looks) => middle(fifth(looks, 4)) / middle(fifth(looks, 0)) - 1);
  const costs = (['market-data', 'ccxt pro'] as const).map((name, index) => {
    const [from, to] = [before[index] as Reading, after[index] as Reading];
    const messages = to.depth - from.depth;
    const cost = ((to.cpuMs - from.cpuMs) / messages) * 1_000;
    const looks = memory[index] ?? [];
    const steps = [0, 1, 2, 3, 4].map((part) => megabytes(middle(fifth(looks, part)))).join(' ');
    console.log(
      `${name.padEnd(12)} ${messages} depth messages, ${cost.toFixed(0)} ms of CPU per 1,000, memory by fifths of the time ${steps} MB (${percent(growths[index] ?? NaN)})`,
    );
    return cost;
  });
  const share = (costs[0] ?? NaN) / (costs[1] ?? NaN);
  ages.sort((one, other) => one - other);
  const at = (part: number): number => ages[Math.floor((ages.length - 1) * part)] ?? NaN;
  const isLong = measureMs >= GROWTH_JUDGED_FROM_MS;
  console.log(
    `market-data needs ${(share * 100).toFixed(0)} % of ccxt's CPU (at most ${SHARE_AT_MOST * 100} %)`,
  );
  console.log(
    `order book at a subscriber: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (at most ${AGE_AT_MOST_MS} ms)`,
  );
  console.log(
    `market-data's memory: ${percent(growths[0] ?? NaN)} (at most +${GROWTH_AT_MOST * 100} %${isLong ? '' : ', judged from ten minutes on'})`,
  );
  const isFlat = !isLong || (growths[0] ?? Infinity) <= GROWTH_AT_MOST;
  return share <= SHARE_AT_MOST && at(0.99) <= AGE_AT_MOST_MS && isFlat;
}

const fifth = (looks: readonly number[], part: number): readonly number[] =>
  looks.slice(Math.floor((looks.length * part) / 5), Math.max(1, Math.ceil((looks.length * (part + 1)) / 5)));

const middle = (looks: readonly number[]): number =>
  [...looks].sort((one, other) => one - other)[Math.floor(looks.length / 2)] ?? NaN;

const percent = (growth: number): string => `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;

void main().then((isGood) => (process.exitCode = isGood ? 0 : 1));
