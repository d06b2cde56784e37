/**
 * `npm run load:saturation [-- --seconds 200 --workers 40 --replicas 3 --binding orders|weight]`: orders and cancels that want
 * more than the exchange allows, on an exchange whose user stream is refused, so that Elvis reads the account and its
 * orders each second. What is refused for want of budget is sent again under its id, as any client would.
 *
 * It prints what every order was answered, by code, and how long cancels took, and fails if an order was refused for good
 * for a reason of our own, if less than 97 % of the binding limit was used in a full minute of the exchange's own count, or
 * if the exchange answered 429.
 */
import { parseArgs } from 'node:util';
import { RunningStack, startStack } from '@elvis/testing';
import { spreadOf } from '../../bench/order-path/percentiles';

const LEAST_USED = 0.97;
const MINUTE_MS = 60_000;
const LIFTED = 1_000_000;
const LONGEST_PAUSE_MS = 2_000;
const POLLING_WITHIN_MS = 180_000;

interface CountedWindow {
  readonly start: number;
  readonly used: number;
}
interface Meter {
  readonly limit: number;
  readonly windows: readonly CountedWindow[];
}
interface Report {
  readonly now: number;
  readonly sinceMark: { readonly limited: number };
  readonly meters: {
    readonly futures: {
      readonly weight: Readonly<Record<string, Meter>>;
      readonly orders: { readonly elvis: readonly (Meter & { readonly window: string })[] };
    };
  };
}
interface Answer {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '200' },
      workers: { type: 'string', default: '40' },
      replicas: { type: 'string', default: '3' },
      binding: { type: 'string', default: 'orders' },
    },
  });
  const isByWeight = values.binding === 'weight';
  const running = await startStack({
    replicas: { execution: Number(values.replicas) },
    env: { ...withoutLimits(), LOG_LEVEL: 'info' },
    ...(isByWeight && { exchangeArgs: ['--orders-1m', `${LIFTED}`, '--orders-10s', `${LIFTED}`] }),
  });
  try {
    await refuseUserStream(running);
    await exchangeOf(running)('POST', '/mark');
    const fromMs = (await report(running)).now;
    const before = await spentBy(running);
    const counts = await saturate(running, Number(values.workers), Number(values.seconds) * 1_000);
    printSpent(before, await spentBy(running), Number(values.seconds) / 60);
    return assess(await report(running), fromMs, isByWeight, counts);
  } finally {
    await running.stop();
  }
}

const withoutLimits = (): Record<string, string> =>
  Object.fromEntries(
    [
      ...['RISK_MAX_ORDERS_PER_SECOND', 'RISK_MAX_OPEN_ORDERS', 'RISK_DUPLICATE_WINDOW_MS'],
      ...['RISK_MAX_POSITION_NOTIONAL', 'RISK_MAX_GROSS_NOTIONAL', 'RISK_MAX_CONSECUTIVE_REJECTS'],
      ...['RATE_LIMIT_ORDERS', 'RATE_LIMIT_DEFAULT', 'RATE_LIMIT_CANCELS'],
    ].map((name) => [name, 'off']),
  );

const exchangeOf =
  ({ stack }: RunningStack) =>
  async <Reply>(method: string, path: string, body?: object): Promise<Reply> => {
    const url = `${stack.exchange.adminUrl}${path}`;
    const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    return (await answer.json().catch(() => undefined)) as Reply;
  };

const report = (running: RunningStack): Promise<Report> => exchangeOf(running)<Report>('GET', '/report');

/** The exchange gives no listen key any more, and ends the stream that stands: Elvis goes on by reading each second. */
async function refuseUserStream(running: RunningStack): Promise<void> {
  const exchange = exchangeOf(running);
  await exchange('POST', '/trouble', { kind: 'internal-error', method: 'POST', path: '/fapi/v1/listenKey' });
  await exchange('POST', '/streams/disconnect', { which: 'user' });
  const deadline = performance.now() + POLLING_WITHIN_MS;
  const isPolled = async (): Promise<boolean> => {
    const before = await readings(running);
    await pause(3_000);
    return (await readings(running)) >= before + 2;
  };
  while (!(await isPolled()))
    if (performance.now() > deadline) throw new Error(`The account is not polled:\n${running.output()}`);
}

/** Weight by endpoint and asker, of all replicas together. */
async function spentBy(running: RunningStack): Promise<Map<string, number>> {
  const spent = new Map<string, number>();
  for (const { name, port } of running.stack.services) {
    if (name !== 'execution') continue;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, labels = '', value] of text.matchAll(/^elvis_exchange_weight_total\{(.*)\} (\S+)$/gm))
      spent.set(labels, (spent.get(labels) ?? 0) + Number(value));
  }
  return spent;
}

