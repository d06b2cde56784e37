/** Users, keys and scopes, through a real gateway, a real trade-history, PostgreSQL, Redis and NATS. */
import { RunningService, Seal, loadConfig, startService } from '@elvis/platform';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import {
  API_KEY,
  Answer,
  GatewayUnderTest,
  Servers,
  order as anOrder,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { routes as everyRoute } from '../../apps/gateway/test/routes';
import { SCOPES, Scope, SubmitOrder, amendOrder, submitOrder } from '@elvis/contracts';
import { TradeHistoryConfig } from '../../apps/trade-history/src/trade-history.config';
import { TradeHistoryModule } from '../../apps/trade-history/src/trade-history.module';
import { PrivatePostgres, startPostgres, until } from '@elvis/testing';

const JWT_SECRET = 'f3a91c07d2e84b65aa10-for-this-test';
const ENCRYPTION_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0';
const password = 'a long sentence';

const routes = everyRoute.map((route) => ({ ...route, path: route.path.replaceAll(/:\w+/g, 'X1') }));
const guarded = routes.filter(({ scope }) => scope !== 'public');
const scoped = routes.filter(({ scope }) => scope !== 'public' && scope !== 'anyone');

describe('identity', () => {
  let servers: Servers;
  let postgres: PrivatePostgres;
  let history: RunningService;
  let gateway: GatewayUnderTest;
  let redis: Redis;
  let pool: Pool;

  beforeAll(async () => {
    [servers, postgres] = await Promise.all([startServers(), startPostgres()]);
    history = await startService(
      { name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig },
      loadConfig(TradeHistoryConfig, {
        ...postgres.env,
        NATS_URL: servers.nats.urls['trade-history'],
        LOG_LEVEL: 'fatal',
      }),
    );
    await until(
      async () => (await fetch(`http://127.0.0.1:${history.opsPort}/health/ready`)).ok,
      'the history is ready',
      150_000,
    );
    redis = new Redis(servers.redis.url);
    pool = new Pool({ connectionString: postgres.url });
    gateway = await startGatewayUnderTest(servers, { JWT_SECRET, ENCRYPTION_KEY, REGISTRATION: 'open' });
  });

  beforeEach(() => redis.flushall());

  afterAll(async () => {
    redis.disconnect();
    await pool.end();
    await gateway.stop();
    await history.stop();
    await Promise.all([servers.stop(), postgres.stop()]);
  });

  const post = (path: string, body: object, key: string | null = null): Promise<Answer> =>
    gateway.call('POST', path, { body, key });
  const bearer = (token: string) => ({ key: null, headers: { authorization: `Bearer ${token}` } });
  const keyWith = async (scopes: readonly Scope[], more: object = {}): Promise<{ id: string; key: string }> =>
    (await post('/api/v1/access-keys', { name: 'spec', scopes, ...more }, API_KEY)).body;

  describe('access keys', () => {
    it.each(guarded)(
      '$name answers 401 to a key that is expired, revoked, unknown or shaped like none',
      async ({ method, path }) => {
        const expired = await keyWith(SCOPES);
        await pool.query('UPDATE access_keys SET expires_at = now() WHERE id = $1', [expired.id]);
        const revoked = await keyWith(SCOPES);
        await gateway.call('DELETE', `/api/v1/access-keys/${revoked.id}`);
        for (const key of [
          expired.key,
          revoked.key,
          `elv_${'x'.repeat(43)}`,
          'elv_',
          '',
          ' ',
          `${API_KEY} `.repeat(2),
        ]) {
          const { status, body } = await gateway.call(method, path, { key });
          expect([status, body.code]).toEqual([401, 'API_KEY_WRONG']);
        }
      },
    );

    it.each(scoped)(
      '$name answers 403 to a key with every scope but $scope',
      async ({ method, path, scope }) => {
        const { key } = await keyWith(SCOPES.filter((other) => other !== scope));
        const { status, body } = await gateway.call(method, path, { key });
        expect([status, body.code, body.context]).toEqual([403, 'SCOPE_MISSING', { scope }]);
      },
    );

    it('bound to a bot sends the orders of that bot alone, changes no others, and makes no freer key', async () => {
      const risk = await startResponder(servers.nats, 'risk');
      try {
        const view = { status: 'NEW', filledQuantity: '0', decisionId: 'd', createdAtMs: 1, updatedAtMs: 1 };
        risk.on(submitOrder, (order: SubmitOrder) => ({ order: { ...order, ...view }, isRepeat: false }));
        risk.on(amendOrder, (change: object) => ({
          order: { ...anOrder, ...change, ...view },
          isRepeat: false,
        }));
        const [bot, other] = [randomUUID(), randomUUID()];
        const { key } = await keyWith(['trade', 'admin', 'read'], { botConfigId: bot });
        const refused = { status: 403, body: { code: 'BOT_NOT_ALLOWED', context: { botConfigId: bot } } };
        const strange = { ...anOrder, botConfigId: other };
        expect(await post('/api/v1/orders', strange, key)).toMatchObject(refused);
        expect(await post('/api/v1/orders/batch', { orders: [anOrder, strange] }, key)).toMatchObject(
          refused,
        );
        expect(risk.asked).toEqual([]);

        expect((await post('/api/v1/orders', anOrder, key)).status).toBe(201);
        expect((await post('/api/v1/orders', { ...anOrder, botConfigId: bot }, key)).status).toBe(201);
        await gateway.call('PUT', '/api/v1/orders/mine', { key, body: { price: '60000' } });
        expect(risk.asked.map(({ payload }) => payload)).toMatchObject([
          ...[{ botConfigId: bot }, { botConfigId: bot }, { clientOrderId: 'mine', ofBot: bot }],
        ]);

        const wish = { name: 'spec', scopes: ['trade'] };
        expect(await post('/api/v1/access-keys', { ...wish, botConfigId: other }, key)).toMatchObject(
          refused,
        );
        expect((await post('/api/v1/access-keys', wish, key)).body).toMatchObject({ botConfigId: bot });
        expect((await keyWith(['trade'])) as object).toMatchObject({ botConfigId: null });
      } finally {
        await risk.stop();
      }
    });

    it('opens what its scope says, is shown once, kept as a hash, and tells when it was last used', async () => {
      const { id, key } = await keyWith(['read']);
      expect((await gateway.call('GET', '/trades', { key })).status).toBe(200);
      const { body } = await gateway.call('GET', '/api/v1/access-keys');
      const listed = (body.items as { id: string; lastUsedAt: string }[]).find((item) => item.id === id);
      expect(Date.parse(listed?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
      expect(JSON.stringify(body)).not.toContain(key);
      const { rows } = await pool.query('SELECT * FROM access_keys');
      expect(JSON.stringify(rows)).not.toContain(key);
    });

    it('stops opening at once when it is revoked here', async () => {
      const { id, key } = await keyWith(['read']);
      expect((await gateway.call('GET', '/trades', { key })).status).toBe(200);
      await gateway.call('DELETE', `/api/v1/access-keys/${id}`);
      expect((await gateway.call('GET', '/trades', { key })).status).toBe(401);
    });

    it('cannot loosen what it may only tighten', async () => {
      const { key } = await keyWith(['halt']);
      const { status, body } = await gateway.call('PUT', '/api/v1/trading-state', {
        key,
        body: { scope: { type: 'global' }, state: 'ACTIVE' },
      });
      expect([status, body.context]).toEqual([403, { scope: 'clear' }]);
    });
  });

  describe('users', () => {
    let sequence = 0;
    const register = async () => {
      const email = `ada${(sequence += 1)}@desk.example`;
      const { body } = await post('/api/v1/auth/register', { email, password });
      return { email, id: body.id as string };
    };
    const signIn = async (email: string, secret = password) =>
      post('/api/v1/auth/login', { email, password: secret });

    it('registers with no rights, and gets those an administrator gives', async () => {
      const { email, id } = await register();
      const first = (await signIn(email)).body;
      const me = await gateway.call('GET', '/api/v1/auth/me', bearer(first.accessToken));
      expect(me.body).toMatchObject({ actor: `user:${id}`, scopes: [], user: { email } });
      expect((await gateway.call('GET', '/trades', bearer(first.accessToken))).status).toBe(403);
      await gateway.call('PUT', `/api/v1/users/${id}`, { body: { scopes: ['read'] } });
      const second = (await signIn(email)).body;
      expect((await gateway.call('GET', '/trades', bearer(second.accessToken))).status).toBe(200);
    });

    it('never shows or stores a password, and takes an address once whatever its case', async () => {
      const { email, id } = await register();
      const again = await post('/api/v1/auth/register', { email: email.toUpperCase(), password });
      expect(again.body.id).not.toBe(id);
      const { rows: same } = await pool.query('SELECT 1 FROM users WHERE lower(email) = $1', [email]);
      expect(same).toHaveLength(1);
      const { rows } = await pool.query<{ password_hash: string }>('SELECT * FROM users');
      for (const row of rows) expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect((await gateway.call('GET', '/api/v1/users')).text).not.toContain('argon2');
    });

    it('answers the same to a wrong password, an unknown address and a disabled user', async () => {
      const { email, id } = await register();
      await gateway.call('PUT', `/api/v1/users/${id}`, { body: { isDisabled: true } });
      const answers = await Promise.all([
        signIn(email),
        signIn(email, 'wrong wrong wrong'),
        signIn('nobody@desk.example'),
      ]);
      for (const { status, body } of answers) {
        expect([status, body.code, body.detail]).toEqual([
          401,
          'CREDENTIALS_WRONG',
          'E-mail address or password is wrong',
        ]);
      }
    });

    it('rotates refresh tokens, and ends the family when one is used twice', async () => {
      const { email } = await register();
      const { refreshToken: first } = (await signIn(email)).body;
      const second = (await post('/api/v1/auth/refresh', { refreshToken: first })).body;
      expect(second.refreshToken).not.toBe(first);
      const stolen = await post('/api/v1/auth/refresh', { refreshToken: first });
      expect([stolen.status, stolen.body.code]).toEqual([401, 'TOKEN_INVALID']);
      expect((await post('/api/v1/auth/refresh', { refreshToken: second.refreshToken })).status).toBe(401);
    });

    it('chooses a new password with a token that works once', async () => {
      const { email, id } = await register();
      const { token } = (await gateway.call('POST', `/api/v1/users/${id}/reset-token`)).body;
      const change = { token, password: 'another long sentence' };
      expect((await post('/api/v1/auth/reset', change)).status).toBe(204);
      expect((await post('/api/v1/auth/reset', change)).status).toBe(401);
      expect((await signIn(email)).status).toBe(401);
      expect((await signIn(email, 'another long sentence')).status).toBe(200);
    });

    it.each`
      name                          | claims                    | header              | secret
      ${'signed by another secret'} | ${{}}                     | ${{}}               | ${'x'.repeat(32)}
      ${'too old'}                  | ${{ exp: 1_600_000_000 }} | ${{}}               | ${JWT_SECRET}
      ${'for somebody else'}        | ${{ aud: 'other' }}       | ${{}}               | ${JWT_SECRET}
      ${'of another kind'}          | ${{}}                     | ${{ typ: 'JWT' }}   | ${JWT_SECRET}
      ${'of another algorithm'}     | ${{}}                     | ${{ alg: 'HS512' }} | ${JWT_SECRET}
    `('refuses a token that is $name', async ({ claims, header, secret }) => {
      const payload = {
        sub: 'u',
        scopes: [...SCOPES],
        iss: 'elvis',
        aud: 'elvis-gateway',
        exp: 4_000_000_000,
        sid: 's',
        ver: 0,
        ...claims,
      };
      const token = await new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
        .sign(new TextEncoder().encode(secret as string));
      const { status, body } = await gateway.call('GET', '/trades', bearer(token));
      expect([status, body.code]).toEqual([401, 'TOKEN_INVALID']);
    });

    it('refuses a token that claims to need no signature, and takes none from the URL', async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const none = `${part({ alg: 'none', typ: 'at+jwt' })}.${part({ sub: 'u', scopes: SCOPES, exp: 4_000_000_000 })}.`;
      expect((await gateway.call('GET', '/trades', bearer(none))).status).toBe(401);
      const { email } = await register();
      const { accessToken } = (await signIn(email)).body;
      expect((await gateway.call('GET', `/trades?access_token=${accessToken}`, { key: null })).status).toBe(
        401,
      );
    });

    it('slows guessing down per address and per e-mail', async () => {
      const slow = await startGatewayUnderTest(servers, {
        JWT_SECRET,
        RATE_LIMIT_LOGIN: '3/60',
        RATE_LIMIT_LOGIN_EMAIL: '3/60',
        TRUSTED_PROXIES: '127.0.0.1',
      });
      const guess = (ip: string, email: string) =>
        slow.call('POST', '/api/v1/auth/login', {
          key: null,
          body: { email, password: 'guess guess guess' },
          headers: { 'x-forwarded-for': ip },
        });
      for (let n = 0; n < 3; n += 1) expect((await guess('10.1.0.1', `n${n}@desk.example`)).status).toBe(401);
      expect((await guess('10.1.0.1', 'n4@desk.example')).status).toBe(429);
      for (let n = 0; n < 3; n += 1)
        expect((await guess(`10.2.0.${n}`, 'ada@desk.example')).status).toBe(401);
      expect((await guess('10.2.0.9', 'ada@desk.example')).status).toBe(429);
      expect(await redis.keys('rl:login:ada@desk.example')).toHaveLength(1);
      await slow.stop();
    });

    it('cannot be signed in by a gateway without a secret', async () => {
      const bare = await startGatewayUnderTest(servers);
      const { email } = await register();
      const { status, body } = await bare.call('POST', '/api/v1/auth/login', {
        key: null,
        body: { email, password },
      });
      expect([status, body.code]).toEqual([503, 'SIGN_IN_NOT_CONFIGURED']);
      await bare.stop();
    });

    describe('and their exchange keys', () => {
      const exchangeKey = {
        label: 'main',
        market: 'futures',
        apiKey: 'abcdefgh12345678',
        apiSecret: 'verysecretsecret99',
      };

      it('are sealed at rest, masked in lists, and gone when removed', async () => {
        const { email } = await register();
        const { accessToken } = (await signIn(email)).body;
        const stored = await gateway.call('POST', '/api/v1/api-keys', {
          ...bearer(accessToken),
          body: exchangeKey,
        });
        expect(stored.body).toMatchObject({ label: 'main', market: 'futures', apiKey: '****5678' });
        const list = await gateway.call('GET', '/api/v1/api-keys', bearer(accessToken));
        expect(list.body.items).toEqual([stored.body]);
        const { rows } = await pool.query<{ key_sealed: Buffer; secret_sealed: Buffer }>(
          'SELECT key_sealed, secret_sealed FROM api_keys WHERE id = $1',
          [stored.body.id],
        );
        expect(rows[0]?.secret_sealed.includes(exchangeKey.apiSecret)).toBe(false);
        expect(`${list.text}${stored.text}`).not.toContain(exchangeKey.apiSecret);
        await gateway.call('DELETE', `/api/v1/api-keys/${stored.body.id}`, bearer(accessToken));
        const { rows: after } = await pool.query<{ key_sealed: Buffer }>(
          'SELECT key_sealed FROM api_keys WHERE id = $1',
          [stored.body.id],
        );
        expect(after[0]?.key_sealed).toHaveLength(0);
      });

      it('are sealed again by a rotation, as often as it is run, and still open after it', async () => {
        const { email } = await register();
        const { accessToken } = (await signIn(email)).body;
        const { body: stored } = await gateway.call('POST', '/api/v1/api-keys', {
          ...bearer(accessToken),
          body: exchangeKey,
        });
        const sealedNow = async (): Promise<string> => {
          const { rows } = await pool.query<{ sealed: string }>(
            "SELECT encode(secret_sealed, 'base64') AS sealed FROM api_keys WHERE id = $1",
            [stored.id],
          );
          return rows[0]?.sealed.replaceAll('\n', '') ?? '';
        };
        const before = await sealedNow();
        const keys = { ENCRYPTION_KEY: 'a1b2c3d4e5f60718'.repeat(4), ENCRYPTION_KEY_OLD: ENCRYPTION_KEY };
        const rotated = await startGatewayUnderTest(servers, keys);
        const first = await rotated.call('POST', '/api/v1/encryption-key/rotation');
        expect([first.status, first.body.current, first.body.unreadable]).toEqual([200, 0, []]);
        expect(first.body.resealed).toBeGreaterThan(0);
        const again = await rotated.call('POST', '/api/v1/encryption-key/rotation');
        expect(again.body).toEqual({ resealed: 0, current: first.body.resealed, unreadable: [] });
        expect(await sealedNow()).not.toBe(before);
        const seal = new Seal([keys.ENCRYPTION_KEY]);
        expect(seal.open(await sealedNow(), `${stored.id}:secret`)).toBe(exchangeKey.apiSecret);
        // The gateway that knows the old key alone can open none of them any more, and says so.
        const left = await gateway.call('POST', '/api/v1/encryption-key/rotation');
        expect(left.body).toMatchObject({ resealed: 0, current: 0 });
        expect(left.body.unreadable).toContain(stored.id);
        await rotated.stop();
      });

      it('belong to their user alone', async () => {
        const [owner, other] = [await register(), await register()];
        const token = async ({ email }: { email: string }) =>
          (await signIn(email)).body.accessToken as string;
        const stored = await gateway.call('POST', '/api/v1/api-keys', {
          ...bearer(await token(owner)),
          body: exchangeKey,
        });
        expect(
          (await gateway.call('GET', '/api/v1/api-keys', bearer(await token(other)))).body.items,
        ).toEqual([]);
        const removed = await gateway.call(
          'DELETE',
          `/api/v1/api-keys/${stored.body.id}`,
          bearer(await token(other)),
        );
        expect([removed.status, removed.body.code]).toEqual([404, 'KEY_NOT_FOUND']);
        expect((await gateway.call('GET', '/api/v1/api-keys')).body.code).toBe('USER_REQUIRED');
      });
    });
  });

  it.each(['secret', 'changeme-changeme-changeme', 'your-secret-key-goes-here!'])(
    'does not start with the secret "%s"',
    async (secret) => {
      await expect(startGatewayUnderTest(servers, { JWT_SECRET: secret })).rejects.toThrow(
        /JWT_SECRET must have/,
      );
    },
  );

  it('does not start with an encryption key that is none', async () => {
    await expect(startGatewayUnderTest(servers, { ENCRYPTION_KEY: '00'.repeat(32) })).rejects.toThrow(
      /ENCRYPTION_KEY must be/,
    );
  });
});
