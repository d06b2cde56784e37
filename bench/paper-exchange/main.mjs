/**
 * How fast the paper exchange is: orders a second on one core with the recordings playing at 20 times their pace, what
 * an order costs it, and whether its memory stays flat over a soak.
 *
 *   node bench/paper-exchange/main.mjs [--seconds 20] [--soak-minutes 30] [--in-flight 64] [--closed-orders-kept 50000]
 *
 * It measures the built exchange (dist/) in a process of its own; the order limits are lifted, and it says so.
 */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    'soak-minutes': { type: 'string', default: '0' },
    'in-flight': { type: 'string', default: '64' },
    'closed-orders-kept': { type: 'string', default: '50000' },
  },
});
const ROOT = join(import.meta.dirname, '..', '..');
const KEYS = {
  BINANCE_API_KEY: 'bench-elvis-key',
  BINANCE_API_SECRET: 'bench-elvis-secret',
  PAPER_OTHER_API_KEY: 'bench-other-key',
  PAPER_OTHER_API_SECRET: 'bench-other-secret',
};

const CLOSED_ORDERS_KEPT = Number(values['closed-orders-kept']);

const exchange = await open([
  ...['--orders-1m', '1000000000', '--orders-10s', '1000000000', '--weight-1m', '1000000000'],
  ...['--speed', '20', '--balance', '10000000', '--closed-orders-kept', String(CLOSED_ORDERS_KEPT)],
]);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    exchange.child.kill('SIGKILL');
    process.exit(1);
  });
console.log('The order limits are lifted; BTCUSDT, ETHUSDT and spot BTCUSDT play at 20x.');
try {
  if (Number(values.seconds) > 0) await speed();
  if (Number(values['soak-minutes']) > 0) await soak(Number(values['soak-minutes']));
} finally {
  exchange.child.kill('SIGTERM');
}

async function speed() {
  await load(3, 64);
  const idle = await costOf(() => sleep(5_000));
  console.log(`replay at 20x alone        ${((idle.cpuMs / idle.wallMs) * 100).toFixed(1)} % of a core`);
  report('one at a time', await measured(Number(values.seconds) / 2, 1));
  report(
    `${values['in-flight']} in flight`,
    await measured(Number(values.seconds), Number(values['in-flight'])),
  );
}

async function measured(seconds, inFlight) {
  let result;
  const cost = await costOf(async () => (result = await load(seconds, inFlight)));
  return { ...result, cpuPerOrderMs: cost.cpuMs / result.orders, wallMs: cost.wallMs };
}

function report(name, { orders, refused, latencies, cpuPerOrderMs, wallMs }) {
  const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(2);
  const rate = Math.round((orders / wallMs) * 1_000);
  console.log(
    `${name.padEnd(26)} ${rate} orders/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${cpuPerOrderMs.toFixed(3)} ms of CPU an order: ${Math.round(1_000 / cpuPerOrderMs)} orders/s on one core, ${told(refused)}`,
  );
}

/** No order here is one to refuse: a bench of refusals would measure something else. */
function told(refused) {
  const all = [...refused].map(([why, count]) => `${count} x ${why}`);
  if (all.length > 0) process.exitCode = 1;
  return all.length === 0 ? 'none refused' : `REFUSED: ${all.join('; ')}`;
}

/**
 * 20 orders a second for minutes on end, half of them resting and cancelled, with a market and a user stream read all
 * along. Closed orders, trades and bookings are kept up to a number: they are filled up first, so that a growing history is not taken for a
 * leak, nor a leak for history.
 */
async function soak(minutes) {
  const streams = await listen();
  const readings = [];
  for (let filled = 0; filled < CLOSED_ORDERS_KEPT * 2;) filled += (await load(10, 32)).orders;
  console.log(
    `the history is full (${CLOSED_ORDERS_KEPT} orders): ${memoryOf(exchange.child.pid).toFixed(0)} MB`,
  );
  for (let minute = 1; minute <= minutes; minute += 1) {
    await load(60, 1, 50, restAndCancel);
    readings.push(memoryOf(exchange.child.pid));
    console.log(`minute ${minute}: ${readings.at(-1).toFixed(0)} MB, ${streams.events} events`);
  }
  const settled = readings.slice(Math.min(2, readings.length - 1));
  console.log(
    `memory from ${Math.min(...settled).toFixed(0)} to ${Math.max(...settled).toFixed(0)} MB once it had settled, ${trend(settled).toFixed(2)} MB a minute`,
  );
  streams.close();
}

