/**
 * `npm run load:orders [-- --orders 10000 --seed 1]`: sends orders through the whole running system and compares the
 * exchange's own list with the events and with the database, order by order and fill by fill. Then the audit is verified.
 *
 * The per-actor and per-IP limits are off and the exchange's order and weight limits are lifted.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { operate, startStack, until } from '@elvis/testing';
import { EventReader, differences, fromDatabase, fromExchange } from './order-lists';
import { seeded } from './seeded';

const CONCURRENCY = 16;
const SETTLE_DEADLINE_MS = 120_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { orders: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
  });
  const count = Number(values.orders);
  console.log(
    `${count} orders, seed ${values.seed}; limits off: RISK_MAX_ORDERS_PER_SECOND RISK_MAX_OPEN_ORDERS RISK_DUPLICATE_WINDOW_MS ` +
      'RISK_MAX_POSITION_NOTIONAL RISK_MAX_GROSS_NOTIONAL RISK_MAX_DAILY_LOSS RISK_MAX_DRAWDOWN RISK_MAX_CONSECUTIVE_REJECTS RATE_LIMIT_ORDERS RATE_LIMIT_CANCELS RATE_LIMIT_DEFAULT',
  );
  const running = await startStack({
    env: {
      RISK_MAX_ORDERS_PER_SECOND: 'off',
      RISK_MAX_OPEN_ORDERS: 'off',
      RISK_DUPLICATE_WINDOW_MS: 'off',
      RISK_MAX_POSITION_NOTIONAL: 'off',
      RISK_MAX_GROSS_NOTIONAL: 'off',
      RISK_MAX_DAILY_LOSS: 'off',
      RISK_MAX_DRAWDOWN: 'off',
      RISK_MAX_CONSECUTIVE_REJECTS: 'off',
      RATE_LIMIT_ORDERS: 'off',
      RATE_LIMIT_DEFAULT: 'off',
      RATE_LIMIT_CANCELS: 'off',
    },
    exchangeArgs: ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '10000000'],
  });
  const { stack } = running;
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
    const call = caller(stack.gatewayUrl, stack.apiKey, agent);
    const random = seeded(Number(values.seed));
    const mark = await until(
      async () => Number((await call('GET', '/api/v1/market/BTCUSDT')).body.mark) || undefined,
      'a price is known',
    );
    const answers = new Map<string, number>();
    const startedAt = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        while (next < count) {
          const number = (next += 1);
          const order = anOrder(number, random, mark);
          const { status, body } = await call('POST', '/api/v1/orders', order);
          const answer =
            status === 201 ? '201' : `${status} ${String(body.code)} ${String(body.detail).slice(0, 70)}`;
          answers.set(answer, (answers.get(answer) ?? 0) + 1);
          if (order.type === 'LIMIT' && random() < 0.98)
            await call('DELETE', `/api/v1/orders/${order.clientOrderId}`);
        }
      }),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    console.log(
      `sent in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(0)}/s); answers:`,
      Object.fromEntries(answers),
    );
    await call('DELETE', '/api/v1/orders');
    return (await compare(stack)) || (await verifyAudit(running.home));
  } finally {
    await running.stop();
  }
}

type Stack = Awaited<ReturnType<typeof startStack>>['stack'];

async function verifyAudit(home: string): Promise<number> {
  const { code, output } = await operate(home, 'apps/trade-history/src/programs/audit-verify');
  console.log(output.trim());
  return code ?? 1;
}

/** Compares until all three agree, or says how they differ at the deadline. */
async function compare(stack: Stack): Promise<number> {
  const deadline = performance.now() + SETTLE_DEADLINE_MS;
  const events = new EventReader(stack.natsUrl);
  for (;;) {
    const exchange = await fromExchange(stack.exchange.adminUrl);
    const problems = [
      ...differences(exchange, await events.lists(), 'the event log'),
      ...differences(exchange, await fromDatabase(stack.database), 'the database'),
    ];
    if (problems.length === 0) {
      console.log(
        `agreed: ${exchange.orders.size} orders and ${exchange.fills.size} fills on the exchange, in the events and in the database`,
      );
      return 0;
    }
    if (performance.now() > deadline) {
      problems.forEach((problem) => console.error(problem));
      return 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Order {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: 'MARKET' | 'LIMIT';
  readonly quantity: string;
  readonly price?: string;
}

/** Half at market; of the limit orders some cross the book and fill, some rest below or above it. */
function anOrder(number: number, random: () => number, mark: number): Order {
  const side = number % 2 === 0 ? 'BUY' : 'SELL';
  const quantity = (0.002 + Math.floor(random() * 4) / 1_000).toFixed(3);
  const order = { clientOrderId: `load:${number}`, symbol: 'BTCUSDT', side, quantity };
  if (random() < 0.5) return { ...order, type: 'MARKET' };
  const away = (random() - 0.3) * 0.02;
  const price = mark * (side === 'BUY' ? 1 - away : 1 + away);
  return { ...order, type: 'LIMIT', price: (Math.round(price * 10) / 10).toFixed(1) };
}

function caller(gatewayUrl: string, apiKey: string, agent: Agent) {
  const { hostname, port } = new URL(gatewayUrl);
  return (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        'x-api-key': apiKey,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      };
      const sent = request({ host: hostname, port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          const isJson = `${response.headers['content-type']}`.includes('json');
          resolve({
            status: response.statusCode ?? 0,
            body: isJson && answer !== '' ? (JSON.parse(answer) as Record<string, unknown>) : {},
          });
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