function printSpent(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  minutes: number,
): void {
  const rows = [...after].map(([labels, value]) => ({
    labels,
    spent: (value - (before.get(labels) ?? 0)) / minutes,
  }));
  for (const { labels, spent } of rows.sort((left, right) => right.spent - left.spent))
    if (spent >= 1) console.log(`${spent.toFixed(0).padStart(7)} weight a minute  ${labels}`);
}

/** How often the account was read by whoever follows it. */
async function readings(running: RunningStack): Promise<number> {
  let sum = 0;
  for (const { name, port } of running.stack.services) {
    if (name !== 'execution') continue;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, labels = '', value] of text.matchAll(/^elvis_exchange_calls_total\{(.*)\} (\S+)$/gm))
      if (labels.includes('positionRisk') && labels.includes('asker="account"')) sum += Number(value);
  }
  return sum;
}

/** Each worker places an order below the market and cancels it, over and over; answers are counted by status and code. */
async function saturate(running: RunningStack, workers: number, forMs: number): Promise<Map<string, number>> {
  const { gatewayUrl, apiKey } = running.stack;
  const counts = new Map<string, number>();
  const cancelsMs: number[] = [];
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const headers = { 'x-api-key': apiKey, ...(body && { 'content-type': 'application/json' }) };
    const startedAt = performance.now();
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const told = (await response.json().catch(() => ({}))) as { code?: string; status?: string | number };
    if (method === 'DELETE') cancelsMs.push(performance.now() - startedAt);
    const code = response.status < 300 ? `${told.status}` : `${told.code}`;
    const key = `${method} ${response.status} ${code}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const retryAfterMs = Number(response.headers.get('retry-after') ?? 1) * 1_000;
    return { status: response.status, code, retryAfterMs };
  };
  const mark = await markOf(gatewayUrl, apiKey);
  const until = performance.now() + forMs;
  const untilTaken = async (ask: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      const answer = await ask();
      if (answer.status !== 503 || performance.now() > until) return answer;
      await pause(Math.min(answer.retryAfterMs, LONGEST_PAUSE_MS));
    }
  };
  let ids = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (performance.now() < until) {
        const clientOrderId = `saturation-${(ids += 1)}`;
        const price = (Math.round(mark * (0.97 + (worker % 20) / 1_000) * 10) / 10).toFixed(1);
        const terms = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.002', price };
        const placed = await untilTaken(() => call('POST', '/api/v1/orders', { clientOrderId, ...terms }));
        if (placed.status < 300) await untilTaken(() => call('DELETE', `/api/v1/orders/${clientOrderId}`));
      }
    }),
  );
  const { p50, p99, count } = spreadOf(cancelsMs);
  console.log(`${count} cancels: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (goal: p99 below 300)`);
  return counts;
}

async function markOf(gatewayUrl: string, apiKey: string): Promise<number> {
  const headers = { 'x-api-key': apiKey };
  const answer = await fetch(`${gatewayUrl}/api/v1/market/BTCUSDT`, { headers });
  return Number(((await answer.json()) as { mark: string }).mark);
}

function assess(
  { now, sinceMark, meters }: Report,
  fromMs: number,
  isByWeight: boolean,
  counts: ReadonlyMap<string, number>,
): boolean {
  for (const [key, count] of [...counts].sort(([, left], [, right]) => right - left))
    console.log(`${`${count}`.padStart(7)}  ${key}`);
  const refused = [...counts].filter(([key]) => /^POST (4\d\d|5(?!03))/.test(key));
  const final = refused.reduce((sum, [, count]) => sum + count, 0);
  const [weight] = Object.values(meters.futures.weight);
  const orders = meters.futures.orders.elvis.find(({ windows }) => isMinute(windows));
  // A minute counts if the load was there before it began and after it ended; the first one begins with a queue of none.
  const isFull = ({ start }: CountedWindow): boolean =>
    start >= fromMs && start + MINUTE_MS <= now - LONGEST_PAUSE_MS;
  const least = (meter: Meter | undefined): number =>
    Math.min(...(meter?.windows ?? []).filter(isFull).map(({ used }) => used / (meter?.limit ?? 1)));
  const used = { orders: least(orders), weight: least(weight) };
  const binding = isByWeight ? used.weight : used.orders;
  console.log(
    `used in the least full minute: orders ${percent(used.orders)}, weight ${percent(used.weight)}`,
  );
  console.log(`refused for good: ${final}; answered 429 or 418 by the exchange: ${sinceMark.limited}`);
  return final === 0 && binding >= LEAST_USED && sinceMark.limited === 0;
}

/** The meters of one account are told side by side; the longer window is the minute's. */
const isMinute = (windows: readonly CountedWindow[]): boolean =>
  windows.length > 0 && windows.every(({ start }) => start % MINUTE_MS === 0);

const percent = (share: number): string =>
  Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : 'none';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

main().then(
  (isWell) => (process.exitCode = isWell ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
