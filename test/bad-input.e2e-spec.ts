/**
 * Every malformed request to the running system gets a clear typed error and changes nothing: not at the exchange, not
 * in the journal, not in the database.
 */
import { isDeepStrictEqual } from 'node:util';
import { RunningStack, startStack, until } from '@elvis/testing';

interface Answer {
  readonly status: number;
  readonly type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into bodies freely
  readonly body: any;
}

const good = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010' };

describe('bad input to the running system', () => {
  let running: RunningStack;
  let price: string;
  let sequence = 0;

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const { gatewayUrl, apiKey } = running.stack;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: {
        'x-api-key': apiKey,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: text }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: await response.json(),
    };
  };

  const submit = (change: object, headers: Record<string, string> = {}): Promise<Answer> =>
    call('POST', '/api/v1/orders', { ...good, price, ...change }, headers);

  /** What the exchange, the journal and the database know. */
  const everything = async (): Promise<unknown> => ({
    open: (await call('GET', '/api/v1/orders?status=open')).body,
    trades: (await call('GET', '/trades/count')).body,
    positions: (await call('GET', '/open_positions')).body.items,
    balances: (await call('GET', '/balance')).body.balances,
  });

  beforeAll(async () => {
    running = await startStack({
      env: { RATE_LIMIT_ORDERS: 'off', RATE_LIMIT_DEFAULT: 'off', RISK_MAX_ORDERS_PER_SECOND: 'off' },
    });
    // The gateway is ready before it has heard a price.
    const mark = await until(async () => (await call('GET', '/api/v1/market/BTCUSDT')).body.mark, 'a mark');
    price = (Math.floor(Number(mark) * 0.99 * 10) / 10).toFixed(1);
  }, 300_000);

  afterAll(() => running.stop(), 60_000);

  let before: unknown;
  beforeEach(async () => {
    before = await everything();
    sequence += 1;
  });
  // A freed margin shows a moment after the cancel.
  afterEach(async () => {
    const deadline = Date.now() + 15_000;
    let after = await everything();
    while (!isDeepStrictEqual(after, before) && Date.now() < deadline) after = await everything();
    expect(after).toEqual(before);
  });

  const expectMalformed = ({ status, type, body }: Answer): void => {
    expect([status, body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
    expect(type).toContain('application/problem+json');
    expect(body.detail).toMatch(/\w/);
    expect(body.traceId).toMatch(/^[0-9a-f-]{36}$/);
  };

  describe.each(['quantity', 'price'])('a %s', (field) => {
    it.each([
      '1e5',
      '-1',
      'NaN',
      '0.0000000000000000001',
      0.01,
      '',
      ' 1',
      '1 ',
      '+1',
      '01',
      '.5',
      '5.',
      '0',
      '0.0',
      'Infinity',
      '0x10',
      '1,5',
      '١',
      '1_000',
      '999999999999999999999',
      true,
      {},
      [],
      ['1'],
    ])('cannot be %p', async (value) => expectMalformed(await submit({ [field]: value })));
  });

  it.each([
    [{ symbol: 'btcusdt' }, 'symbol'],
    [{ symbol: 'BTC/USDT' }, 'symbol'],
    [{ symbol: "BTCUSDT'; DROP TABLE orders; --" }, 'symbol'],
    [{ symbol: undefined }, 'symbol'],
    [{ side: 'buy' }, 'side'],
    [{ side: undefined }, 'side'],
    [{ type: 'ICEBERG' }, 'type'],
    [{ price: undefined }, 'price'],
    [{ quantity: undefined }, 'quantity'],
    [{ market: 'options' }, 'market'],
    [{ timeInForce: 'FOREVER' }, 'timeInForce'],
    [{ reduceOnly: 'true' }, 'reduceOnly'],
    [{ workingType: 'LAST' }, 'workingType'],
    [{ botConfigId: 'seven' }, 'botConfigId'],
    [{ clientOrderId: 'with blank' }, 'clientOrderId'],
    [{ clientOrderId: 'x'.repeat(37) }, 'clientOrderId'],
    [{ clientOrderId: '' }, 'clientOrderId'],
    [{ clientOrderId: 7 }, 'clientOrderId'],
    [{ actor: 'somebody-else' }, 'actor'],
    [{ remoteIp: '10.0.0.1' }, 'remoteIp'],
    [{ leverage: 20 }, 'leverage'],
    [{ timeInForce: null }, 'timeInForce'],
  ])('names the field that is wrong in %j: %s', async (change, field) => {
    const answer = await submit(change);
    expectMalformed(answer);
    expect(answer.body.detail).toContain(field);
  });

  it.each([
    '{',
    '',
    '[]',
    'null',
    '"x"',
    '7',
    '{"symbol":"BTCUSDT"',
    '{"__proto__":{"side":"BUY"}}',
    '{"constructor":{"prototype":{}}}',
    '\u0000',
    '{"a":'.repeat(50) + '1' + '}'.repeat(50),
  ])('refuses the body %j', async (body) => expectMalformed(await call('POST', '/api/v1/orders', body)));

  it.each([
    [{ 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    [{ 'content-type': 'application/xml' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    [{ 'x-api-key': 'wrong' }, 401, 'API_KEY_WRONG'],
    [{ 'idempotency-key': 'with blank' }, 400, 'MESSAGE_MALFORMED'],
    [{ 'idempotency-key': 'x'.repeat(37) }, 400, 'MESSAGE_MALFORMED'],
  ])('refuses the header %j with %d', async (headers, status, code) => {
    const answer = await submit({}, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('refuses two different ids in one request', async () => {
    const answer = await submit({ clientOrderId: 'one' }, { 'idempotency-key': 'two' });
    expect([answer.status, answer.body.code]).toEqual([400, 'IDEMPOTENCY_KEYS_DIFFER']);
  });

  it('refuses a body over the limit', async () => {
    const answer = await submit({ clientOrderId: 'x'.repeat(100_000) });
    expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it.each([
    ['an unknown symbol', { symbol: 'NOSUCHUSDT' }, 'INSTRUMENT_UNKNOWN'],
    ['a price off the tick', { price: '50000.123' }, 'PRICE_NOT_ON_TICK'],
    ['a quantity off the step', { quantity: '0.0101' }, 'QUANTITY_NOT_ON_STEP'],
    ['a quantity that is too large', { quantity: '100000' }, 'QUANTITY_ABOVE_MAXIMUM'],
    ['a price far from the market', { price: '1000.0' }, 'PRICE_'],
  ])('denies %s with its numbers, finally and under its id', async (_, change, code) => {
    const clientOrderId = `denied-${sequence}`;
    const answer = await submit({ ...change, clientOrderId });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toContain(code);
    expect(answer.body.order).toMatchObject({ clientOrderId, status: 'DENIED', code: answer.body.code });
    const again = await submit({ ...change, clientOrderId });
    expect([again.status, again.body.code]).toEqual([422, answer.body.code]);
  });

  it('answers 409 to an id that belongs to another order, and leaves that order alone', async () => {
    const clientOrderId = `taken-${sequence}`;
    const first = await submit({ clientOrderId });
    expect(first.status).toBe(201);
    const other = await submit({ clientOrderId, quantity: '0.011' });
    expect([other.status, other.body.code]).toEqual([409, 'ORDER_ID_TAKEN']);
    const repeat = await submit({ clientOrderId, quantity: '0.0100' });
    expect([repeat.status, repeat.body.exchangeOrderId]).toEqual([200, first.body.exchangeOrderId]);
    expect((await call('DELETE', `/api/v1/orders/${clientOrderId}`)).body.status).toBe('CANCELED');
    const closed = await call('DELETE', `/api/v1/orders/${clientOrderId}`);
    expect([closed.status, closed.body.code]).toEqual([409, 'ORDER_ALREADY_CLOSED']);
  });

  it.each([
    ['GET', '/api/v1/orders?limit=0'],
    ['GET', '/api/v1/orders?limit=1001'],
    ['GET', '/api/v1/orders?status=sleeping'],
    ['GET', '/api/v1/orders?cursor=made-up'],
    ['GET', '/api/v1/orders?nonsense=1'],
    ['GET', `/api/v1/orders/${encodeURIComponent('with blank')}`],
    ['GET', '/trades?from=yesterday'],
    ['GET', '/trades?limit=1;DROP'],
    ['GET', '/trades?format=pdf'],
    ['GET', '/trades?cursor=%27%20OR%201=1--'],
    ['GET', '/balance?market=options'],
    ['GET', '/api/v1/decisions/7'],
    ['GET', '/volume_profile?buckets=-1'],
    ['DELETE', '/api/v1/orders?symbol='],
    ['DELETE', '/api/v1/orders?symbl=BTCUSDT'],
  ])('answers %s %s with 400', async (method, path) => expectMalformed(await call(method, path)));

  it.each([
    ['POST', '/emergency_stop', { scope: 'BTCUSDT' }],
    ['POST', '/emergency_stop', { resaon: 'typo' }],
    ['DELETE', '/emergency_stop', { epoch: -1 }],
    ['PUT', '/api/v1/leverage/BTCUSDT', { leverage: 'ten' }],
    ['PUT', '/api/v1/trading-state', { state: 'PAUSED', scope: { type: 'global' } }],
    ['PUT', '/api/v1/risk/limits', { limits: 'off' }],
  ])('answers %s %s %j with 400', async (method, path, body) =>
    expectMalformed(await call(method, path, body)),
  );

  it('answers 404 to what is not there', async () => {
    for (const path of ['/api/v1/orders/never-sent', '/nowhere', '/api/v1/market/NOSUCHUSDT']) {
      expect((await call('GET', path)).status).toBe(404);
    }
  });
});
