import { Redis } from 'ioredis';
import { opened, startRedis, until } from '@elvis/testing';
import { addressKey, languageOf } from '../src/limits/limit-answer';
import { readLimits } from '../src/config/rate-limits';
import { WebSocket } from 'ws';
import { API_KEY, startGatewayUnderTest, startServers } from './gateway-under-test';

const forwarded = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });

describe('limits per address', () => {
  const servers = opened(() => startServers());
  const redis = opened(() => new Redis(servers.redis.url));
  const gateway = opened(() =>
    startGatewayUnderTest(servers, {
      RATE_LIMIT_DEFAULT: '3/60',
      RATE_LIMIT_ORDERS: '2/60',
      TRUSTED_PROXIES: '127.0.0.1',
    }),
  );

  beforeEach(() => redis.flushall());

  it('counts each address for itself and refuses the request above the limit with 429', async () => {
    const statuses = [];
    for (let request = 0; request < 4; request += 1) {
      statuses.push((await gateway.call('GET', '/api/v1/market/BTCUSDT', forwarded('10.0.0.1'))).status);
    }
    expect(statuses).toEqual([503, 503, 503, 429]);
    expect((await gateway.call('GET', '/api/v1/market/BTCUSDT', forwarded('10.0.0.2'))).status).toBe(503);
    expect(await redis.get('rl:default:10.0.0.1')).toBe('4');
    expect(await redis.pttl('rl:default:10.0.0.1')).toBeGreaterThan(50_000);
  });

  it('tells every client where it stands, and a refused one when to come back', async () => {
    const { headers } = await gateway.call('GET', '/nowhere', forwarded('10.0.0.3'));
    expect([
      headers.get('ratelimit-limit'),
      headers.get('ratelimit-remaining'),
      headers.get('ratelimit-reset'),
    ]).toEqual(['3', '2', '60']);
    expect(headers.get('ratelimit-policy')).toBe('3;w=60');
    await redis.set('rl:default:10.0.0.3', '9', 'PX', 7_400);
    const refused = await gateway.call('GET', '/nowhere', forwarded('10.0.0.3'));
    expect([
      refused.status,
      refused.headers.get('retry-after'),
      refused.headers.get('ratelimit-remaining'),
    ]).toEqual([429, '8', '0']);
    expect(refused.body).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'Too many attempts. Please try again later.',
    });
  });

  it('says it in Turkish to who prefers Turkish', async () => {
    await redis.set('rl:default:10.0.0.4', '9', 'PX', 7_400);
    const { body } = await gateway.call('GET', '/nowhere', {
      headers: { 'x-forwarded-for': '10.0.0.4', 'accept-language': 'tr-TR,tr;q=0.9,en;q=0.5' },
    });
    expect(body.detail).toBe('Çok fazla deneme. Lütfen daha sonra tekrar deneyin.');
  });

  it('counts before it asks for the key, so that keys cannot be guessed at full speed', async () => {
    for (let guess = 0; guess < 3; guess += 1)
      await gateway.call('GET', '/trades', { key: `guess-${guess}`, ...forwarded('10.0.0.5') });
    expect((await gateway.call('GET', '/trades', { key: 'guess-4', ...forwarded('10.0.0.5') })).status).toBe(
      429,
    );
  });

  it('counts orders, cancels and the kill switch apart: a bot run wild leaves the way out open', async () => {
    const call = async (method: string, path: string) =>
      (await gateway.call(method, path, forwarded('10.0.0.6'))).status;
    for (let order = 0; order < 3; order += 1) await call('POST', '/api/v1/orders');
    expect(await call('POST', '/api/v1/orders')).toBe(429);
    expect(await call('DELETE', '/api/v1/orders/o-1')).toBe(503);
    expect(await call('POST', '/emergency_stop')).toBe(200);
    expect(await call('GET', '/health')).toBe(200);
    expect((await redis.keys('rl:*')).sort()).toEqual(['rl:cancels:10.0.0.6', 'rl:orders:10.0.0.6']);
  });

  describe('on the emergency stop', () => {
    const stop = (ip: string, key: string | null = API_KEY, path = '/emergency_stop') =>
      gateway.call('POST', path, { key, headers: { 'x-forwarded-for': ip } });
    /** 200, or 409 where the stop adds nothing to the one before: either way the switch is set. */
    const STOPPED = [200, 409];

    it.each([
      ['no key', null],
      ['a wrong key', 'k3y-that-opens-nothing-here'],
    ])(
      '121 with %s are counted and then refused, and the owner of that address stops all the same',
      async (_, key) => {
        const statuses = new Map<number, number>();
        for (let n = 0; n < 121; n += 1) {
          const { status } = await stop('10.0.0.10', key);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
        expect([...statuses]).toEqual([
          [401, 120],
          [429, 1],
        ]);
        for (const path of [
          '/emergency_stop',
          '/emergency-stop',
          '/api/v1/emergency_stop',
          '/api/v1/emergency-stop',
        ])
          expect(STOPPED).toContain((await stop('10.0.0.10', API_KEY, path)).status);
      },
    );

    it('a good key is not counted, however often', async () => {
      for (let n = 0; n < 150; n += 1) expect(STOPPED).toContain((await stop('10.0.0.11')).status);
      expect(await redis.keys('rl:*')).toEqual([]);
    });

    it('a dashboard that reads the status twice a second for an hour meets no limit of the switch', async () => {
      const plain = await startGatewayUnderTest(servers, { RATE_LIMIT_DEFAULT: '1200/60' });
      // 2 a second are 120 in a window of 60 s, a tenth of what the window holds; the hour is 60 such windows.
      for (let n = 0; n < 121; n += 1)
        expect((await plain.call('GET', '/emergency_stop/status')).status).toBe(200);
      expect(await redis.keys('rl:*')).toEqual(['rl:default:127.0.0.1']);
      expect(await redis.get('rl:default:127.0.0.1')).toBe('121');
      await plain.stop();
    });
  });

  it('counts the upgrade of a stream like any request, for the address that the proxy tells', async () => {
    const open = (): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream`, {
          headers: { 'x-api-key': API_KEY, 'x-forwarded-for': '10.0.0.9' },
        });
        socket.on('error', () => undefined);
        socket.on('unexpected-response', (_, response) => {
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on('message', () => {
          resolve(101);
          socket.terminate();
        });
      });
    const statuses = [await open(), await open(), await open(), await open()];
    expect(statuses).toEqual([101, 101, 101, 429]);
    expect(await redis.keys('rl:*')).toEqual(['rl:default:10.0.0.9']);
  });

  it('gives a counter without an end one: it can lock nobody out for ever', async () => {
    await redis.set('rl:default:10.0.0.7', '9');
    await gateway.call('GET', '/nowhere', forwarded('10.0.0.7'));
    expect(await redis.pttl('rl:default:10.0.0.7')).toBeGreaterThan(0);
  });

  it('believes X-Forwarded-For only from the proxies it was told to trust', async () => {
    const open = await startGatewayUnderTest(servers, { RATE_LIMIT_DEFAULT: '3/60' });
    await open.call('GET', '/nowhere', forwarded('10.0.0.8'));
    expect(await redis.keys('rl:*')).toEqual(['rl:default:127.0.0.1']);
    await open.stop();
  });

  it('lets requests pass while Redis is away, stops asking it, and counts again once it is back', async () => {
    const own = await startRedis();
    const alone = await startGatewayUnderTest(
      { redis: own, nats: servers.nats },
      { RATE_LIMIT_DEFAULT: '1/60' },
    );
    const metric = async (name: string) => {
      const text = await (await fetch(`http://127.0.0.1:${alone.opsPort}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
    };
    await alone.call('GET', '/nowhere');
    expect((await alone.call('GET', '/nowhere')).status).toBe(429);
    await own.stop();
    for (let request = 0; request < 6; request += 1)
      expect((await alone.call('GET', '/nowhere')).status).toBe(404);
    expect(await metric('gateway_rate_limit_circuit_state')).toBe(1);
    expect(await metric('gateway_rate_limit_skipped_total')).toBeGreaterThanOrEqual(6);
    const again = await startRedis({ port: own.port, password: own.password });
    await until(async () => (await alone.call('GET', '/nowhere')).status === 429);
    expect(await metric('gateway_rate_limit_circuit_state')).toBe(0);
    await alone.stop();
    await again.stop();
  });

  it('refuses to start on a limit it cannot read, by name', async () => {
    await expect(startGatewayUnderTest(servers, { RATE_LIMIT_ORDERS: 'lots' })).rejects.toThrow(
      /RATE_LIMIT_<NAME>/,
    );
    await expect(startGatewayUnderTest(servers, { RATE_LIMIT_ODERS: '1/1' })).rejects.toThrow(
      /names are LOGIN/,
    );
  });
});

