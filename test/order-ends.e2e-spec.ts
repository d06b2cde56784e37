/**
 * Orders that the exchange ends in its own ways, over REST: one that met another of its own account, and one that was
 * amended to no more than what is filled of it.
 */
import { EXPOSURE_KEY, OrderChanged, orderExpired, reservationField } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { connect, JSONCodec, NatsConnection } from 'nats';
import { RunningStack, startStack, until } from '@elvis/testing';

jest.setTimeout(300_000);

const WITHIN_MS = 90_000;
const SYMBOL = 'BTCUSDT';
const TICK = '0.1';
const WHY = { status: 'EXPIRED', code: 'EXPIRED_IN_MATCH', reason: expect.stringContaining('same account') };

const NO_LIMITS = Object.fromEntries(
  [
    ...['RISK_DUPLICATE_WINDOW_MS', 'RISK_MAX_ORDER_NOTIONAL', 'RISK_MAX_POSITION_NOTIONAL'],
    ...['RISK_MAX_GROSS_NOTIONAL', 'RISK_MAX_DAILY_LOSS', 'RISK_MAX_DRAWDOWN'],
  ].map((name) => [name, 'off']),
);

interface Order {
  readonly clientOrderId: string;
  readonly status: string;
  readonly code?: string;
  readonly quantity: string;
  readonly filledQuantity: string;
}

describe('an order that the exchange ends', () => {
  let running: RunningStack;
  let nats: NatsConnection;
  const told: OrderChanged['order'][] = [];

  beforeAll(async () => {
    // There is room between bid and ask here, so that an order can be the best one.
    running = await startStack({
      env: { PAPER_MARKET: 'synthetic', PAPER_BALANCE: '10000000', ...NO_LIMITS },
    });
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

  async function call<Body>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Body> {
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

  const find = ({ clientOrderId }: Order): Promise<Order> => call('GET', `/api/v1/orders/${clientOrderId}`);

  /** Takes the best offer and more: the rest stays, for the market leaves it behind. */
  async function partlyFilled(): Promise<Order> {
    let found: Order | undefined;
    await until(
      async () => {
        const url = `${running.stack.exchange.restUrl}/fapi/v1/depth?symbol=${SYMBOL}&limit=5`;
        const { asks } = (await (await fetch(url)).json()) as { asks: [string, string][] };
        const [price = '0', offered = '0'] = asks[0] ?? [];
        const quantity = new Decimal(offered).plus('1.234').toFixed();
        const order = await send({ side: 'BUY', type: 'LIMIT', price, quantity });
        await fetch(`${running.stack.exchange.adminUrl}/price/move`, {
          method: 'POST',
          body: JSON.stringify({ symbol: SYMBOL, by: '100' }),
        });
        const resting = `${running.stack.exchange.restUrl}/fapi/v1/ticker/bookTicker?symbol=${SYMBOL}`;
        await until(
          async () => {
            const { bidPrice } = (await (await fetch(resting)).json()) as { bidPrice: string };
            return new Decimal(bidPrice).gt(price);
          },
          'the market to leave',
          WITHIN_MS,
        );
        const after = await find(order);
        if (after.status === 'PARTIALLY_FILLED') found = after;
        else await call('DELETE', `/api/v1/orders/${order.clientOrderId}`);
        return found !== undefined;
      },
      'an order that is partly filled',
      WITHIN_MS,
    );
    return found as Order;
  }

  /** Buys at a price better than the market's and sells into it; the market may be faster, then again. */
  async function expired(): Promise<Order> {
    let found: Order | undefined;
    await until(
      async () => {
        const url = `${running.stack.exchange.restUrl}/fapi/v1/ticker/bookTicker?symbol=${SYMBOL}`;
        const { bidPrice } = (await (await fetch(url)).json()) as { bidPrice: string };
        const price = new Decimal(bidPrice).plus(TICK).toFixed();
        const buy = await send({ side: 'BUY', type: 'LIMIT', price });
        if (buy.status !== 'NEW') return false;
        await send({ side: 'SELL', type: 'MARKET' });
        let after = buy;
        await until(
          async () => {
            after = await find(buy);
            return after.status !== 'NEW';
          },
          'the order to end',
          2_000,
        ).catch(() => undefined);
        if (after.status === 'EXPIRED') found = after;
        return found !== undefined;
      },
      'an order to meet its own kind',
      WITHIN_MS,
    );
    return found as Order;
  }

  it('because it met one of its own account, shows that in REST, in the events and in the history', async () => {
    const order = await expired();
    expect(order).toMatchObject(WHY);
    const { clientOrderId } = order;
    const event = (): object | undefined => told.find((each) => each.clientOrderId === clientOrderId);
    await until(() => Promise.resolve(event() !== undefined), 'the event', WITHIN_MS);
    expect(event()).toMatchObject(WHY);
    const stored = async (): Promise<Order | undefined> => {
      const path = `/api/v1/orders?status=EXPIRED&symbol=${SYMBOL}`;
      const { items = [] } = await call<{ items?: Order[] }>('GET', path);
      return items.find((each) => each.clientOrderId === clientOrderId);
    };
    await until(async () => (await stored()) !== undefined, 'the history to have it', WITHIN_MS);
    expect(await stored()).toMatchObject(WHY);
  });

  it.each`
    less       | how
    ${'0.001'} | ${'less than'}
    ${'0'}     | ${'exactly'}
  `(
    'amended to $how what is filled of it, is canceled here as there, and leaves nothing',
    async ({ less }) => {
      const { clientOrderId, filledQuantity, ...order } = await partlyFilled();
      const quantity = new Decimal(filledQuantity).minus(less as string).toFixed();
      const canceled = { status: 'CANCELED', quantity: filledQuantity, filledQuantity };
      const path = `/api/v1/orders/${clientOrderId}`;
      expect(await call('PUT', path, { quantity })).toMatchObject(canceled);
      expect(await find({ clientOrderId, filledQuantity, ...order })).toMatchObject(canceled);
      expect(await call('DELETE', path)).toMatchObject({ code: 'ORDER_ALREADY_CLOSED', status: 409 });
      const open = await call<{ items: Order[] }>('GET', '/api/v1/orders?status=open');
      expect(open.items.map((each) => each.clientOrderId)).not.toContain(clientOrderId);
      const { redis } = running.stack;
      const store = new Redis({ ...redis, protocol: 2 });
      expect(await store.hexists(EXPOSURE_KEY, reservationField(clientOrderId))).toBe(0);
      store.disconnect();
    },
  );
});

function loginOf(url: string): { readonly user: string; readonly pass: string } {
  const { username, password } = new URL(url.replace(/^nats/, 'http'));
  return { user: username, pass: password };
}
