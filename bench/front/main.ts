/**
 * `npm run bench:front [-- --orders 200 --reads 2000]`: what the Binance front adds. The same resting order in turn through
 * `POST /orders` of the gateway, through the front, and straight to the paper exchange under another account; then reads that
 * the front answers by itself, one at a time and 64 at once. One client, one machine, everything beside it.
 */
import { startStack } from '@elvis/testing';
import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeKey } from '../../test/front/front-system';
import { spreadOf } from '../order-path/percentiles';

const LIMITS = {
  ...{ RISK_MAX_ORDERS_PER_SECOND: 'off', RISK_MAX_OPEN_ORDERS: 'off', RISK_DUPLICATE_WINDOW_MS: 'off' },
  ...{ RISK_MAX_POSITION_NOTIONAL: 'off', RISK_MAX_GROSS_NOTIONAL: 'off' },
  ...{ RATE_LIMIT_ORDERS: 'off', RATE_LIMIT_DEFAULT: 'off' },
};
const EXCHANGE = ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '1000000'];
/** A key may place 300 in ten seconds. */
const PAUSE_MS = 60;
const AT_ONCE = 64;
const WARM_UP = 20;

type Act = () => Promise<Response>;

async function timed(act: Act): Promise<number> {
  const begunAt = performance.now();
  const answer = await act();
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return performance.now() - begunAt;
}

function row(name: string, tookMs: readonly number[]): string {
  const { p50, p99 } = spreadOf(tookMs);
  return `${name.padEnd(34)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { orders: { type: 'string', default: '200' }, reads: { type: 'string', default: '2000' } },
  });
  const system = await startStack({ env: LIMITS, exchangeArgs: EXCHANGE });
  try {
    const { front, exchange, gatewayUrl, apiKey } = system.stack;
    const key = await makeKey(system, 'bench');
    const signed = (
      origin: string,
      of: { apiKey: string; secret: string },
      method: string,
      fields: object,
    ) => {
      const all = Object.entries({ ...fields, timestamp: Date.now() });
      const text = new URLSearchParams(
        all.map(([name, value]): [string, string] => [name, `${value}`]),
      ).toString();
      const signature = createHmac('sha256', of.secret).update(text).digest('hex');
      const url = `${origin}/fapi/v1/order?${text}&signature=${signature}`;
      return fetch(url, { method, headers: { 'X-MBX-APIKEY': of.apiKey } });
    };
    const mark = await (await fetch(`${exchange.restUrl}/fapi/v1/premiumIndex?symbol=BTCUSDT`)).json();
    const price = Math.floor(Number((mark as { markPrice: string }).markPrice) * 0.97);
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price,
    };
    const other = { apiKey: exchange.apiKey, secret: exchange.apiSecret };
    const gateway = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${gatewayUrl}/api/v1/orders${path}`, {
        method,
        headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const took: Record<string, number[]> = {
      'order, POST /orders': [],
      'order, front': [],
      'order, exchange': [],
    };
    for (let n = -WARM_UP; n < Number(values.orders); n += 1) {
      const id = `bench-${n + WARM_UP}`;
      const named = { ...order, newClientOrderId: id };
      const ways: [string, Act, Act][] = [
        [
          'order, POST /orders',
          () => gateway('POST', '', { ...order, price: `${price}`, clientOrderId: id }),
          () => gateway('DELETE', `/${id}`),
        ],
        ...(
          [
            ['front', front.restUrl, key],
            ['exchange', exchange.restUrl, other],
          ] as const
        ).map(([name, origin, of]): [string, Act, Act] => [
          `order, ${name}`,
          () => signed(origin, of, 'POST', named),
          () => signed(origin, of, 'DELETE', { symbol: 'BTCUSDT', origClientOrderId: id }),
        ]),
      ];
      for (const [name, place, cancel] of ways) {
        const tookMs = await timed(place);
        if (n >= 0) took[name]?.push(tookMs);
        await timed(cancel);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    for (const [name, all] of Object.entries(took)) console.log(row(name, all));
    const reads = [
      'time',
      'exchangeInfo',
      'ticker/24hr?symbol=BTCUSDT',
      'klines?symbol=BTCUSDT&interval=1m&limit=100',
    ];
    for (const path of reads) {
      const read: Act = () => fetch(`${front.restUrl}/fapi/v1/${path}`);
      const one: number[] = [];
      for (let n = 0; n < Number(values.reads); n += 1) one.push(await timed(read));
      const begunAt = performance.now();
      let left = Number(values.reads);
      const worker = async (): Promise<void> => {
        while ((left -= 1) >= 0) await timed(read);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const perSecond = (Number(values.reads) / (performance.now() - begunAt)) * 1_000;
      console.log(`${row(path.split('?')[0] ?? '', one)}  ${AT_ONCE} at once ${perSecond.toFixed(0)}/s`);
    }
  } finally {
    await system.stop();
  }
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