describe('reading limits', () => {
  it('keeps the defaults of the design, and leaves out what is off', () => {
    const limits = readLimits({ DEFAULT: 'off', ORDERS: '5/10' });
    expect(limits.get('LOGIN')).toEqual({ endpoint: 'login', count: 10, windowMs: 60_000 });
    expect(limits.get('ORDERS')).toEqual({ endpoint: 'orders', count: 5, windowMs: 10_000 });
    expect(limits.get('BOT_CONTROL')?.count).toBe(30);
    expect(limits.has('DEFAULT')).toBe(false);
  });

  it.each`
    header                  | language
    ${undefined}            | ${'en'}
    ${'tr'}                 | ${'tr'}
    ${'tr-TR'}              | ${'tr'}
    ${'en-GB,tr;q=0.9'}     | ${'en'}
    ${'en;q=0.2, tr;q=0.9'} | ${'tr'}
    ${'de,fr'}              | ${'en'}
    ${'nonsense;;;q=tr'}    | ${'en'}
  `('answers "$header" in $language', ({ header, language }) => {
    expect(languageOf(header)).toBe(language);
  });

  it.each`
    ip                        | key
    ${'10.0.0.1'}             | ${'10.0.0.1'}
    ${'::ffff:10.0.0.1'}      | ${'10.0.0.1'}
    ${'2001:db8:1:2:3:4:5:6'} | ${'2001:db8:1:2::/64'}
    ${'2001:DB8:0001:2::9'}   | ${'2001:db8:1:2::/64'}
    ${'2001:db8::9'}          | ${'2001:db8:0:0::/64'}
    ${'::1'}                  | ${'0:0:0:0::/64'}
    ${'fe80::1%eth0'}         | ${'fe80:0:0:0::/64'}
  `('counts $ip as $key', ({ ip, key }) => {
    expect(addressKey(ip)).toBe(key);
  });
});
