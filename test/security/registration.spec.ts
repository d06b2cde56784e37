/** How one becomes a user and gets back in: invitations, passwords, forgotten ones by a real mail server, wrong sign-ins. */
import { SMTPServer } from 'smtp-server';
import { AddressInfo } from 'node:net';
import { until } from '@elvis/testing';
import { Answer, GatewayUnderTest } from '../../apps/gateway/test/gateway-under-test';
import { Door, IdentityUnderTest, PASSWORD, bearer } from './identity-under-test';

interface Received {
  readonly to: string;
  readonly text: string;
}

/** A mail server on loopback, and what came in. */
class MailServer {
  readonly mails: Received[] = [];
  private readonly server: SMTPServer;

  constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          const plain = text.replace(/=\r\n/g, '').replace(/=3D/g, '=');
          for (const { address } of session.envelope.rcptTo) this.mails.push({ to: address, text: plain });
          done();
        });
      },
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  to(address: string): Received[] {
    return this.mails.filter((mail) => mail.to === address);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

const tokenIn = ({ text }: Received): string => /"token": "([A-Za-z0-9_-]{43})"/.exec(text)?.[1] ?? '';
const codeOf = ({ status, body }: Answer): [number, unknown] => [status, body?.code];

describe('becoming a user', () => {
  let identity: IdentityUnderTest;
  let door: Door;
  let open: Door;
  let people = 0;

  beforeAll(async () => {
    identity = await IdentityUnderTest.start();
    door = new Door(await identity.gateway());
    open = new Door(await identity.gateway({ REGISTRATION: 'open' }));
  });
  afterAll(() => identity?.stop());

  const newEmail = (): string => `grace${(people += 1)}@desk.example`;
  const register = (email: string, more: object = {}, at = door): Promise<Answer> =>
    at.post('/api/v1/auth/register', { email, password: PASSWORD, ...more });
  const invite = async (email: string): Promise<string> =>
    (await door.call('POST', '/api/v1/invitations', { body: { email } })).body.token as string;

  it('takes an invitation, and without one says the same of every address', async () => {
    const { email: taken } = await door.person();
    for (const email of [newEmail(), taken]) {
      expect(codeOf(await register(email))).toEqual([403, 'INVITATION_REQUIRED']);
    }
  });

  it('takes an invitation once, for its address alone', async () => {
    const email = newEmail();
    const invitation = await invite(email);
    expect(codeOf(await register(newEmail(), { invitation }))).toEqual([401, 'TOKEN_INVALID']);
    expect(codeOf(await register(email, { invitation: 'x'.repeat(43) }))).toEqual([401, 'TOKEN_INVALID']);
    const answers = await Promise.all([1, 2, 3].map(() => register(email, { invitation })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    expect(codeOf(await register(email, { invitation }))).toEqual([401, 'TOKEN_INVALID']);
    expect((await door.signIn(email)).status).toBe(200);
  });

  it('is for an administrator to invite to, who alone is told that an address has a user', async () => {
    const someone = await door.person(['read', 'trade', 'halt', 'clear', 'limits']);
    const body = { email: newEmail() };
    const refused = await door.call('POST', '/api/v1/invitations', { ...bearer(someone), body });
    expect([...codeOf(refused), refused.body.context]).toEqual([403, 'SCOPE_MISSING', { scope: 'admin' }]);
    const taken = await door.call('POST', '/api/v1/invitations', {
      body: { email: someone.email.toUpperCase() },
    });
    expect(codeOf(taken)).toEqual([409, 'EMAIL_TAKEN']);
  });

  it('with open registration answers a taken address like a free one, and makes nothing', async () => {
    const email = newEmail();
    const first = await register(email, {}, open);
    const again = await register(email.toUpperCase(), { password: 'yet another long sentence' }, open);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(Object.keys(again.body as object)).toEqual(Object.keys(first.body as object));
    expect({ ...again.body, id: '', createdAt: '' }).toEqual({ ...first.body, id: '', createdAt: '' });
    const { rows } = await identity.pool.query('SELECT id FROM users WHERE lower(email) = $1', [email]);
    expect(rows).toEqual([{ id: first.body.id as string }]);
    expect((await open.signIn(email)).status).toBe(200);
    expect((await open.signIn(email, 'yet another long sentence')).status).toBe(401);
  });

  it('is open only where the configuration says open', async () => {
    await expect(identity.gateway({ REGISTRATION: 'yes' })).rejects.toThrow(/REGISTRATION must be/);
  });

  describe('with a password', () => {
    const WEAK = [
      'password1234',
      'Password1234',
      'P@ssw0rd1234',
      'passwordpassword',
      '            ',
      '123456789012',
      'qwertyuiop12',
      'aaaaaaaaaaaa',
      'abcdefghijkl',
      'iloveyou1234',
      'elviselvis12',
      'binance12345',
    ];

    it.each(WEAK)('that is not %p', async (password) => {
      expect(codeOf(await register(newEmail(), { password }, open))).toEqual([400, 'PASSWORD_WEAK']);
    });

    it('that is not one’s own address', async () => {
      const email = 'rear.admiral@desk.example';
      for (const password of ['rear.admiral', 'rear.admiral@desk.example', 'admiraladmiral'])
        expect(codeOf(await register(email, { password }, open))).toEqual([400, 'PASSWORD_WEAK']);
    });

    it.each([
      'a sentence of small letters',
      'Ünïcödé ünd Leerzeichen',
      '7 blue doors, no key',
      '数字和字母组成的密码不需要',
    ])('of any kind of character: %p', async (password) => {
      const email = newEmail();
      expect((await register(email, { password }, open)).status).toBe(201);
      expect((await open.signIn(email, password)).status).toBe(200);
    });

    it('of 200 characters, but of no repeats', async () => {
      const email = newEmail();
      const long = Array.from({ length: 40 }, (_, n) => `w${n * 7919} `)
        .join('')
        .slice(0, 200);
      expect((await register(email, { password: long }, open)).status).toBe(201);
      for (const password of ['p4$$w0rd'.repeat(25), 'qwer'.repeat(50), ' '.repeat(200)])
        expect(codeOf(await register(newEmail(), { password }, open))).toEqual([400, 'PASSWORD_WEAK']);
    });

    it('is asked the same of a reset, whose token may then be used again, and of a change', async () => {
      const ann = await door.person();
      const { token } = (await door.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body as {
        token: string;
      };
      expect(codeOf(await door.post('/api/v1/auth/reset', { token, password: 'password1234' }))).toEqual([
        400,
        'PASSWORD_WEAK',
      ]);
      const body = { currentPassword: PASSWORD, password: 'password1234' };
      const changed = await door.call('PUT', '/api/v1/auth/password', { ...bearer(ann), body });
      expect(codeOf(changed)).toEqual([400, 'PASSWORD_WEAK']);
      const reset = await door.post('/api/v1/auth/reset', { token, password: 'yet another long sentence' });
      expect(reset.status).toBe(204);
    });
  });

  describe('and keeping exchange keys', () => {
    const exchangeKey = {
      label: 'main',
      market: 'futures',
      apiKey: 'abcdefgh12345678',
      apiSecret: 'verysecret99',
    };

    it('says that nothing trades with them, and keeps ten a user at most, however many come at once', async () => {
      const ann = await door.person();
      const store = (): Promise<Answer> =>
        door.call('POST', '/api/v1/api-keys', { ...bearer(ann), body: exchangeKey });
      const answers = await Promise.all(Array.from({ length: 40 }, store));
      const kept = answers.filter(({ status }) => status === 201);
      expect(kept).toHaveLength(10);
      expect(kept[0]?.body).toMatchObject({
        isUsed: false,
        note: expect.stringMatching(/not used yet/),
      });
      const refused = answers.find(({ status }) => status !== 201)!;
      expect([...codeOf(refused), refused.body.context]).toEqual([409, 'KEY_LIMIT_REACHED', { limit: 10 }]);
      const { body } = await door.call('GET', '/api/v1/api-keys', bearer(ann));
      expect(body.items).toHaveLength(10);
      await door.call('DELETE', `/api/v1/api-keys/${body.items[0].id as string}`, bearer(ann));
      expect((await store()).status).toBe(201);
      const other = await door.person();
      const theirs = await door.call('POST', '/api/v1/api-keys', { ...bearer(other), body: exchangeKey });
      expect(theirs.status).toBe(201);
    });
  });

  describe('what was born dead', () => {
    it.each(['2020-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2026-01-01T00:00:00+14:00'])(
      'is refused: a key that ends at %s',
      async (expiresAt) => {
        const body = { name: 'dead', scopes: ['read'], expiresAt };
        const answer = await door.call('POST', '/api/v1/access-keys', { body });
        expect(codeOf(answer)).toEqual([400, 'MESSAGE_MALFORMED']);
      },
    );

    it('is refused: a reset token, a key and an end of sessions for nobody, and a key for a disabled user', async () => {
      const nobody = '00000000-0000-4000-8000-000000000000';
      const before = await identity.redis.keys('auth:reset:*');
      const asks: [string, string, object?][] = [
        ['POST', `/api/v1/users/${nobody}/reset-token`],
        ['DELETE', `/api/v1/users/${nobody}/sessions`],
        ['PUT', `/api/v1/users/${nobody}`, { scopes: ['read'] }],
        ['POST', '/api/v1/access-keys', { name: 'dead', scopes: ['read'], userId: nobody }],
      ];
      for (const [method, path, body] of asks)
        expect(codeOf(await door.call(method, path, { ...(body && { body }) }))).toEqual([
          404,
          'USER_NOT_FOUND',
        ]);
      expect(await identity.redis.keys('auth:reset:*')).toEqual(before);
      const ann = await door.person();
      await door.call('PUT', `/api/v1/users/${ann.id}`, { body: { isDisabled: true } });
      const body = { name: 'dead', scopes: [], userId: ann.id };
      expect(codeOf(await door.call('POST', '/api/v1/access-keys', { body }))).toEqual([
        404,
        'USER_NOT_FOUND',
      ]);
    });
  });

  describe('who has forgotten the password', () => {
    const server = new MailServer();
    let mailed: Door;
    let limited: Door;
    let smtpUrl: string;

    beforeAll(async () => {
      const SMTP_URL = (smtpUrl = await server.start());
      mailed = new Door(await identity.gateway({ SMTP_URL, RATE_LIMIT_FORGOT: 'off', REGISTRATION: 'open' }));
      limited = new Door(
        await identity.gateway({ SMTP_URL, RATE_LIMIT_FORGOT: '3/60', TRUSTED_PROXIES: '127.0.0.1' }),
      );
    });
    afterAll(() => server.stop());

    const forgot = (email: string, at = mailed, ip = '10.0.0.1'): Promise<Answer> =>
      at.call('POST', '/api/v1/auth/forgot', {
        key: null,
        body: { email },
        headers: { 'x-forwarded-for': ip },
      });

    it('gets a token by mail, and with it in again', async () => {
      const ann = await door.person(['read']);
      expect((await forgot(ann.email)).status).toBe(202);
      const mail = await until(() => server.to(ann.email)[0]);
      const token = tokenIn(mail);
      const password = 'yet another long sentence';
      expect((await mailed.post('/api/v1/auth/reset', { token, password })).status).toBe(204);
      expect((await mailed.signIn(ann.email, password)).status).toBe(200);
      await until(() => server.to(ann.email).some(({ text }) => /was changed/.test(text)));
      expect(codeOf(await mailed.post('/api/v1/auth/reset', { token, password }))).toEqual([
        401,
        'TOKEN_INVALID',
      ]);
    });

    it('is answered like one who never was here, and only a user who may sign in gets mail', async () => {
      const [ann, disabled] = [await door.person(), await door.person()];
      await door.call('PUT', `/api/v1/users/${disabled.id}`, { body: { isDisabled: true } });
      const emails = [disabled.email, 'nobody@desk.example', ann.email.toUpperCase()];
      const answers: Answer[] = [];
      for (const email of emails) answers.push(await forgot(email));
      const shown = ({ status, text, headers }: Answer): unknown => [
        status,
        text,
        [...headers.keys()].filter((name) => name !== 'date').sort(),
      ];
      expect(answers.map(shown)).toEqual(emails.map(() => shown(answers[0]!)));
      await until(() => server.to(ann.email).length === 1);
      expect([server.to(disabled.email), server.to('nobody@desk.example')]).toEqual([[], []]);
    });

    it('is told at the address when somebody else registers with it', async () => {
      const ann = await door.person();
      await register(ann.email, { password: 'yet another long sentence' }, mailed);
      await until(() => server.to(ann.email).some(({ text }) => /already registered/.test(text)));
    });

    it('is not mailed without end by registrations of others', async () => {
      const { email } = await door.person();
      const at = new Door(
        await identity.gateway({ SMTP_URL: smtpUrl, REGISTRATION: 'open', RATE_LIMIT_FORGOT: '3/60' }),
      );
      for (let n = 0; n < 6; n += 1) await register(email, {}, at);
      await forgot('last@desk.example', at);
      await until(() => server.to(email).length === 3);
      expect(codeOf(await forgot(email, at))).toEqual([429, 'RATE_LIMITED']);
      expect(server.to(email)).toHaveLength(3);
    });

    it('waits after three asks for an address of mail, from anywhere, or from one place, user or not', async () => {
      const { email } = await door.person();
      for (const asked of [email, 'nobody1@desk.example']) {
        for (let n = 0; n < 3; n += 1)
          expect((await forgot(asked, limited, `10.1.${asked.length}.${n}`)).status).toBe(202);
        expect(codeOf(await forgot(asked, limited, `10.1.${asked.length}.9`))).toEqual([429, 'RATE_LIMITED']);
      }
      for (let n = 0; n < 3; n += 1)
        expect((await forgot(`n${n}@desk.example`, limited, '10.2.0.1')).status).toBe(202);
      expect(codeOf(await forgot('n9@desk.example', limited, '10.2.0.1'))).toEqual([429, 'RATE_LIMITED']);
      const keys = await identity.redis.keys('rl:forgot:*');
      expect(keys).toEqual(expect.arrayContaining([`rl:forgot:${email}`, 'rl:forgot:10.2.0.1']));
    });

    it('is sent to an administrator by a gateway without a mail server, whoever asks', async () => {
      const { email } = await door.person();
      for (const asked of [email, 'nobody@desk.example']) {
        const { status, body } = await forgot(asked, door);
        expect([status, body.message]).toEqual([
          202,
          expect.stringMatching(/ask an administrator.*reset-token/),
        ]);
      }
    });

    it('does not wait for a mail server that is away, and nothing else does', async () => {
      const away = new Door(
        await identity.gateway({ SMTP_URL: 'smtp://127.0.0.1:9', RATE_LIMIT_FORGOT: 'off' }),
      );
      const { email } = await door.person();
      expect((await forgot(email, away)).status).toBe(202);
      expect((await away.signIn(email)).status).toBe(200);
    });

    it.each([
      ['SMTP_URL', 'http://127.0.0.1:25'],
      ['SMTP_FROM', 'Elvis <elvis@desk.example>\r\nBcc: thief@desk.example'],
    ])('is not mailed by a gateway whose %s is %p: it does not start', async (name, value) => {
      await expect(identity.gateway({ [name]: value })).rejects.toThrow(new RegExp(`${name} must be`));
    });
  });

  describe('wrong sign-ins', () => {
    let slow: GatewayUnderTest;

    beforeAll(async () => {
      slow = await identity.gateway({
        RATE_LIMIT_LOGIN: '10/60',
        RATE_LIMIT_LOGIN_EMAIL: '12/60',
        TRUSTED_PROXIES: '127.0.0.1',
      });
    });

    const signInFrom = (ip: string, email: string, password = PASSWORD): Promise<Answer> =>
      slow.call('POST', '/api/v1/auth/login', {
        key: null,
        body: { email, password },
        headers: { 'x-forwarded-for': ip },
      });
    const guess = async (ip: string, email: string): Promise<number> =>
      (await signInFrom(ip, email, 'guess guess guess')).status;

    it('ten of them from elsewhere shut nobody out, one who has never signed in from here neither', async () => {
      const { email } = await door.person();
      for (let n = 0; n < 10; n += 1) expect(await guess('10.3.0.1', email)).toBe(401);
      expect(await guess('10.3.0.1', email)).toBe(429);
      expect((await signInFrom('10.3.0.2', email)).status).toBe(200);
    });

    it('as many as there may be shut out strangers, and not the address the user comes from', async () => {
      const { email } = await door.person();
      expect((await signInFrom('10.4.0.1', email)).status).toBe(200);
      const guesses: number[] = [];
      for (let n = 0; n < 14; n += 1) guesses.push(await guess(`10.5.0.${n}`, email));
      expect(guesses).toEqual([...Array<number>(12).fill(401), 429, 429]);
      expect((await signInFrom('10.5.1.1', email)).status).toBe(429);
      for (let n = 0; n < 5; n += 1) expect((await signInFrom('10.4.0.1', email)).status).toBe(200);
    });

    it('are counted for an address that is known, too', async () => {
      const { email } = await door.person();
      expect((await signInFrom('10.6.0.1', email)).status).toBe(200);
      const guesses: number[] = [];
      for (let n = 0; n < 11; n += 1) guesses.push(await guess('10.6.0.1', email));
      expect(guesses.at(-1)).toBe(429);
    });

    it('count only when they are wrong, and an address is known only to whom it was right for', async () => {
      const [ann, thief] = [await door.person(), await door.person()];
      expect((await signInFrom('10.7.0.1', thief.email)).status).toBe(200);
      for (let n = 0; n < 12; n += 1) await guess(`10.7.1.${n}`, ann.email);
      expect((await signInFrom('10.7.0.1', ann.email)).status).toBe(429);
      expect(await identity.redis.get(`rl:login:${thief.email}`)).toBe('0');
    });
  });
});
