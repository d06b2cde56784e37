/**
 * `npm run bench:order-path [-- --rounds 1500 --window-ms 6000]`: how long an order takes from the client's POST until the
 * exchange has it, beside what the bare hops cost and beside ccxt on the same exchange; and what it costs: processor
 * time by process, messages by kind. All in one run.
 *
 * The exchange's order limits are lifted and the per-actor and per-IP limits are off.
 */
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { RunningStack, startStack } from '@elvis/testing';
import { measureCcxt } from './ccxt-orders';
import { reportMessages } from './message-costs';
import { Spread, spreadOf } from './percentiles';
import { Place, client, keepInFlight } from './place-order';
import { OF_ELVIS, ProcessorTime, perOrder, processorTime } from './processor-time';
import { measureRawHops } from './raw-hops';
import { measureReservations } from './reservations';

const LIMITED_CCXT_ROUNDS = 60;
const CONCURRENCIES = [1, 4, 8, 16, 32, 64];
/** Those for which it is told what an order costs. */
const COSTED = [1, 16, 32];
/** A service runs for weeks; what its first thousands of orders cost is the compiler's. */
const WARM_LANES = 16;
const WARM_MS = 20_000;
const IDLE_MS = 3_000;
const AFTER_MS = 300;

const ENV = {
  RISK_MAX_ORDERS_PER_SECOND: 'off',
  RISK_MAX_POSITION_NOTIONAL: 'off',
  RISK_MAX_GROSS_NOTIONAL: 'off',
  RISK_DUPLICATE_WINDOW_MS: 'off',
  RISK_MAX_DAILY_LOSS: 'off',
  RISK_MAX_DRAWDOWN: 'off',
  RATE_LIMIT_ORDERS: 'off',
  RATE_LIMIT_DEFAULT: 'off',
};
const EXCHANGE_ARGS = ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '10000000'];

async function main(): Promise<void> {
  console.log(
    'limits off: RISK_MAX_ORDERS_PER_SECOND, RISK_MAX_POSITION_NOTIONAL, RISK_MAX_GROSS_NOTIONAL, RATE_LIMIT_*; exchange order limits lifted',
  );
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1500' },
      'window-ms': { type: 'string', default: '6000' },
    },
  });
  const rounds = Number(values.rounds);
  const windowMs = Number(values['window-ms']);
  const raw = await measureRawHops();
  const running = await startStack({ env: ENV, exchangeArgs: EXCHANGE_ARGS });
  const { stack } = running;
  const { place, close } = client(stack.gatewayUrl, stack.apiKey);
  try {
    await keepInFlight(place, WARM_LANES, WARM_MS, 'warm');
    const sent = new Map<string, number>();
    const roundTrips: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const id = `seq-${round}`;
      const placed = await place(id, round % 2 ? 'SELL' : 'BUY');
      if (placed.status !== 201) throw new Error(`order ${id} was answered with ${placed.status}`);
      sent.set(id, placed.sentAt);
      roundTrips.push(placed.tookMs);
    }
    const toExchange = spreadOf(await arrivals(stack.exchange.adminUrl, sent));
    const roundTrip = spreadOf(roundTrips);
    const bare = await measureCcxt(stack.exchange, Math.ceil(rounds / 2.5), false);
    const limited = await measureCcxt(stack.exchange, LIMITED_CCXT_ROUNDS, true);
    report(raw, toExchange, roundTrip, bare, limited);
    await throughput(running, place, windowMs);
    await reservations(running, place);
  } finally {
    close();
    await running.stop();
  }
  await reportMessages({ env: ENV, exchangeArgs: EXCHANGE_ARGS, inFlight: COSTED, windowMs });
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

async function throughput(running: RunningStack, place: Place, windowMs: number): Promise<void> {
  const rows: Record<string, string>[] = [];
  const costs = new Map<number, ProcessorTime>();
  const idleBefore = processorTime(running);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idle = perOrder(idleBefore, processorTime(running), IDLE_MS / 1_000);
  for (const concurrency of CONCURRENCIES) {
    const before = processorTime(running);
    const startedAt = performance.now();
    const placed = await keepInFlight(place, concurrency, windowMs, `t${concurrency}`);
    const seconds = (performance.now() - startedAt) / 1_000;
    // What follows an answer belongs to its order; so does what goes on by itself in that time.
    await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
    costs.set(concurrency, perOrder(before, processorTime(running), placed.length));
    const { p50, p99, count } = spreadOf(placed.map(({ tookMs }) => tookMs));
    rows.push({
      'in flight': `${concurrency}`,
      'orders/s': (count / seconds).toFixed(0),
      'p50 ms': p50.toFixed(1),
      'p99 ms': p99.toFixed(1),
      'not 201': `${placed.filter(({ status }) => status !== 201).length}`,
      'CPU ms/order': costs.get(concurrency)?.get(OF_ELVIS)?.toFixed(1) ?? '',
    });
    if (p99 > 50 && concurrency >= Math.max(...COSTED)) break;
  }
  console.table(rows);
  console.log(
    'processor time per order, ms; idle: ms per second without any order (it is part of the others)',
  );
  const column = (lanes: number): string => `${lanes} in flight`;
  console.table(
    Object.fromEntries(
      [...idle].map(([name, perSecond]) => [
        name,
        {
          ...Object.fromEntries(
            COSTED.map((lanes) => [column(lanes), costs.get(lanes)?.get(name)?.toFixed(2) ?? '']),
          ),
          idle: perSecond.toFixed(1),
        },
      ]),
    ),
  );
}

async function reservations({ stack }: RunningStack, place: Place): Promise<void> {
  const redis = new Redis({ ...stack.redis, protocol: 2 });
  try {
    const { orders, refused, longestMs, left } = await measureReservations(place, redis);
    console.log(
      `${orders} market orders, 32 in flight: ${refused} not answered 201; a reservation was seen up to ${longestMs.toFixed(0)} ms after its order's answer (goal: 250), ${left} are left 250 ms after the last`,
    );
  } finally {
    redis.disconnect();
  }
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

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
