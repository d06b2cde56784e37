/** The thin thread of the Binance front on a whole system: an unmodified ccxt trades through the gate. */
import { RunningStack, startStack, until } from '@elvis/testing';
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { FrontKey, makeKey } from './front-system';

const LIMIT_MS = 300_000;
jest.setTimeout(LIMIT_MS);

const SYMBOL = 'BTC/USDT:USDT';

interface Answer {
  readonly result?: { readonly id?: string };
  readonly error?: string;
  readonly message?: string;
}

class Ccxt {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;

  constructor(restUrl: string, key: FrontKey) {
    this.process = spawn(process.execPath, [join(__dirname, 'ccxt-orders.mjs')], {
      env: { ...process.env, FRONT: JSON.stringify({ restUrl, ...key }) },
    });
    this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async call(method: string, ...args: readonly unknown[]): Promise<Answer> {
    this.process.stdin.write(`${JSON.stringify({ method, args })}\n`);
    const { value } = (await this.answers.next()) as { value: string };
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.process.stdin.end();
    this.process.kill();
  }
}

describe('a ccxt client at the front', () => {
  let system: RunningStack;
  const clients: Ccxt[] = [];
  const clientOf = (key: FrontKey): Ccxt => {
    const client = new Ccxt(system.stack.front.restUrl, key);
    clients.push(client);
    return client;
  };
  const gateway = (method: string, path: string, body?: object) =>
    fetch(`${system.stack.gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': system.stack.apiKey, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });

  beforeAll(async () => {
    system = await startStack();
  }, LIMIT_MS);
  afterAll(async () => {
    clients.forEach((client) => client.close());
    await system?.stop();
  });

  it('places, reads, lists and cancels its own orders, and is told of a halt in words it knows', async () => {
    const client = clientOf(await makeKey(system, 'mine'));
    const neighbour = clientOf(await makeKey(system, 'theirs'));
    const params = { clientOrderId: 'order-1' };
    const price = await restingPrice();

    const placed = await client.call('createOrder', SYMBOL, 'limit', 'buy', 0.01, price, params);
    expect(placed).toMatchObject({ result: { clientOrderId: 'order-1', status: 'open', filled: 0 } });
    const id = placed.result?.id ?? '';
    expect(id).toMatch(/^\d+$/);

    for (const asked of [
      [id, SYMBOL],
      ['', SYMBOL, params],
    ])
      expect(await client.call('fetchOrder', ...asked)).toMatchObject({
        result: { id, clientOrderId: 'order-1', status: 'open', amount: 0.01, price },
      });
    expect(await client.call('fetchOpenOrders', SYMBOL)).toMatchObject({ result: [{ id }] });

    expect(await neighbour.call('fetchOpenOrders', SYMBOL)).toEqual({ result: [] });
    for (const method of ['fetchOrder', 'cancelOrder'])
      expect(await neighbour.call(method, id, SYMBOL)).toMatchObject({ error: 'OrderNotFound' });

    expect(await client.call('cancelOrder', id, SYMBOL)).toMatchObject({
      result: { id, status: 'canceled' },
    });
    expect(await client.call('fetchOpenOrders', SYMBOL)).toEqual({ result: [] });
    expect(await client.call('fetchOrder', id, SYMBOL)).toMatchObject({ result: { id, status: 'canceled' } });

    // An id is free again once its order has ended, and a duplicate until then.
    const again = await client.call('createOrder', SYMBOL, 'limit', 'buy', 0.01, price, params);
    expect(again).toMatchObject({ result: { clientOrderId: 'order-1', status: 'open' } });
    expect(again.result?.id).not.toBe(id);
    const third = await client.call('createOrder', SYMBOL, 'limit', 'buy', 0.01, price, params);
    expect(third.message).toContain('-4116');
    await client.call('cancelAllOrders', SYMBOL);
    expect(await client.call('fetchOpenOrders', SYMBOL)).toEqual({ result: [] });

    const bought = await client.call('createOrder', SYMBOL, 'market', 'buy', 0.01, undefined, {
      clientOrderId: 'order-2',
    });
    expect(bought).toMatchObject({ result: { status: 'closed', filled: 0.01 } });
    expect(await client.call('fetchPositions', [SYMBOL])).toMatchObject({ result: [{ contracts: 0.01 }] });
    expect(await neighbour.call('fetchPositions', [SYMBOL])).toEqual({ result: [] });
    expect(await client.call('fetchMyTrades', SYMBOL)).toMatchObject({ result: [{ amount: 0.01 }] });
    expect(await neighbour.call('fetchMyTrades', SYMBOL)).toEqual({ result: [] });
    const small = clientOf(await makeKey(system, 'small', '--capital', '500', '--symbols', 'ETHUSDT'));
    expect(await small.call('fetchBalance')).toMatchObject({ result: { USDT: { total: 500, free: 500 } } });
    expect(await small.call('createOrder', SYMBOL, 'limit', 'buy', 0.01, price)).toMatchObject({
      message: expect.stringContaining('-4088') as string,
    });

    await gateway('POST', '/api/v1/emergency_stop', { reason: 'a spec' });
    const halted = await client.call('createOrder', SYMBOL, 'limit', 'buy', 0.01, price, {
      clientOrderId: 'order-3',
    });
    expect(halted).toMatchObject({ error: 'MarketClosed' });
    expect(halted.message).toContain('Market is closed.');
    await until(
      async () => (await gateway('DELETE', '/emergency_stop', { reason: 'a spec', force: true })).ok,
    );
    await until(async () => {
      const again = await client.call('createOrder', SYMBOL, 'limit', 'buy', 0.02, price);
      return again.error === undefined;
    });
  });

  it('places an order once for each signature, and tells what was used', async () => {
    const { apiKey, secret } = await makeKey(system, 'repeating');
    const { restUrl } = system.stack.front;
    const { serverTime } = (await (await fetch(`${restUrl}/fapi/v1/time`)).json()) as { serverTime: number };
    const price = await restingPrice('ETHUSDT');
    const text = `symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=${price}&timestamp=${serverTime}`;
    const body = `${text}&signature=${createHmac('sha256', secret).update(text).digest('hex')}`;
    const headers = { 'X-MBX-APIKEY': apiKey, 'Content-Type': 'application/json' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${restUrl}/fapi/v1/order`, { method: 'POST', headers, body })),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ symbol: 'ETHUSDT', status: 'NEW' });
    const open = await gateway('GET', '/api/v1/orders?status=open&symbol=ETHUSDT');
    expect(((await open.json()) as { items: unknown[] }).items).toHaveLength(1);
    const used = answers.map((answer) => Number(answer.headers.get('x-mbx-order-count-10s')));
    expect(Math.max(...used)).toBeGreaterThanOrEqual(1);
  });

  it('opens nothing with a wrong signature, and moves no money', async () => {
    const { apiKey } = await makeKey(system, 'stolen');
    const { restUrl } = system.stack.front;
    const asked = (path: string, method = 'GET') =>
      fetch(`${restUrl}${path}`, { method, headers: { 'X-MBX-APIKEY': apiKey } });
    const { serverTime } = (await (await asked('/fapi/v1/time')).json()) as { readonly serverTime: number };
    const forged = await asked(`/fapi/v1/openOrders?timestamp=${serverTime}&signature=${'0'.repeat(64)}`);
    expect([forged.status, await forged.json()]).toEqual([
      400,
      { code: -1022, msg: 'Signature for this request is not valid.' },
    ]);
    const withdrawal = await asked('/sapi/v1/capital/withdraw/apply', 'POST');
    expect([withdrawal.status, await withdrawal.json()]).toEqual([
      400,
      { code: -1002, msg: 'You are not authorized to execute this request.' },
    ]);
    // A key of the front opens nothing else.
    const orders = await fetch(`${system.stack.gatewayUrl}/api/v1/orders`, {
      headers: { 'X-API-Key': apiKey },
    });
    expect(orders.status).toBe(401);
  });

  /** Far enough below the market to rest, and inside the collar. */
  async function restingPrice(symbol = 'BTCUSDT'): Promise<number> {
    const response = await fetch(`${system.stack.exchange.restUrl}/fapi/v1/premiumIndex?symbol=${symbol}`);
    const { markPrice } = (await response.json()) as { readonly markPrice: string };
    return Math.round(Number(markPrice) * 0.97);
  }
});
