/** Signing in from a browser: by a link that works once, by a key, or as a user; and what its cookie is good for. */
import { WebSocket } from 'ws';
import { Answer, GatewayUnderTest } from '../../apps/gateway/test/gateway-under-test';
import { Door, IdentityUnderTest, PASSWORD, bearer } from './identity-under-test';

const SESSION = '/api/v1/auth/session';
const ours = { 'x-requested-with': 'elvis' };

describe('a session of a browser', () => {
  let identity: IdentityUnderTest;
  let gateway: GatewayUnderTest;
  let door: Door;

  beforeAll(async () => {
    identity = await IdentityUnderTest.start();
    gateway = await identity.gateway({ TRUSTED_PROXIES: '127.0.0.1' });
    door = new Door(gateway);
  });
  afterAll(() => identity?.stop());

  const ticket = async (): Promise<string> =>
    (await door.call('POST', '/api/v1/auth/sign-in-tickets')).body.ticket as string;
  const begin = (body: object, headers = {}): Promise<Answer> =>
    gateway.call('POST', SESSION, { key: null, body, headers });
  const cookieOf = ({ headers }: Answer): string => (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const refresh = (cookie: string, headers: Record<string, string> = ours): Promise<Answer> =>
    gateway.call('POST', `${SESSION}/refresh`, { key: null, headers: { ...headers, cookie } });
  const me = (session: Answer): Promise<Answer> =>
    gateway.call('GET', '/api/v1/auth/me', bearer(session.body));

  it('begins with a link once, and may do what the key that made it may', async () => {
    const one = await ticket();
    const begun = await Promise.all([begin({ ticket: one }), begin({ ticket: one })]);
    expect(begun.map(({ status }) => status).sort()).toEqual([200, 401]);
    const session = begun.find(({ status }) => status === 200)!;
    expect(Object.keys(session.body as object).sort()).toEqual(['accessToken', 'expiresIn', 'tokenType']);
    expect((await me(session)).body).toMatchObject({
      actor: 'key:environment',
      user: null,
      scopes: expect.arrayContaining(['admin', 'trade']) as string[],
    });
  });

  it('keeps its refresh token in a cookie for these addresses alone, over TLS alone where there is TLS', async () => {
    const plain = (await begin({ ticket: await ticket() })).headers.get('set-cookie');
    expect(plain).toMatch(
      /^elvis_refresh=[\w.-]+; HttpOnly; SameSite=Strict; Path=\/api\/v1\/auth; Max-Age=604800$/,
    );
    const behindTls = await begin({ ticket: await ticket() }, { 'x-forwarded-proto': 'https' });
    expect(behindTls.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('changes nothing on the word of its cookie', async () => {
    const cookie = cookieOf(await begin({ ticket: await ticket() }));
    const answer = await gateway.call('POST', '/api/v1/orders', { key: null, headers: { cookie }, body: {} });
    expect([answer.status, answer.body.code]).toEqual([401, 'API_KEY_WRONG']);
    const foreign = await refresh(cookie, {});
    expect([foreign.status, foreign.body.code]).toEqual([403, 'SCOPE_MISSING']);
  });

  it('goes on in two tabs that ask at once, and ends when an old cookie comes back', async () => {
    const first = cookieOf(await begin({ ticket: await ticket() }));
    const tabs = await Promise.all([refresh(first), refresh(first)]);
    expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    const [second, same] = tabs.map(cookieOf);
    expect([same, second === first]).toEqual([second, false]);
    const third = cookieOf(await refresh(second!));
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(third)).status).toBe(401);
  });

  it('begins with an access key, has its scopes alone, and ends with it', async () => {
    const { id, key } = (
      await door.call('POST', '/api/v1/access-keys', { body: { name: 'a reader', scopes: ['read'] } })
    ).body as { id: string; key: string };
    const session = await begin({ accessKey: key });
    expect((await me(session)).body).toMatchObject({ actor: `key:${id}`, scopes: ['read'] });
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };
    const forged = await gateway.call('POST', '/api/v1/orders', { ...bearer(session.body), body: order });
    expect([forged.status, forged.body.code]).toEqual([403, 'SCOPE_MISSING']);
    await door.call('DELETE', `/api/v1/access-keys/${id}`);
    expect((await me(session)).status).toBe(401);
    expect((await refresh(cookieOf(session))).status).toBe(401);
    expect((await begin({ accessKey: key })).body.code).toBe('API_KEY_WRONG');
  });

  it('begins as a user, and a session makes no link', async () => {
    const ann = await door.person(['read', 'admin']);
    const session = await begin({ email: ann.email, password: PASSWORD });
    expect((await me(session)).body.user).toMatchObject({ email: ann.email });
    const link = await gateway.call('POST', '/api/v1/auth/sign-in-tickets', bearer(session.body));
    expect([link.status, link.body.code]).toEqual([401, 'API_KEY_WRONG']);
    expect((await begin({ email: ann.email, password: 'a wrong sentence' })).body.code).toBe(
      'CREDENTIALS_WRONG',
    );
  });

  it.each([
    ['nothing', {}],
    ['two ways at once', { ticket: 'a', accessKey: 'b' }],
    ['an address without a password', { email: 'ada@desk.example' }],
  ])('does not begin with %s', async (_title, body) => {
    const answer = await begin(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
  });

  it('ends for all its tabs by one logout: cookie, token and streams', async () => {
    const session = await begin({ ticket: await ticket() });
    const { ticket: streamTicket } = (
      await gateway.call('POST', '/api/v1/stream-tickets', bearer(session.body))
    ).body as { ticket: string };
    const stream = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream?ticket=${streamTicket}`);
    await new Promise((resolve) => stream.once('message', resolve));
    const closed = new Promise<number>((resolve) => stream.once('close', resolve));
    const out = await gateway.call('POST', '/api/v1/auth/logout', bearer(session.body));
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      'elvis_refresh=; HttpOnly; SameSite=Strict; Path=/api/v1/auth; Max-Age=0',
    ]);
    expect(await closed).toBe(1008);
    expect((await me(session)).status).toBe(401);
    expect((await refresh(cookieOf(session))).status).toBe(401);
  });
});
