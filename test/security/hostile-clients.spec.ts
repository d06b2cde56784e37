/** Clients that are slow, many, or send what nobody should: a real gateway on real Redis and NATS. */
import { Socket, connect } from 'node:net';
import { until } from '@elvis/testing';
import {
  API_KEY,
  GatewayUnderTest,
  Responder,
  Servers,
  holdOrders,
  order,
  sendBytes,
  startGatewayUnderTest,
  startPlacingRisk,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';

/** mulberry32: the same bodies for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('hostile clients', () => {
  let servers: Servers;
  let gateway: GatewayUnderTest;
  let risk: Responder;

  beforeAll(async () => {
    servers = await startServers();
    risk = await startPlacingRisk(servers.nats);
    gateway = await startGatewayUnderTest(servers, { CORS_ORIGINS: 'https://desk.example' });
  });

  afterAll(async () => {
    await gateway.stop();
    await risk.stop();
    await servers.stop();
  });

  it('survives 1,000 malformed bodies without a 500 and without placing anything', async () => {
    const random = seeded(20_240_808);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const text = JSON.stringify({ clientOrderId: 'fuzz', ...order });
    const values = [
      'null',
      '1e999',
      '-0',
      '[]',
      '{}',
      '"\\u0000"',
      'true',
      '"1"',
      '{"a":1}',
      '[[[[[[[[1]]]]]]]]',
      '99999999999999999999',
      '"💥"',
      '"' + 'x'.repeat(500) + '"',
    ];
    const break_ = [
      () => text.slice(0, Math.floor(random() * text.length)),
      () => text.replace(pick(['"BUY"', '"LIMIT"', '"0.010"', '"57000"', '"BTCUSDT"']), pick(values)),
      () =>
        text.replace(
          '{',
          `{${pick(['"__proto__"', '"constructor"', '"toString"', '"actor"', '"x"'])}:${pick(values)},`,
        ),
      () =>
        [...text]
          .map((letter) => (random() < 0.05 ? String.fromCharCode(Math.floor(random() * 256)) : letter))
          .join(''),
      () => pick(values),
      () => text + pick(values),
      () => '['.repeat(Math.ceil(random() * 2_000)),
    ];
    const asked = risk.asked.length;
    const seen = new Map<number, number>();
    for (let round = 0; round < 1_000; round += 50) {
      const statuses = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const body = pick(break_)();
          const answer = await gateway.call('POST', '/api/v1/orders', { raw: body });
          // A letter swapped for another can leave a good order behind; that is then no malformed body.
          if (answer.status !== 201)
            expect(answer.headers.get('content-type')).toContain('application/problem+json');
          return answer.status;
        }),
      );
      for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    expect([...seen.keys()].filter((status) => status !== 400 && status !== 201)).toEqual([]);
    expect(risk.asked.length - asked).toBe(seen.get(201) ?? 0);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect((await gateway.call('GET', '/health')).status).toBe(200);
  });

  it.each([
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['chunks twice', 'Transfer-Encoding: chunked, chunked'],
    ['chunks of another kind', 'Transfer-Encoding: xchunked'],
    ['a blank before the colon', 'Transfer-Encoding : chunked'],
    ['a negative length', 'Content-Length: -1'],
    ['a length in words', 'Content-Length: five'],
    ['a folded header', 'X-A: b\r\n c: d'],
    ['a bare carriage return', 'X-A: b\rTransfer-Encoding: chunked'],
    ['a header that is no name', 'X A: b'],
    ['a zero in a header', 'X-A: b\0c'],
  ])('refuses to guess where a request ends: %s', async (_, header) => {
    const asked = risk.asked.length;
    const smuggled = `POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nX-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\nContent-Length: ${JSON.stringify(order).length}\r\n\r\n${JSON.stringify(order)}`;
    const answer = await sendBytes(
      gateway.url,
      `POST /api/v1/orders HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(risk.asked).toHaveLength(asked);
  });

  it.each([
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    '1 UNION SELECT password_hash FROM users',
    '../../etc/passwd',
    '%00',
    '${jndi:ldap://x}',
    '<script>alert(1)</script>',
    'a'.repeat(5_000),
  ])('takes %j for what it is', async (text) => {
    for (const path of [
      `/api/v1/orders?symbol=${encodeURIComponent(text)}`,
      `/trades?cursor=${encodeURIComponent(text.repeat(50))}`,
      `/api/v1/orders/${encodeURIComponent(text)}`,
      `/api/v1/${encodeURIComponent(text)}`,
    ]) {
      const { status, text: answer } = await gateway.call('GET', path);
      expect([400, 404, 414, 431, 503]).toContain(status);
      expect(answer).not.toMatch(/at .*\.(ts|js):\d+/);
    }
  });

  it('keeps answering good requests while 500 clients dribble theirs, and ends those', async () => {
    const port = Number(new URL(gateway.url).port);
    const slow: Socket[] = await Promise.all(
      Array.from(
        { length: 500 },
        () =>
          new Promise<Socket>((resolve, reject) => {
            const socket = connect(port, '127.0.0.1', () => resolve(socket));
            socket.on('error', reject);
          }),
      ),
    );
    let ended = 0;
    for (const socket of slow) {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      socket.once('close', () => (ended += 1));
      socket.on('data', () => undefined);
      socket.write('POST /api/v1/orders HTTP/1.1\r\nHost: x\r\n');
    }
    const dribble = setInterval(
      () => slow.forEach((socket) => socket.writable && socket.write('X-A: b\r\n')),
      500,
    );
    const took: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const begun = performance.now();
      expect((await gateway.call('POST', '/api/v1/orders', { body: order })).status).toBe(201);
      took.push(performance.now() - begun);
    }
    await until(() => ended === slow.length, undefined, 20_000);
    clearInterval(dribble);
    took.sort((left, right) => left - right);
    console.log(
      `good requests beside 500 slow clients: p50 ${took[99]?.toFixed(1)} ms, p99 ${took[197]?.toFixed(1)} ms`,
    );
  });

  it('refuses what it cannot take on at once, and keeps room for the way out', async () => {
    const release = holdOrders(risk);
    const narrow = await startGatewayUnderTest(servers, {
      MAX_REQUESTS_IN_FLIGHT: '3',
      KILL_SWITCH_ANSWER_TIMEOUT_MS: '100',
    });
    const asked = risk.asked.length;
    const waiting = Array.from({ length: 3 }, () => narrow.call('POST', '/api/v1/orders', { body: order }));
    await until(() => risk.asked.length === asked + 3);
    const refused = await narrow.call('POST', '/api/v1/orders', { body: order });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'OVERLOADED',
      '1',
    ]);
    expect((await narrow.call('GET', '/health')).status).toBe(200);
    expect((await narrow.call('POST', '/emergency_stop')).status).toBe(200);
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([201, 201, 201]);
    await narrow.stop();
  });

  describe('browsers', () => {
    it('get headers that forbid framing, guessing types and foreign content', async () => {
      const { headers } = await gateway.call('GET', '/docs', { key: null });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('strict-transport-security')).toContain('max-age');
      expect(headers.has('x-powered-by')).toBe(false);
    });

    it('may call from the origins on the list, without credentials, and from no other', async () => {
      const preflight = (origin: string) =>
        gateway.call('OPTIONS', '/api/v1/orders', {
          key: null,
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'x-api-key',
          },
        });
      const good = await preflight('https://desk.example');
      expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([
        204,
        'https://desk.example',
      ]);
      expect(good.headers.has('access-control-allow-credentials')).toBe(false);
      const bad = await preflight('https://evil.example');
      expect(bad.headers.has('access-control-allow-origin')).toBe(false);
    });

    it('may call from nowhere when there is no list, and * is no list', async () => {
      const closed = await startGatewayUnderTest(servers);
      const { headers } = await closed.call('GET', '/health', {
        headers: { origin: 'https://desk.example' },
      });
      expect(headers.has('access-control-allow-origin')).toBe(false);
      await closed.stop();
      await expect(startGatewayUnderTest(servers, { CORS_ORIGINS: '*' })).rejects.toThrow(/CORS_ORIGINS/);
    });
  });
});