/** The slope of the least squares line. */
function trend(readings) {
  const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length;
  const middle = (readings.length - 1) / 2;
  const above = readings.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const below = readings.reduce((sum, _value, index) => sum + (index - middle) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/** A market stream and the account's own, counted. */
async function listen() {
  const { listenKey } = JSON.parse((await send(new Agent(), 'POST', '/fapi/v1/listenKey', '')).text);
  const counted = { events: 0, close: () => sockets.forEach((socket) => socket.terminate()) };
  const sockets = [
    'public/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker',
    `private/ws?listenKey=${listenKey}`,
  ].map((path) => new WebSocket(`ws://127.0.0.1:${exchange.port}/${path}`));
  for (const socket of sockets) socket.on('message', () => (counted.events += 1));
  const keepAlive = setInterval(() => void send(new Agent(), 'PUT', '/fapi/v1/listenKey', ''), 1_200_000);
  keepAlive.unref();
  return counted;
}

/** Buys and sells in turn, so that positions and books stay as they are. */
async function load(seconds, inFlight, pauseMs = 0, each = order) {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const until = performance.now() + seconds * 1_000;
  const latencies = [];
  let sent = 0;
  const refused = new Map();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < until) {
        sent += 1;
        const started = performance.now();
        const why = await each(agent, sent);
        if (why !== undefined) refused.set(why, (refused.get(why) ?? 0) + 1);
        latencies.push(performance.now() - started);
        if (pauseMs > 0) await sleep(pauseMs);
      }
    }),
  );
  agent.destroy();
  return { orders: sent, refused, latencies: latencies.sort((left, right) => left - right) };
}

/** Every other order rests far from the market and is cancelled. */
async function restAndCancel(agent, number) {
  if (number % 4 < 2) return order(agent, number);
  const name = `newClientOrderId=r${number}`;
  const bid = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=55000&${name}`;
  const answer = await send(agent, 'POST', '/fapi/v1/order', bid);
  await send(agent, 'DELETE', '/fapi/v1/order', `symbol=BTCUSDT&origC${name.slice(4)}`);
  return refusalOf(answer);
}

/** Answers why it was refused; undefined: it was not. */
async function order(agent, number) {
  const query = `symbol=BTCUSDT&side=${number % 2 ? 'BUY' : 'SELL'}&type=MARKET&quantity=0.001&newClientOrderId=b${process.hrtime.bigint()}`;
  return refusalOf(await send(agent, 'POST', '/fapi/v1/order', query));
}

function refusalOf({ status, text }) {
  return status === 200 ? undefined : `${status} ${text}`;
}

function send(agent, method, path, parameters) {
  // A machine that stands still for seconds is no reason for a refusal.
  const query = `${parameters}${parameters && '&'}recvWindow=60000&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', KEYS.BINANCE_API_SECRET).update(query).digest('hex');
  return new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port: exchange.port,
        path: `${path}?${query}&signature=${signature}`,
        method,
        agent,
        headers: { 'X-MBX-APIKEY': KEYS.BINANCE_API_KEY },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      },
    )
      .on('error', reject)
      .end();
  });
}

async function costOf(work) {
  const before = cpuMsOf(exchange.child.pid);
  const started = performance.now();
  await work();
  return { cpuMs: cpuMsOf(exchange.child.pid) - before, wallMs: performance.now() - started };
}

async function open(args) {
  const main = join(ROOT, 'dist', 'apps', 'paper-exchange', 'src', 'main.js');
  const child = spawn(process.execPath, [main, '--port', '0', ...args], {
    env: { ...process.env, ...KEYS },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`the exchange ended with ${code}: ${text}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /"port":(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    });
  });
  return { child, port };
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Linux counts in ticks of 10 ms. */
function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
