/** An order that the exchange ends because it met another of the same account says so, wherever one looks. */
import { orderExpired, OrderChanged } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { connect, JSONCodec, NatsConnection } from 'nats';
import { waitUntil } from '../scripts/servers';
import { RunningStack, startStack } from '../scripts/stack';

jest.setTimeout(300_000);

const WITHIN_MS = 90_000;
const SYMBOL = 'BTCUSDT';
const TICK = '0.1';
const WHY = { status: 'EXPIRED', code: 'EXPIRED_IN_MATCH', reason: expect.stringContaining('same account') };

interface Order {
  readonly clientOrderId: string;
  readonly status: string;
  readonly code?: string;
}

describe('an order that met another of its own account', () => {
  let running: RunningStack;
  let nats: NatsConnection;
  const told: OrderChanged['order'][] = [];

  beforeAll(async () => {
    // There is room between bid and ask here, so that an order can be the best one.
    running = await startStack({ env: { PAPER_MARKET: 'synthetic', RISK_DUPLICATE_WINDOW_MS: 'off' } });
    nats = await connect({ servers: running.stack.natsUrl, ...loginOf(running.stack.natsUrl) });
    nats.subscribe(orderExpired.type, {
      callback: (_, { data }) => {
        const { data: change } = JSONCodec<{ data: OrderChanged }>().decode(data);
        told.push(change.order);
      },
    });
    await nats.flush();
  });
  afterAll(async () => {
    await nats?.close();
    await running?.stop();
  });

  async function call<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
    const { gatewayUrl, apiKey } = running.stack;
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    return (await response.json()) as Body;
  }

  let ids = 0;
  const send = (order: object): Promise<Order> =>
    call('POST', '/api/v1/orders', {
      ...{ clientOrderId: `own-${(ids += 1)}`, symbol: SYMBOL, quantity: '0.002', ...order },
    });

  /** Buys at a price better than the market's and sells into it; the market may be faster, then again. */
  async function expired(): Promise<Order> {
    let found: Order | undefined;
    await waitUntil(
      async () => {
        const url = `${running.stack.exchange.restUrl}/fapi/v1/ticker/bookTicker?symbol=${SYMBOL}`;
        const { bidPrice } = (await (await fetch(url)).json()) as { bidPrice: string };
        const price = new Decimal(bidPrice).plus(TICK).toFixed();
        const buy = await send({ side: 'BUY', type: 'LIMIT', price });
        if (buy.status !== 'NEW') return false;
        await send({ side: 'SELL', type: 'MARKET' });
        let after = buy;
        await waitUntil(
          async () => {
            after = await call<Order>('GET', `/api/v1/orders/${buy.clientOrderId}`);
            return after.status !== 'NEW';
          },
          2_000,
          'the order to end',
        ).catch(() => undefined);
        if (after.status === 'EXPIRED') found = after;
        return found !== undefined;
      },
      WITHIN_MS,
      'an order to meet its own kind',
    );
    return found as Order;
  }

  it('shows its reason in REST, in the events and in the history', async () => {
    const order = await expired();
    expect(order).toMatchObject(WHY);
    const { clientOrderId } = order;
    const event = (): object | undefined => told.find((each) => each.clientOrderId === clientOrderId);
    await waitUntil(() => Promise.resolve(event() !== undefined), WITHIN_MS, 'the event');
    expect(event()).toMatchObject(WHY);
    const stored = async (): Promise<Order | undefined> => {
      const path = `/api/v1/orders?status=EXPIRED&symbol=${SYMBOL}`;
      const { items = [] } = await call<{ items?: Order[] }>('GET', path);
      return items.find((each) => each.clientOrderId === clientOrderId);
    };
    await waitUntil(async () => (await stored()) !== undefined, WITHIN_MS, 'the history to have it');
    expect(await stored()).toMatchObject(WHY);
  });
});

function loginOf(url: string): { readonly user: string; readonly pass: string } {
  const { username, password } = new URL(url.replace(/^nats/, 'http'));
  return { user: username, pass: password };
}
