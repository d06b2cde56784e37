/** Requests that two readers could read differently, or that say of themselves what is not so. */
import { submitOrder } from '@elvis/contracts';
import {
  API_KEY,
  GatewayUnderTest,
  Responder,
  Servers,
  order,
  sendBytes,
  startGatewayUnderTest,
  startPlacingRisk,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { AdminServer } from '../../apps/paper-exchange/src/admin/admin-server';

describe('a request that can be read in two ways', () => {
  let servers: Servers;
  let risk: Responder;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    servers = await startServers();
    risk = await startPlacingRisk(servers.nats);
    gateway = await startGatewayUnderTest(servers, { TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(async () => {
    await gateway?.stop();
    await risk?.stop();
    await servers?.stop();
  });

  const text = JSON.stringify(order);
  it.each([
    ['the same name', text.replace('{', '{"quantity":"5",')],
    ['the same name, spelt by its code', text.replace('{', '{"\\u0071uantity":"5",')],
    ['the same name with the same value', text.replace('{', `{"symbol":"${order.symbol}",`)],
    ['the same name with blanks before the colon', text.replace('{', '{"quantity" \n :"5",')],
  ])('is refused: a body with %s twice', async (_what, raw) => {
    const asked = risk.asked.length;
    const answer = await gateway.call('POST', '/api/v1/orders', { raw });
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'MESSAGE_MALFORMED' }]);
    expect((answer.body as { detail: string }).detail).toMatch(
      /^The body contains "(quantity|symbol)" twice; send each name once$/,
    );
    expect(risk.asked).toHaveLength(asked);
  });

  it('is refused deep inside, and by the emergency stop too', async () => {
    const scope = '{"type":"global","type":"symbol","value":"BTCUSDT"}';
    const answer = await gateway.call('POST', '/emergency_stop', { raw: `{"scope":${scope}}` });
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { detail: 'The body contains "type" twice; send each name once' },
    ]);
  });

  it.each([
    ['in two objects', '{"orders":[{"symbol":"A"},{"symbol":"B"}]}'],
    ['as a value', `{"symbol":"symbol","side":"side: {\\"side\\":1}"}`],
    ['behind a bracket in a text', '{"symbol":"}{","side":"]["}'],
  ])('is not one that has the same name %s', async (_what, raw) => {
    const { body } = await gateway.call('POST', '/api/v1/orders/batch', { raw });
    expect((body as { detail: string }).detail).not.toContain('twice');
  });

  it.each([
    'Host: elvis',
    'host: evil.example',
    `X-API-Key: ${API_KEY}`,
    'X-API-Key: another',
    'Content-Type: text/plain',
    'Content-Type: application/json',
  ])('is refused: a second header %j', async (header) => {
    const asked = risk.asked.length;
    const answer = await sendBytes(
      gateway.url,
      [
        'POST /api/v1/orders HTTP/1.1',
        ...['Host: elvis', `X-API-Key: ${API_KEY}`, 'Content-Type: application/json', header],
        ...[`Content-Length: ${text.length}`, 'Connection: close', '', text],
      ].join('\r\n'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(risk.asked).toHaveLength(asked);
  });

  it('is refused: two keys of which one is good, two ids for one order', async () => {
    for (const headers of [
      ['Authorization: Bearer a', 'Authorization: Bearer b', `X-API-Key: ${API_KEY}`],
      [`X-API-Key: ${API_KEY}`, 'Idempotency-Key: a', 'Idempotency-Key: b'],
    ]) {
      const answer = await sendBytes(
        gateway.url,
        ['GET /api/v1/auth/me HTTP/1.1', 'Host: elvis', ...headers, 'Connection: close', '', ''].join('\r\n'),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/The header (authorization|idempotency-key) was sent twice/);
    }
  });

  it.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND'])('answers no %s', async (method) => {
    const answer = await sendBytes(
      gateway.url,
      [
        `${method} /health HTTP/1.1`,
        'Host: elvis',
        `X-API-Key: ${API_KEY}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    );
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(answer).not.toContain(API_KEY);
  });

  it.each([
    ['text', 'abc', '127.0.0.1'],
    ['a script', '<script>alert(1)</script>', '127.0.0.1'],
    ['a line for a log', '10.0.0.1 admin', '127.0.0.1'],
    ['something like an address', '999.1.1.1', '127.0.0.1'],
    ['much', 'x'.repeat(5_000), '127.0.0.1'],
    ['nothing', ' ', '127.0.0.1'],
    ['an address', '203.0.113.7', '203.0.113.7'],
    ['an address behind text', 'abc, 203.0.113.7', '203.0.113.7'],
    ['an address with a port', '203.0.113.7:4711', '203.0.113.7'],
    ['an address of IPv6', '2001:db8::1', '2001:db8::1'],
    ['one with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['one of a zone that is text', 'fe80::1%<b>', 'fe80::1'],
  ])('says its address as %s: %j is %j', async (_what, told, believed) => {
    await gateway.call('POST', '/api/v1/orders', { body: order, headers: { 'x-forwarded-for': told } });
    const last = risk.asked.filter(({ subject }) => subject === submitOrder.subject).at(-1);
    expect((last?.payload as { remoteIp?: string } | undefined)?.remoteIp).toBe(believed);
  });

  it.each([
    'from=0000-01-01',
    'from=0000-12-31T23:59:59Z',
    'to=0001-01-01T00:00:00%2B14:00',
    'to=9999-12-31T23:59:59-01:00',
    'from=2024-02-30',
  ])('names a time that the database cannot hold: %s', async (query) => {
    const answer = await gateway.call('GET', `/trades?${query}`);
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'MESSAGE_MALFORMED' }]);
  });
});

describe('the admin port of the paper exchange', () => {
  let server: AdminServer;
  let url: string;
  let done = 0;

  beforeAll(async () => {
    server = new AdminServer(new Map([['POST /trouble', () => void (done += 1)]]));
    url = `http://127.0.0.1:${await server.listen(0)}`;
  });
  afterAll(() => server?.close());

  const post = (headers: readonly string[], host = '127.0.0.1'): Promise<string> =>
    sendBytes(
      url,
      [
        'POST /trouble HTTP/1.1',
        `Host: ${host}`,
        ...headers,
        'Content-Length: 2',
        'Connection: close',
        '',
        '{}',
      ].join('\r\n'),
    );

  it.each([
    ['a page', ['Origin: https://evil.example', 'Content-Type: text/plain'], undefined],
    ['a page that hides where it is from', ['Origin: null'], undefined],
    ['a page on this machine', ['Origin: http://localhost:3000'], undefined],
    [
      'a form or an image of another page',
      ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
      undefined,
    ],
    ['a page whose name points here', ['Sec-Fetch-Site: same-origin'], undefined],
    ['a program sent to a name that points here', [], 'evil.example'],
    ['a name that only begins like ours', [], 'localhost.evil.example:80'],
  ] as const)('takes nothing from %s', async (_what, headers, host) => {
    const before = done;
    expect(await post(headers, host)).toMatch(/^HTTP\/1\.1 403 /);
    expect(done).toBe(before);
  });

  it.each([
    ['a program', [], '127.0.0.1:80'],
    ['one that calls this machine by its name', ['User-Agent: curl/8'], 'localhost'],
    ['one that calls it by its address of IPv6', [], '[::1]:1'],
    ['a person who types the address', ['Sec-Fetch-Site: none'], 'localhost'],
  ] as const)('takes a command from %s', async (_what, headers, host) => {
    expect(await post(headers, host)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('takes a command from Node’s own fetch', async () => {
    expect((await fetch(`${url}/trouble`, { method: 'POST', body: '{}' })).status).toBe(200);
  });
});
