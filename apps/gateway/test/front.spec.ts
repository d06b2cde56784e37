import { connect } from 'node:net';
import { opened, until } from '@elvis/testing';
import {
  API_KEY,
  holdOrders,
  order,
  sendBytes,
  startGatewayUnderTest,
  startPlacingRisk,
  startServers,
} from './gateway-under-test';

describe('the front of the gateway', () => {
  const servers = opened(() => startServers());
  const risk = opened(() => startPlacingRisk(servers.nats));
  const gateway = opened(() => startGatewayUnderTest(servers));

  describe('the key', () => {
    it.each`
      path                        | answer
      ${'/health'}                | ${200}
      ${'/health/ready'}          | ${200}
      ${'/docs'}                  | ${200}
      ${'/docs-json'}             | ${200}
      ${'/api/v1/orders'}         | ${401}
      ${'/trades'}                | ${401}
      ${'/emergency_stop/status'} | ${401}
      ${'/nowhere'}               | ${401}
    `('answers $answer at $path without one', async ({ path, answer }) => {
      expect((await gateway.call('GET', path, { key: null })).status).toBe(answer);
    });

    it.each(['', 'x', `${API_KEY}x`, API_KEY.slice(0, -1), API_KEY.toUpperCase()])(
      'refuses the key "%s"',
      async (key) => {
        const { status, body } = await gateway.call('GET', '/trades', { key });
        expect([status, body.code]).toEqual([401, 'API_KEY_WRONG']);
      },
    );

    it('takes none from the URL', async () => {
      const { status } = await gateway.call('GET', `/trades?api_key=${API_KEY}`, { key: null });
      expect(status).toBe(401);
    });

    it('answers 404 as a problem to a good key at an address that is not there', async () => {
      const { status, body, headers } = await gateway.call('GET', '/nowhere');
      expect([status, body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
      expect(headers.get('content-type')).toContain('application/problem+json');
    });

    it('answers 503 to everything that needs a key while none is configured', async () => {
      const keyless = await startGatewayUnderTest(servers, { API_KEY: '' });
      const refused = await keyless.call('GET', '/trades');
      expect([refused.status, refused.body.code]).toEqual([503, 'API_KEY_NOT_CONFIGURED']);
      expect((await keyless.call('GET', '/health')).status).toBe(200);
      await keyless.stop();
    });

    it.each(['short', 'changeme-changeme-changeme', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'your-api-key-goes-here'])(
      'does not start with the key "%s", and does not print it',
      async (key) => {
        const refusal = startGatewayUnderTest(servers, { API_KEY: key });
        await expect(refusal).rejects.toThrow(/API_KEY must have/);
        await expect(refusal).rejects.not.toThrow(key);
      },
    );
  });

  it.each`
    method      | path                        | key
    ${'POST'}   | ${'/api/v1/auth/login'}     | ${null}
    ${'POST'}   | ${'/api/v1/auth/refresh'}   | ${null}
    ${'GET'}    | ${'/api/v1/auth/me'}        | ${API_KEY}
    ${'POST'}   | ${'/api/v1/access-keys'}    | ${API_KEY}
    ${'POST'}   | ${'/api/v1/stream-tickets'} | ${API_KEY}
    ${'GET'}    | ${'/trades'}                | ${null}
    ${'DELETE'} | ${'/api/v1/orders/o-1'}     | ${API_KEY}
    ${'GET'}    | ${'/nowhere'}               | ${API_KEY}
    ${'GET'}    | ${'/docs-json'}             | ${null}
  `('lets nobody on the way remember the answer of $method $path', async ({ method, path, key }) => {
    const { headers } = await gateway.call(method, path, { key });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('lets a browser keep the parts of the documentation, which are no secret and large', async () => {
    const { headers, text } = await gateway.call('GET', '/docs/swagger-ui-bundle.js', { key: null });
    expect(headers.get('cache-control')).toBe('public, max-age=86400');
    expect(text).toContain('SwaggerUIBundle');
  });

  describe('the trace id', () => {
    it('is taken from the request, given back, and travels on', async () => {
      const { headers } = await gateway.call('GET', '/health', {
        headers: { 'x-trace-id': 'trace-12345678' },
      });
      expect(headers.get('x-trace-id')).toBe('trace-12345678');
    });

    it('is made anew where the given one cannot be used', async () => {
      const { headers } = await gateway.call('GET', '/health', { headers: { 'x-trace-id': 'a b' } });
      expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  describe('the body', () => {
    const post = (raw: string, headers: Record<string, string> = {}) =>
      gateway.call('POST', '/api/v1/orders', { raw, headers });

    it.each`
      raw                                               | because
      ${'{'}                                            | ${'it is not JSON'}
      ${'[]'}                                           | ${'it is no object'}
      ${'"order"'}                                      | ${'it is no object'}
      ${'null'}                                         | ${'it is no object'}
      ${'{"__proto__":{"admin":true}}'}                 | ${'it reaches for the prototype'}
      ${'{"constructor":{"prototype":{"admin":true}}}'} | ${'it reaches for the prototype'}
      ${'{"symbol":null}'}                              | ${'null is no value'}
      ${'{"a":{"b":{"c":{"d":{"e":{"f":{"g":1}}}}}}}'}  | ${'it is nested too deep'}
    `('is refused when $because: $raw', async ({ raw }) => {
      const { status, body } = await post(raw);
      expect([status, body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
    });

    it('must come as application/json', async () => {
      const { status, body } = await post(JSON.stringify(order), { 'content-type': 'text/plain' });
      expect([status, body.code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
      expect((await post('')).status).toBe(400);
    });

    it.each(['content-length', 'chunked'])(
      'gets its 413 before the connection closes (%s)',
      async (framing) => {
        const size = 8 * 1_024 * 1_024;
        const answer = await new Promise<string>((resolve, reject) => {
          const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
          let received = '';
          socket.on('data', (chunk) => (received += chunk.toString()));
          socket.on('error', reject);
          socket.on('end', () => resolve(received));
          const head = `POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nX-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\n`;
          const piece = Buffer.alloc(64 * 1_024, 32);
          if (framing === 'content-length') {
            socket.write(`${head}Content-Length: ${size}\r\n\r\n`);
            for (let sent = 0; sent < size; sent += piece.length) socket.write(piece);
          } else {
            socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
            for (let sent = 0; sent < size; sent += piece.length)
              socket.write(`10000\r\n${piece.toString()}\r\n`);
            socket.write('0\r\n\r\n');
          }
          // A second request on the same connection shows that the first was read to its end.
          socket.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        });
        expect(answer).toContain('HTTP/1.1 413');
        expect(answer).toContain('"code":"BODY_TOO_LARGE"');
        expect(answer).toContain('HTTP/1.1 200');
      },
    );
  });

  it.each`
    bytes                                                                                                            | answer
    ${'NONSENSE\r\n\r\n'}                                                                                            | ${'400'}
    ${'GET /health HTTP/1.1\r\n\r\n'}                                                                                | ${'400'}
    ${`GET /health HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`}                                         | ${'431'}
    ${'POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'} | ${'400'}
  `('answers $answer to what is not HTTP as it should be', async ({ bytes, answer }) => {
    const received = await sendBytes(gateway.url, bytes as string);
    expect(received.slice(0, 12)).toBe(`HTTP/1.1 ${answer}`);
  });

  it('finishes the requests under way when it is stopped', async () => {
    const own = await startGatewayUnderTest(servers);
    const release = holdOrders(risk);
    const asked = risk.asked.length;
    const answer = own.call('POST', '/api/v1/orders', { body: order });
    await until(() => risk.asked.length > asked);
    const stopped = own.stop();
    release();
    expect((await answer).status).toBe(201);
    await stopped;
  });
});
