/** What the holder of the Redis password can make of himself there: nobody. */
import { Redis } from 'ioredis';
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { SignedValues } from '../../apps/gateway/src/identity/signed-values';
import { Door, IdentityUnderTest, JWT_SECRET, Person, bearer } from './identity-under-test';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what the gateways keep in Redis', () => {
  let identity: IdentityUnderTest;
  let door: Door;
  let redis: Redis;
  let owner: Person;
  let other: Person;

  beforeAll(async () => {
    identity = await IdentityUnderTest.start();
    door = new Door(await identity.gateway());
    redis = identity.redis;
    [owner, other] = [await door.person(['read', 'trade', 'admin']), await door.person([])];
  });
  afterAll(() => identity?.stop());

  const signed = (text: string, secret: string): string =>
    `${createHmac('sha256', secret).update(text).digest('base64url')}.${text}`;
  const until2100 = 4_000_000_000_000;

  it.each<[string, (userId: string) => string]>([
    ['as it stood there before it was signed', (userId) => userId],
    ['as JSON without a signature', (userId) => JSON.stringify({ userId, credentialVersion: 0 })],
    [
      'with a signature by the Redis password',
      (userId) =>
        signed(JSON.stringify({ userId, credentialVersion: 0, expiresAtMs: until2100 }), 'the password'),
    ],
    ['with a signature of nothing', (userId) => `.${JSON.stringify({ userId, credentialVersion: 0 })}`],
    ['with a signature of zeros', (userId) => `${'A'.repeat(43)}.${JSON.stringify({ userId })}`],
  ])('makes no reset token, written %s', async (_how, valueFor) => {
    const token = randomBytes(32).toString('base64url');
    await redis.set(`auth:reset:${sha256(token)}`, valueFor(owner.id));
    const answer = await door.post('/api/v1/auth/reset', { token, password: 'a thief’s long sentence' });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
    expect((await door.signIn(owner.email)).status).toBe(200);
  });

  it('makes no reset token of one that was given to another user', async () => {
    const { token } = (await door.call('POST', `/api/v1/users/${other.id}/reset-token`)).body as {
      token: string;
    };
    const value = (await redis.get(`auth:reset:${sha256(token)}`))!;
    const mine = randomBytes(32).toString('base64url');
    await redis.set(`auth:reset:${sha256(mine)}`, value);
    await redis.set(`auth:reset:${sha256(token)}`, value.replace(other.id, owner.id));
    for (const tried of [mine, token]) {
      const { status } = await door.post('/api/v1/auth/reset', {
        token: tried,
        password: 'a thief’s long sentence',
      });
      expect(status).toBe(401);
    }
  });

  it.each<[string, (hash: string, userId: string) => string]>([
    ['as it stood there before it was signed', (hash, userId) => `${hash}:${userId}`],
    [
      'as JSON without a signature',
      (hash, userId) => JSON.stringify({ hash, userId, credentialVersion: 0, startedAtMs: Date.now() }),
    ],
    [
      'with a signature of another secret',
      (hash, userId) =>
        signed(JSON.stringify({ hash, userId, credentialVersion: 0, startedAtMs: Date.now() }), 'guessed'),
    ],
  ])('makes no session, written %s', async (_how, valueFor) => {
    const [sessionId, secret] = [randomUUID(), randomBytes(32).toString('base64url')];
    await redis.set(`auth:refresh:${sessionId}`, valueFor(sha256(secret), owner.id));
    await redis.sadd(`auth:sessions:${owner.id}`, sessionId);
    const answer = await door.post('/api/v1/auth/refresh', { refreshToken: `${sessionId}.${secret}` });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
    const { body } = await door.call('GET', '/api/v1/auth/sessions', bearer(owner));
    expect((body.items as { id: string }[]).map(({ id }) => id)).not.toContain(sessionId);
  });

  it('makes no session of a user out of one’s own', async () => {
    const [sessionId = ''] = other.refreshToken.split('.');
    const value = (await redis.get(`auth:refresh:${sessionId}`))!;
    await redis.set(`auth:refresh:${sessionId}`, value.replace(other.id, owner.id), 'KEEPTTL');
    expect((await door.post('/api/v1/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401);
    const another = randomUUID();
    await redis.set(`auth:refresh:${another}`, value);
    const { status } = await door.post('/api/v1/auth/refresh', {
      refreshToken: other.refreshToken.replace(sessionId, another),
    });
    expect(status).toBe(401);
  });

  it('brings back no session that ended with the password, from a copy of what stood there', async () => {
    const ann = await door.person(['read']);
    const [sessionId = ''] = ann.refreshToken.split('.');
    const copy = (await redis.get(`auth:refresh:${sessionId}`))!;
    const { token } = (await door.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body as {
      token: string;
    };
    const grant = (await redis.get(`auth:reset:${sha256(token)}`))!;
    await door.post('/api/v1/auth/reset', { token, password: 'yet another long sentence' });
    await redis.set(`auth:refresh:${sessionId}`, copy);
    await redis.set(`auth:reset:${sha256(token)}`, grant);
    expect((await door.post('/api/v1/auth/refresh', { refreshToken: ann.refreshToken })).status).toBe(401);
    const again = await door.post('/api/v1/auth/reset', { token, password: 'one more long sentence' });
    expect(again.status).toBe(401);
  });

  it.each`
    startedDaysAgo | usedDaysAgo | status | because
    ${29}          | ${6}        | ${200} | ${'it was used this week'}
    ${29}          | ${7}        | ${401} | ${'it was not used for a week'}
    ${30}          | ${0}        | ${401} | ${'it has lasted its thirty days'}
  `(
    'keeps a session of $startedDaysAgo days, used $usedDaysAgo days ago, or not ($status): $because',
    async ({ startedDaysAgo, usedDaysAgo, status }) => {
      const ann = await door.person(['read']);
      const [sessionId = ''] = ann.refreshToken.split('.');
      const key = `auth:refresh:${sessionId}`;
      const signedValues = new SignedValues({ JWT_SECRET } as GatewayConfig);
      const session = signedValues.read<object>(key, await redis.get(key))!;
      const ago = (days: number): number => Date.now() - days * 86_400_000;
      const times = { startedAtMs: ago(startedDaysAgo as number), usedAtMs: ago(usedDaysAgo as number) };
      await redis.set(key, signedValues.write(key, { ...session, ...times }), 'KEEPTTL');
      const answer = await door.post('/api/v1/auth/refresh', { refreshToken: ann.refreshToken });
      expect(answer.status).toBe(status);
    },
  );

  it('makes no ticket for a stream, and no more of one that was given', async () => {
    const { ticket } = (await door.call('POST', '/api/v1/stream-tickets', bearer(owner))).body as {
      ticket: string;
    };
    const value = (await redis.get(`auth:ticket:${sha256(ticket)}`))!;
    const copied = randomBytes(32).toString('base64url');
    const made = randomBytes(32).toString('base64url');
    await redis.set(`auth:ticket:${sha256(copied)}`, value);
    await redis.set(
      `auth:ticket:${sha256(made)}`,
      JSON.stringify({ actor: 'key:environment', scopes: ['read'], kind: 'environment', id: '' }),
    );
    for (const tried of [copied, made]) {
      const { status } = await door.call('GET', `/api/v1/events?ticket=${tried}`, { key: null });
      expect(status).toBe(401);
    }
  });

  it('makes no invitation', async () => {
    const token = randomBytes(32).toString('base64url');
    const email = 'thief@desk.example';
    await redis.set(`auth:invitation:${sha256(token)}`, JSON.stringify({ email, expiresAtMs: until2100 }));
    const answer = await door.post('/api/v1/auth/register', {
      email,
      password: 'a thief’s long sentence',
      invitation: token,
    });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
  });

  it('shows no token and no password to whoever reads it', async () => {
    const ann = await door.person(['read']);
    const { token } = (await door.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body as {
      token: string;
    };
    const [, secret = ''] = ann.refreshToken.split('.');
    const keys = await redis.keys('auth:*');
    const values = await Promise.all(
      keys.map(async (key) => (await redis.type(key)) === 'string' && redis.get(key)),
    );
    const all = JSON.stringify([keys, values]);
    for (const secretText of [token, secret, ann.accessToken, 'a long sentence'])
      expect(all).not.toContain(secretText);
  });
});
