/** A stop that flattens, on a whole system: what it says of positions, and what it does with an account whose mode changed. */
import { BinanceTransport, request } from '@elvis/binance';
import { Decimal } from '@elvis/trading';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningStack, startStack, until } from '@elvis/testing';

const WITHIN_MS = 60_000;
jest.setTimeout(300_000);

interface Body {
  readonly phase?: string;
  readonly mark?: string;
  readonly status?: string;
  readonly scopes?: readonly unknown[];
  readonly open_positions?: readonly string[] | null;
  readonly remaining_orders?: readonly unknown[] | null;
  readonly remaining_positions?:
    readonly { readonly symbol: string; readonly quantity: string | null }[] | null;
}

interface Held {
  readonly symbol: string;
  readonly positionSide: string;
  readonly positionAmt: string;
}

describe('a stop with flatten', () => {
  let running: RunningStack;

  beforeAll(async () => {
    const unlimited = { RATE_LIMIT_DEFAULT: 'off', RATE_LIMIT_HALT: 'off', RATE_LIMIT_ORDERS: 'off' };
    const env = { ...unlimited, RISK_DUPLICATE_WINDOW_MS: 'off', HALT_ON_RECONCILE_DIFF: 'off' };
    running = await startStack({ env });
  });
  afterAll(() => running?.stop());
  beforeEach(tradesAgain);

  async function call(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
    const { gatewayUrl, apiKey } = running.stack;
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }
  const status = async (): Promise<Body> => (await call('GET', '/emergency_stop/status')).body;

  const belowMarket = async (): Promise<string> => {
    const { mark = '0' } = (await call('GET', '/api/v1/market/BTCUSDT')).body;
    return new Decimal(mark).times('0.97').toFixed(1);
  };
  let ids = 0;
  async function tradesAgain(): Promise<void> {
    await until(
      async () => {
        if (((await status()).scopes ?? []).length > 0)
          await call('DELETE', '/emergency_stop', { reason: 'next case', force: true });
        const price = await belowMarket();
        const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price };
        const clientOrderId = `probe-${(ids += 1)}`;
        const answer = await call('POST', '/api/v1/orders', { ...order, clientOrderId });
        if (answer.status === 201) await call('DELETE', `/api/v1/orders/${clientOrderId}`);
        return answer.status === 201;
      },
      'the system to trade',
      WITHIN_MS,
    );
  }

  /** As a person does in the app, on the account that Elvis trades. */
  async function byHand<Reply>(
    method: 'GET' | 'POST',
    path: string,
    parameters: object = {},
  ): Promise<Reply> {
    const { paperKey, paperSecret } = JSON.parse(
      readFileSync(join(running.home, 'secrets.json'), 'utf8'),
    ) as { paperKey: string; paperSecret: string };
    const transport = new BinanceTransport(
      running.stack.exchange.restUrl,
      { apiKey: paperKey, apiSecret: paperSecret },
      10_000,
    );
    const sent = request('futures', method, path, 'SIGNED', parameters as Record<string, string>);
    const answer = await transport.send(sent, { timestampMs: Date.now(), recvWindowMs: 5_000 });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    return answer.body as Reply;
  }
  const positions = async (): Promise<readonly string[]> =>
    (await byHand<Held[]>('GET', '/fapi/v3/positionRisk'))
      .filter(({ positionAmt }) => !new Decimal(positionAmt).isZero())
      .map(({ symbol, positionSide, positionAmt }) => `${symbol} ${positionSide} ${positionAmt}`);
  const openOrders = (): Promise<readonly object[]> => byHand('GET', '/fapi/v1/openOrders');
  const untilFlat = (): Promise<void> =>
    until(async () => (await status()).phase === 'VERIFIED_FLAT', 'the account to be flat', WITHIN_MS);
  const slowOrders = async (delayMs: number): Promise<void> => {
    const { adminUrl } = running.stack.exchange;
    const body = JSON.stringify({ kind: 'slow-execution', path: '/fapi/v1/order', method: 'POST', delayMs });
    await fetch(`${adminUrl}/trouble`, { method: 'DELETE' });
    if (delayMs === 0) return;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${adminUrl}/trouble`, { method: 'POST', headers, body })).status).toBe(200);
  };

  it('lists the position in its answer and its status until the exchange shows that it is closed', async () => {
    const bought = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
    expect((await call('POST', '/api/v1/orders', bought)).body.status).toBe('FILLED');
    await slowOrders(700);
    const { body } = await call('POST', '/emergency_stop', { flatten: true, reason: 'spec' });
    const standing = [{ symbol: 'BTCUSDT', quantity: '0.01' }];
    expect(body.open_positions).toEqual(['BTCUSDT']);
    expect(body.remaining_positions).toMatchObject(standing);
    const during = await status();
    if (during.phase !== 'VERIFIED_FLAT') expect(during.remaining_positions).toMatchObject(standing);
    await slowOrders(0);
    await untilFlat();
    expect(await status()).toMatchObject({
      ...{ remaining_orders: [], open_positions: [], remaining_positions: [] },
    });
    expect(await positions()).toEqual([]);
  });

  it('cancels the orders and closes both sides of an account that was switched to hedge mode', async () => {
    await byHand('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    try {
      const opening = { symbol: 'BTCUSDT', type: 'MARKET' };
      await byHand('POST', '/fapi/v1/order', {
        ...opening,
        side: 'BUY',
        positionSide: 'LONG',
        quantity: '0.004',
      });
      await byHand('POST', '/fapi/v1/order', {
        ...opening,
        side: 'SELL',
        positionSide: 'SHORT',
        quantity: '0.003',
      });
      const resting = {
        symbol: 'BTCUSDT',
        side: 'BUY',
        positionSide: 'LONG',
        type: 'LIMIT',
        timeInForce: 'GTC',
      };
      const price = await belowMarket();
      for (let order = 0; order < 5; order += 1)
        await byHand('POST', '/fapi/v1/order', { ...resting, quantity: '0.010', price });
      const { status: code, body } = await call('POST', '/emergency_stop', {
        flatten: true,
        reason: 'hedge',
      });
      expect(code).toBe(200);
      if (body.phase !== 'VERIFIED_FLAT')
        expect(body.remaining_positions).toMatchObject([
          { symbol: 'BTCUSDT', positionSide: 'LONG', quantity: '0.004' },
          { symbol: 'BTCUSDT', positionSide: 'SHORT', quantity: '-0.003' },
        ]);
      await untilFlat();
      expect(await positions()).toEqual([]);
      expect(await openOrders()).toEqual([]);
    } finally {
      await byHand('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' }).catch(
        () => undefined,
      );
    }
  });

  it('closes what an account holds that was switched to multi-asset mode', async () => {
    await byHand('POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'true' });
    try {
      await byHand('POST', '/fapi/v1/order', {
        ...{ symbol: 'BTCUSDT', type: 'MARKET', side: 'BUY', quantity: '0.004' },
      });
      const { body } = await call('POST', '/emergency_stop', { flatten: true, reason: 'multi-asset' });
      if (body.phase !== 'VERIFIED_FLAT') expect(body.open_positions).toEqual(['BTCUSDT']);
      await untilFlat();
      expect(await positions()).toEqual([]);
    } finally {
      await byHand('POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'false' });
    }
  });
});
