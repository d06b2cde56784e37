import {
  ListOrders,
  OrderView,
  SubmitOrder,
  amendOrder,
  cancelAllOrders,
  cancelOrder,
  findOrder,
  findStoredOrder,
  listOpenOrders,
  listStoredOrders,
  submitOrder,
} from '@elvis/contracts';
import { OrderStatus, TradingFailure } from '@elvis/trading';
import { opened } from '@elvis/testing';
import { SILENCE, startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

const order = {
  clientOrderId: 'o-1',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.010',
  price: '57000',
};

const content = ({ remoteIp: _, ...submitted }: Partial<SubmitOrder>) => ({
  market: 'futures' as const,
  ...submitted,
});

const viewOf = (
  submitted: Partial<SubmitOrder>,
  status: OrderStatus,
  more: Partial<OrderView> = {},
): OrderView => ({
  ...(order as unknown as OrderView),
  ...content(submitted),
  filledQuantity: '0',
  status,
  decisionId: '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11',
  actor: 'key:environment',
  createdAtMs: 1_723_100_000_000,
  updatedAtMs: 1_723_100_000_123,
  ...more,
});

describe('orders over REST', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const risk = opened(() => startResponder(servers.nats, 'risk'));
  const execution = opened(() => startResponder(servers.nats, 'execution'));
  const history = opened(() => startResponder(servers.nats, 'trade-history'));

  const submit = (body: object, headers: Record<string, string> = {}) =>
    gateway.call('POST', '/api/v1/orders', { body, headers });

  it('answers 201 with the order when the exchange took it', async () => {
    risk.on(submitOrder, (asked: SubmitOrder) => ({ order: viewOf(asked, 'NEW'), isRepeat: false }));
    const { status, body, headers } = await submit(order);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...order,
      market: 'futures',
      filledQuantity: '0',
      status: 'NEW',
      decisionId: '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11',
      createdAt: '2024-08-08T06:53:20.000Z',
      updatedAt: '2024-08-08T06:53:20.123Z',
    });
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(risk.asked.at(-1)?.payload).toEqual({
      ...order,
      market: 'futures',
      actor: 'key:environment',
      remoteIp: '127.0.0.1',
    });
  });

  it.each`
    status           | isRepeat | answer | because
    ${'FILLED'}      | ${false} | ${201} | ${'the exchange took it and filled it'}
    ${'NEW'}         | ${true}  | ${200} | ${'it is a repeat'}
    ${'FILLED'}      | ${true}  | ${200} | ${'it is a repeat of what has been filled since'}
    ${'UNKNOWN'}     | ${false} | ${202} | ${'nobody knows yet'}
    ${'PENDING_NEW'} | ${false} | ${202} | ${'it is under way'}
    ${'UNKNOWN'}     | ${true}  | ${202} | ${'a repeat does not make it known'}
    ${'DENIED'}      | ${false} | ${422} | ${'Elvis denied it'}
    ${'DENIED'}      | ${true}  | ${422} | ${'a repeated denial is still one'}
    ${'REJECTED'}    | ${false} | ${422} | ${'the exchange rejected it'}
  `('answers $answer to $status (repeat: $isRepeat): $because', async ({ status, isRepeat, answer }) => {
    risk.on(submitOrder, (asked: SubmitOrder) => ({ order: viewOf(asked, status), isRepeat }));
    expect((await submit(order)).status).toBe(answer);
  });

  it('explains a denial with its code and the numbers that decided it', async () => {
    risk.on(submitOrder, (asked: SubmitOrder) => ({
      order: viewOf(asked, 'DENIED', { code: 'PRICE_OUTSIDE_COLLAR' }),
      isRepeat: false,
      denial: { code: 'PRICE_OUTSIDE_COLLAR', context: { price: '70000', maximum: '63000' } },
    }));
    const { body, headers } = await submit(order);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({
      type: 'urn:elvis:price-outside-collar',
      status: 422,
      code: 'PRICE_OUTSIDE_COLLAR',
      detail: 'Denied by Elvis, never sent: price outside collar (price 70000, maximum 63000)',
      context: { price: '70000', maximum: '63000' },
      order: { clientOrderId: 'o-1', status: 'DENIED' },
      traceId: headers.get('x-trace-id'),
    });
  });

  it('gives the exchange its own word in a rejection', async () => {
    risk.on(submitOrder, (asked: SubmitOrder) => ({
      order: viewOf(asked, 'REJECTED', { code: '-2019', reason: 'Margin is insufficient.' }),
      isRepeat: false,
    }));
    const { body } = await submit(order);
    expect(body).toMatchObject({
      code: 'VENUE_REJECTED',
      detail: 'Rejected by the exchange with -2019: Margin is insufficient.',
      context: { exchangeCode: '-2019' },
    });
  });

  it('takes the id from the header Idempotency-Key, and makes one if there is none', async () => {
    risk.on(submitOrder, (asked: SubmitOrder) => ({ order: viewOf(asked, 'NEW'), isRepeat: false }));
    const { clientOrderId: _, ...nameless } = order;
    expect((await submit(nameless, { 'idempotency-key': 'from-header' })).body.clientOrderId).toBe(
      'from-header',
    );
    expect((await submit(nameless)).body.clientOrderId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await submit(order, { 'idempotency-key': 'o-1' })).status).toBe(201);
  });

  it.each`
    code                  | answer | retryAfter
    ${'ORDER_ID_TAKEN'}   | ${409} | ${null}
    ${'VENUE_FROZEN'}     | ${503} | ${'8'}
    ${'STORE_REBUILDING'} | ${503} | ${'8'}
    ${'MARK_STALE'}       | ${503} | ${'8'}
    ${'ACCOUNT_MISSING'}  | ${503} | ${'8'}
  `('answers $answer when risk says $code', async ({ code, answer, retryAfter }) => {
    risk.on(submitOrder, () => {
      throw new TradingFailure(code, 'So it is', { retryAfterMs: 7_200 });
    });
    const { status, body, headers } = await submit(order);
    expect([status, body.code, headers.get('retry-after')]).toEqual([answer, code, retryAfter]);
  });

  it('answers 202 with what the journal says when risk is silent, and UNKNOWN when that is silent too', async () => {
    risk.on(submitOrder, () => {
      throw new TradingFailure('SERVICE_SILENT', 'execution said nothing');
    });
    execution.on(findOrder, () => viewOf({}, 'PENDING_NEW'));
    expect((await submit(order)).body.status).toBe('PENDING_NEW');
    execution.on(findOrder, () => SILENCE);
    const { status, body } = await submit(order);
    expect([status, body.status, body.decisionId]).toEqual([202, 'UNKNOWN', null]);
  });

  it('answers 202 when risk cannot read whether the id stands, with the order where somebody can', async () => {
    risk.on(submitOrder, () => {
      throw new TradingFailure('JOURNAL_UNREADABLE', 'the journal is away');
    });
    execution.on(findOrder, () => {
      throw new TradingFailure('STORE_UNAVAILABLE', 'the journal is away');
    });
    const unknown = await submit(order);
    expect([unknown.status, unknown.body.status]).toEqual([202, 'UNKNOWN']);
    execution.on(findOrder, () => viewOf({}, 'FILLED'));
    const known = await submit(order);
    expect([known.status, known.body.status]).toEqual([201, 'FILLED']);
  });

  it('shows the numbers behind an input that is missing, and no order', async () => {
    const context = { symbol: 'BTCUSDT', ageMs: '3001', maximumMs: '3000' };
    risk.on(submitOrder, () => {
      throw new TradingFailure('MARK_STALE', 'Not judged', { context, retryAfterMs: 1_000 });
    });
    const { status, body, headers } = await submit(order);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body).toMatchObject({ code: 'MARK_STALE', context });
    expect(body).not.toHaveProperty('order');
  });

  it('answers 503 to a change whose input is missing', async () => {
    risk.on(amendOrder, () => {
      throw new TradingFailure('ACCOUNT_STALE', 'Not judged', { retryAfterMs: 1_000 });
    });
    const { status, body, headers } = await gateway.call('PUT', '/api/v1/orders/o-1', {
      body: { price: '1' },
    });
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'ACCOUNT_STALE', '1']);
  });

  it('answers 503 when nobody serves risk, unless the order stands already: then it is the answer', async () => {
    await risk.stop();
    execution.on(findOrder, () => viewOf({}, 'FILLED'));
    const repeat = await submit(order);
    expect([repeat.status, repeat.body.status]).toEqual([200, 'FILLED']);
    expect((await submit({ ...order, quantity: '0.02' })).status).toBe(503);
    execution.on(findOrder, () => {
      throw new TradingFailure('ORDER_NOT_FOUND', 'none');
    });
    const { status, body, headers } = await submit(order);
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'SERVICE_UNREACHABLE', '1']);
    await risk.start();
  });

  it('answers one order from execution, and from the history marked as stale when execution is away', async () => {
    execution.on(findOrder, () => viewOf({}, 'FILLED'));
    history.on(findStoredOrder, () => viewOf({}, 'NEW'));
    const fresh = await gateway.call('GET', '/api/v1/orders/o-1');
    expect([fresh.status, fresh.body.status, fresh.headers.get('x-stale')]).toEqual([200, 'FILLED', null]);
    await execution.stop();
    const stale = await gateway.call('GET', '/api/v1/orders/o-1');
    expect([stale.status, stale.body.status, stale.headers.get('x-stale')]).toEqual([200, 'NEW', 'true']);
    await execution.start();
  });

  const unknown = ({ clientOrderId }: { clientOrderId: string }): never => {
    throw new TradingFailure('ORDER_NOT_FOUND', clientOrderId);
  };

  it.each`
    stored      | stale
    ${'FILLED'} | ${null}
    ${'NEW'}    | ${'true'}
  `(
    'answers an order that execution has forgotten from the history: $stored there, stale $stale',
    async ({ stored, stale }) => {
      execution.on(findOrder, unknown);
      history.on(findStoredOrder, () => viewOf({}, stored as 'FILLED' | 'NEW'));
      const { status, body, headers } = await gateway.call('GET', '/api/v1/orders/o-1');
      expect([status, body.status, headers.get('x-stale')]).toEqual([200, stored, stale]);
    },
  );

  it('does not say that an order is unknown while the history cannot be asked', async () => {
    execution.on(findOrder, unknown);
    await history.stop();
    const { status, body } = await gateway.call('GET', '/api/v1/orders/o-1');
    expect([status, body.code]).toEqual([503, 'SERVICE_UNREACHABLE']);
    await history.start();
  });

  it('takes every character an id may hold, and answers 404 for one that nobody knows', async () => {
    execution.on(findOrder, unknown);
    history.on(findStoredOrder, unknown);
    const { status, body } = await gateway.call('GET', `/api/v1/orders/${encodeURIComponent('.A:/z_-9')}`);
    expect([status, body.code, body.detail]).toEqual([404, 'ORDER_NOT_FOUND', '.A:/z_-9']);
  });

  it('lists open orders from execution and all else from the history, each with its own cursors', async () => {
    execution.on(listOpenOrders, ({ cursor }: ListOrders) => ({
      items: [viewOf({}, 'NEW')],
      nextCursor: cursor === undefined ? 'x1' : null,
    }));
    history.on(listStoredOrders, () => ({ items: [viewOf({}, 'FILLED')], nextCursor: 'h1' }));
    const open = await gateway.call('GET', '/api/v1/orders?status=open&symbol=BTCUSDT&limit=1');
    expect(open.body).toMatchObject({ items: [{ status: 'NEW' }], nextCursor: 'open.x1' });
    const more = await gateway.call('GET', '/api/v1/orders?status=open&cursor=open.x1');
    expect(more.body.nextCursor).toBeNull();
    expect(execution.asked.at(-1)?.payload).toEqual({ status: 'open', cursor: 'x1', limit: 50 });
    const stored = await gateway.call('GET', '/api/v1/orders?status=closed');
    expect(stored.body).toMatchObject({ items: [{ status: 'FILLED' }], nextCursor: 'stored.h1' });
    const crossed = await gateway.call('GET', '/api/v1/orders?status=closed&cursor=open.x1');
    expect([crossed.status, crossed.body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
  });

  it('cancels through execution directly: 200 when it is closed, 202 while it is not, 409 and 404 as they are', async () => {
    execution.on(cancelOrder, () => viewOf({}, 'CANCELED'));
    expect((await gateway.call('DELETE', '/api/v1/orders/o-1')).status).toBe(200);
    execution.on(cancelOrder, () => viewOf({}, 'PENDING_CANCEL'));
    expect((await gateway.call('DELETE', '/api/v1/orders/o-1')).status).toBe(202);
    for (const [code, answer] of [
      ['ORDER_ALREADY_CLOSED', 409],
      ['ORDER_NOT_FOUND', 404],
    ] as const) {
      execution.on(cancelOrder, () => {
        throw new TradingFailure(code, 'So it is');
      });
      expect((await gateway.call('DELETE', '/api/v1/orders/o-1')).status).toBe(answer);
    }
  });

  it('cancels all orders of a symbol, and never takes a misspelt filter for "all"', async () => {
    const done = { canceled: ['a'], remaining: [] };
    execution.on(cancelAllOrders, () => done);
    const { status, body } = await gateway.call('DELETE', '/api/v1/orders?symbol=BTCUSDT');
    expect([status, body]).toEqual([200, done]);
    expect(execution.asked.at(-1)?.payload).toEqual({ symbol: 'BTCUSDT', actor: 'key:environment' });
    const asked = execution.asked.length;
    for (const query of ['symbl=BTCUSDT', 'symbol=', 'symbol=BTCUSDT&symbol=ETHUSDT']) {
      expect((await gateway.call('DELETE', `/api/v1/orders?${query}`)).status).toBe(400);
    }
    expect(execution.asked).toHaveLength(asked);
  });
});
