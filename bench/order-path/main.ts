/**
 * `npm run bench:order-path`: how long an order takes from the client's POST until the exchange has it, beside what the
 * bare hops cost and beside ccxt on the same exchange, all in one run.
 *
 * The exchange's order limits are lifted and the per-actor and per-IP limits are off.
 */
import { Agent, request } from 'node:http';
import { startStack } from '@elvis/testing';
import { measureCcxt } from './ccxt-orders';
import { Spread, spreadOf } from './percentiles';
import { measureRawHops } from './raw-hops';

const SEQUENTIAL_ROUNDS = 1_500;
const CCXT_ROUNDS = 600;
const LIMITED_CCXT_ROUNDS = 60;
const WINDOW_MS = 6_000;
const CONCURRENCIES = [1, 4, 8, 16, 32, 64];

interface Placed {
  readonly status: number;
  readonly sentAt: number;
  readonly tookMs: number;
}

async function main(): Promise<void> {
  console.log(
    'limits off: RISK_MAX_ORDERS_PER_SECOND, RISK_MAX_POSITION_NOTIONAL, RISK_MAX_GROSS_NOTIONAL, RATE_LIMIT_*; exchange order limits lifted',
  );
  const raw = await measureRawHops();
  const running = await startStack({
    env: {
      RISK_MAX_ORDERS_PER_SECOND: 'off',
      RISK_MAX_POSITION_NOTIONAL: 'off',
      RISK_MAX_GROSS_NOTIONAL: 'off',
      RISK_DUPLICATE_WINDOW_MS: 'off',
      RISK_MAX_DAILY_LOSS: 'off',
      RISK_MAX_DRAWDOWN: 'off',
      RATE_LIMIT_ORDERS: 'off',
      RATE_LIMIT_DEFAULT: 'off',
    },
    exchangeArgs: ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '10000000'],
  });
  const { stack } = running;
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: 128 });
    const place = (id: string, side: string): Promise<Placed> =>
      placeOrder(stack.gatewayUrl, stack.apiKey, agent, id, side);
    for (let warm = 0; warm < 200; warm += 1) await place(`warm-${warm}`, warm % 2 ? 'SELL' : 'BUY');
    const sent = new Map<string, number>();
    const roundTrips: number[] = [];
    for (let round = 0; round < SEQUENTIAL_ROUNDS; round += 1) {
      const id = `seq-${round}`;
      const placed = await place(id, round % 2 ? 'SELL' : 'BUY');
      if (placed.status !== 201) throw new Error(`order ${id} was answered with ${placed.status}`);
      sent.set(id, placed.sentAt);
      roundTrips.push(placed.tookMs);
    }
    const toExchange = spreadOf(await arrivals(stack.exchange.adminUrl, sent));
    const roundTrip = spreadOf(roundTrips);
    const bare = await measureCcxt(stack.exchange, CCXT_ROUNDS, false);
    const limited = await measureCcxt(stack.exchange, LIMITED_CCXT_ROUNDS, true);
    report(raw, toExchange, roundTrip, bare, limited);
    await throughput(place);
    agent.destroy();
  } finally {
    await running.stop();
  }
}

function report(
  raw: Awaited<ReturnType<typeof measureRawHops>>,
  toExchange: Spread,
  roundTrip: Spread,
  bare: Spread,
  limited: Spread,
): void {
  const row = (name: string, { p50, p99, count }: Spread): Record<string, string> => ({
    what: name,
    'p50 ms': p50.toFixed(2),
    'p99 ms': p99.toFixed(2),
    n: `${count}`,
  });
  console.table([
    row('raw HTTP post', raw.http),
    row('raw NATS round trip', raw.nats),
    row('raw Redis script', raw.redis),
    row('raw JetStream acknowledgement', raw.jetstream),
    row("Elvis: client's POST until the exchange has the order", toExchange),
    row("Elvis: client's POST until the answer", roundTrip),
    row('ccxt createOrder, no limiter', bare),
    row('ccxt createOrder, default limiter', limited),
  ]);
  console.log(`sum of the raw hops (2 HTTP, 2 NATS, Redis, JetStream), p50: ${raw.sumP50.toFixed(2)} ms`);
  console.log(`Elvis / raw hops at p50: ${(toExchange.p50 / raw.sumP50).toFixed(2)} (goal: at most 2)`);
  console.log(
    `Elvis - bare ccxt at p50: ${(roundTrip.p50 - bare.p50).toFixed(2)} ms by answer, ${(toExchange.p50 - bare.p50).toFixed(2)} ms by arrival (goal: at most 1.5)`,
  );
  console.log(`faster than ccxt with its default limiter: ${roundTrip.p50 < limited.p50 ? 'yes' : 'no'}`);
}

async function throughput(place: (id: string, side: string) => Promise<Placed>): Promise<void> {
  const rows: Record<string, string>[] = [];
  for (const concurrency of CONCURRENCIES) {
    const times: number[] = [];
    let refused = 0;
    const until = performance.now() + WINDOW_MS;
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: concurrency }, async (_, lane) => {
        for (let round = 0; performance.now() < until; round += 1) {
          const placed = await place(`t${concurrency}-${lane}-${round}`, (lane + round) % 2 ? 'SELL' : 'BUY');
          times.push(placed.tookMs);
          if (placed.status !== 201) refused += 1;
        }
      }),
    );
    const { p50, p99, count } = spreadOf(times);
    const perSecond = count / ((performance.now() - startedAt) / 1_000);
    rows.push({
      'in flight': `${concurrency}`,
      'orders/s': perSecond.toFixed(0),
      'p50 ms': p50.toFixed(1),
      'p99 ms': p99.toFixed(1),
      'not 201': `${refused}`,
    });
    if (p99 > 50) break;
  }
  console.table(rows);
}

/** For each order, the milliseconds from our POST to the exchange's receipt; both read the machine's monotonic clock. */
async function arrivals(adminUrl: string, sent: ReadonlyMap<string, number>): Promise<number[]> {
  const answer = await fetch(`${adminUrl}/arrivals`);
  const { arrivals: arrived } = (await answer.json()) as {
    arrivals: { clientOrderId: string; receivedAtMonotonicMs: number }[];
  };
  const times = arrived.flatMap(({ clientOrderId, receivedAtMonotonicMs }) => {
    const sentAt = sent.get(clientOrderId);
    return sentAt === undefined ? [] : [receivedAtMonotonicMs - sentAt];
  });
  if (times.length !== sent.size) throw new Error(`the exchange has ${times.length} of ${sent.size} orders`);
  return times;
}

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

function placeOrder(
  gatewayUrl: string,
  apiKey: string,
  agent: Agent,
  clientOrderId: string,
  side: string,
): Promise<Placed> {
  const body = JSON.stringify({ clientOrderId, symbol: 'BTCUSDT', side, type: 'MARKET', quantity: '0.002' });
  const { hostname, port } = new URL(gatewayUrl);
  const sentAt = monotonicMs();
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: hostname,
        port,
        method: 'POST',
        path: '/api/v1/orders',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-api-key': apiKey,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, sentAt, tookMs: monotonicMs() - sentAt }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
