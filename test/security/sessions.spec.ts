/** Sessions: how they begin, are seen and end; and that what is taken away is gone within five seconds, everywhere. */
import { orderFilled, submitOrder } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { WebSocket } from 'ws';
import { until } from '@elvis/testing';
import {
  Answer,
  CallOptions,
  GatewayUnderTest,
  Responder,
  order,
  startPlacingRisk,
} from '../../apps/gateway/test/gateway-under-test';
import { Door, IdentityUnderTest, PASSWORD, Person, bearer } from './identity-under-test';

const NEXT = 'yet another long sentence';
/** What the issue allows. */
const KNOWN_WITHIN_MS = 5_000;

describe('sessions', () => {
  let identity: IdentityUnderTest;
  let here: Door;
  /** Another gateway of the same fleet: it hears of nothing that is done here. */
  let there: Door;

  beforeAll(async () => {
    identity = await IdentityUnderTest.start();
    [here, there] = [new Door(await identity.gateway()), new Door(await identity.gateway())];
  });
  afterAll(() => identity?.stop());

  const me = (who: CallOptions, door = here): Promise<Answer> => door.call('GET', '/api/v1/auth/me', who);
  const refresh = ({ refreshToken }: Pick<Person, 'refreshToken'>): Promise<Answer> =>
    here.post('/api/v1/auth/refresh', { refreshToken });
  const signInAgain = async ({ email }: Person, password = PASSWORD): Promise<Person> => {
    const { body } = await here.signIn(email, password, { 'user-agent': 'a second browser' });
    return body as Person;
  };
  const isOver = async (session: Pick<Person, 'accessToken' | 'refreshToken'>): Promise<void> => {
    const [token, next] = [await me(bearer(session)), await refresh(session)];
    expect([token.status, token.body.code, next.status, next.body.code]).toEqual([
      401,
      'TOKEN_INVALID',
      401,
      'TOKEN_INVALID',
    ]);
  };

  describe('end', () => {
    it('by a reset of the password, all of them, with every other reset token', async () => {
      const ann = await here.person(['read']);
      const second = await signInAgain(ann);
      const token = async (): Promise<string> =>
        (await here.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body.token as string;
      const [one, other] = [await token(), await token()];
      expect((await here.post('/api/v1/auth/reset', { token: one, password: NEXT })).status).toBe(204);
      await isOver(ann);
      await isOver(second);
      for (const void_ of [one, other]) {
        const again = await here.post('/api/v1/auth/reset', { token: void_, password: `${NEXT} more` });
        expect([again.status, again.body.code]).toEqual([401, 'TOKEN_INVALID']);
      }
      expect((await here.signIn(ann.email, NEXT)).status).toBe(200);
    });

    it('by two resets at once only for one of them: the other token is void', async () => {
      const ann = await here.person(['read']);
      const tokens = await Promise.all(
        [1, 2, 3].map(
          async () => (await here.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body.token as string,
        ),
      );
      const answers = await Promise.all(
        tokens.map((token, n) => here.post('/api/v1/auth/reset', { token, password: `${NEXT} ${n}` })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401]);
    });

    it('by a change of one’s own password, which takes the present one and begins another session', async () => {
      const ann = await here.person(['read']);
      const second = await signInAgain(ann);
      const change = (currentPassword: string, password = NEXT): Promise<Answer> =>
        here.call('PUT', '/api/v1/auth/password', { ...bearer(ann), body: { currentPassword, password } });
      const wrong = await change('not the present one');
      expect([wrong.status, wrong.body.code]).toEqual([401, 'CREDENTIALS_WRONG']);
      expect((await me(bearer(ann))).status).toBe(200);
      const { token } = (await here.call('POST', `/api/v1/users/${ann.id}/reset-token`)).body as {
        token: string;
      };
      const changed = await change(PASSWORD);
      expect(changed.status).toBe(200);
      await isOver(ann);
      await isOver(second);
      expect((await here.post('/api/v1/auth/reset', { token, password: NEXT })).status).toBe(401);
      expect((await me(bearer(changed.body as Person))).status).toBe(200);
      expect((await refresh(changed.body as Person)).status).toBe(200);
      expect((await here.signIn(ann.email)).status).toBe(401);
      expect((await here.signIn(ann.email, NEXT)).status).toBe(200);
    });

    it('by signing out, that one alone', async () => {
      const ann = await here.person(['read']);
      const second = await signInAgain(ann);
      expect((await here.call('POST', '/api/v1/auth/logout', bearer(ann))).status).toBe(204);
      await isOver(ann);
      expect((await me(bearer(second))).status).toBe(200);
      expect((await refresh(second)).status).toBe(200);
    });

    it('by name from the list, or all at once', async () => {
      const ann = await here.person(['read']);
      const second = await signInAgain(ann);
      const list = async (): Promise<
        { id: string; isCurrent: boolean; userAgent: string; startedAt: string }[]
      > => (await here.call('GET', '/api/v1/auth/sessions', bearer(ann))).body.items as never;
      const sessions = await list();
      expect(sessions.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
      const other = sessions.find(({ isCurrent }) => !isCurrent)!;
      expect(other).toMatchObject({ userAgent: 'a second browser', remoteIp: '127.0.0.1' });
      expect(JSON.stringify(sessions)).not.toMatch(/hash|refreshToken/);
      const end = (path: string, who: CallOptions): Promise<Answer> =>
        here.call('DELETE', `/api/v1/auth/sessions${path}`, who);
      const outsider = await here.person(['read']);
      expect((await end(`/${other.id}`, bearer(outsider))).status).toBe(404);
      expect((await end(`/${other.id}`, bearer(ann))).status).toBe(204);
      await isOver(second);
      expect(await list()).toHaveLength(1);
      expect((await end('', bearer(ann))).status).toBe(204);
      await isOver(ann);
      expect((await me(bearer(outsider))).status).toBe(200);
    });

    it('by an administrator, and by disabling for good: enabling brings none back', async () => {
      const [ann, bob] = [await here.person(['read']), await here.person(['read'])];
      expect((await here.call('DELETE', `/api/v1/users/${ann.id}/sessions`)).status).toBe(204);
      await isOver(ann);
      for (const isDisabled of [true, false])
        await here.call('PUT', `/api/v1/users/${bob.id}`, { body: { isDisabled } });
      await isOver(bob);
      expect((await here.signIn(bob.email)).status).toBe(200);
    });

    it('the one used longest ago when there are more than twenty', async () => {
      const ann = await here.person(['read']);
      let last = ann;
      for (let n = 0; n < 20; n += 1) last = await signInAgain(ann);
      const { body } = await here.call('GET', '/api/v1/auth/sessions', bearer(last));
      expect(body.items).toHaveLength(20);
      await isOver(ann);
    });
  });

  it.each([
    ['POST', '/api/v1/auth/logout', undefined],
    ['GET', '/api/v1/auth/sessions', undefined],
    ['DELETE', '/api/v1/auth/sessions', undefined],
    ['PUT', '/api/v1/auth/password', { currentPassword: PASSWORD, password: NEXT }],
  ])('%s %s is not for a key, even of the user', async (method, path, body) => {
    const ann = await here.person(['read']);
    for (const { key } of [await here.key(['read']), await here.key(['read'], { userId: ann.id })]) {
      const answer = await here.call(method, path, { key, ...(body && { body }) });
      expect([answer.status, answer.body.code]).toEqual([403, 'USER_REQUIRED']);
    }
  });

  describe('what is taken away', () => {
    let risk: Responder;
    let execution: NatsConnection;
    const sockets: WebSocket[] = [];

    beforeAll(async () => {
      risk = await startPlacingRisk(identity.servers.nats);
      execution = await connect(natsOptions(identity.servers.nats.urls.execution, 'fills'));
    });
    afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));
    afterAll(async () => {
      await execution?.close();
      await risk?.stop();
    });

    interface Taker {
      readonly how: string;
      readonly who: CallOptions;
      readonly take: () => Promise<unknown>;
    }
    const takers = async (): Promise<Taker[]> => {
      const scopes = ['read', 'trade'] as const;
      const [disabled, scopeless, signedOut, ended, owner, maker] = (await Promise.all(
        [1, 2, 3, 4, 5, 6].map(() => here.person([...scopes, 'admin'])),
      )) as [Person, Person, Person, Person, Person, Person];
      const [revoked, own, made] = [
        await here.key(scopes),
        await here.key(scopes, { userId: owner.id }),
        await here.key(scopes, { as: bearer(maker) }),
      ];
      const change = ({ id }: Person, body: object): Promise<Answer> =>
        here.call('PUT', `/api/v1/users/${id}`, { body });
      return [
        {
          how: 'a revoked key',
          who: { key: revoked.key },
          take: () => here.call('DELETE', `/api/v1/access-keys/${revoked.id}`),
        },
        { how: 'a disabled user', who: bearer(disabled), take: () => change(disabled, { isDisabled: true }) },
        {
          how: 'a user without scopes',
          who: bearer(scopeless),
          take: () => change(scopeless, { scopes: [] }),
        },
        {
          how: 'a user who signed out',
          who: bearer(signedOut),
          take: () => here.call('POST', '/api/v1/auth/logout', bearer(signedOut)),
        },
        {
          how: 'a user whose sessions were ended',
          who: bearer(ended),
          take: () => here.call('DELETE', `/api/v1/users/${ended.id}/sessions`),
        },
        {
          how: 'a disabled user’s key',
          who: { key: own.key },
          take: () => change(owner, { isDisabled: true }),
        },
        {
          how: 'a key of a maker who lost the scopes',
          who: { key: made.key },
          take: () => change(maker, { scopes: ['admin'] }),
        },
      ];
    };

    const fill = (): void =>
      execution.publish(
        orderFilled.type,
        JSONCodec().encode({
          ...{ id: `${Math.random()}`, type: orderFilled.type, version: 1, time: new Date().toISOString() },
          ...{ source: 'execution', actor: 'a', traceId: 't' },
          data: { order: { clientOrderId: 'o', createdAtMs: 0 }, fill: { id: 'f', createdAtMs: 0 } },
        }),
      );

    /** A WebSocket and an event stream of this caller; how many fills came, and whether both are closed. */
    const listen = async ({ url }: GatewayUnderTest, { key, headers }: CallOptions) => {
      const sent = { ...headers, ...(key ? { 'x-api-key': key } : {}) };
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/stream?topics=fills`, {
        headers: sent,
      });
      sockets.push(socket);
      const heard = { fills: 0, isSocketOver: false, isStreamOver: false };
      socket.on(
        'message',
        (data) => (heard.fills += (data as Buffer).toString().split('"fills"').length - 1),
      );
      socket.on('close', () => (heard.isSocketOver = true));
      socket.on('error', () => (heard.isSocketOver = true));
      await until(() => socket.readyState === WebSocket.OPEN);
      const response = await fetch(`${url}/api/v1/events?topics=fills`, { headers: sent });
      const reader = response.body!.getReader();
      const read = async (): Promise<void> => {
        const decoder = new TextDecoder();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          heard.fills += decoder.decode(value).split('"topic":"fills"').length - 1;
        }
      };
      void read()
        .catch(() => undefined)
        .finally(() => (heard.isStreamOver = true));
      return heard;
    };

    it('opens and tells nothing any more after five seconds, at another gateway too', async () => {
      const all = await takers();
      const beginnings = await Promise.all(
        all.map(async (taker) => {
          const heard = [await listen(here.gateway, taker.who), await listen(there.gateway, taker.who)];
          const placed = await there.call('POST', '/api/v1/orders', { ...taker.who, body: order });
          expect([taker.how, placed.status]).toEqual([taker.how, 201]);
          return { ...taker, heard };
        }),
      );
      fill();
      for (const { heard } of beginnings)
        for (const one of heard) await until(() => one.fills >= 2, undefined, KNOWN_WITHIN_MS);
      await Promise.all(all.map(({ take }) => take()));
      for (const { how, who, heard } of beginnings) {
        for (const door of [here, there]) {
          await until(
            async () => {
              const { status } = await door.call('POST', '/api/v1/orders', { ...who, body: order });
              return status === 401 || status === 403;
            },
            undefined,
            KNOWN_WITHIN_MS,
          ).catch(() => {
            throw new Error(`${how} still trades`);
          });
        }
        for (const one of heard)
          await until(() => one.isSocketOver && one.isStreamOver, undefined, KNOWN_WITHIN_MS).catch(() => {
            throw new Error(`${how} still listens`);
          });
      }
      const before = beginnings.flatMap(({ heard }) => heard.map(({ fills }) => fills));
      const { key } = await here.key(['read']);
      const witnesses = [await listen(here.gateway, { key }), await listen(there.gateway, { key })];
      fill();
      for (const witness of witnesses) await until(() => witness.fills >= 2);
      expect(beginnings.flatMap(({ heard }) => heard.map(({ fills }) => fills))).toEqual(before);
      expect(risk.asked.every(({ subject }) => subject === submitOrder.subject)).toBe(true);
    });

    it('opens nothing by a ticket that was taken before', async () => {
      const ann = await here.person(['read']);
      const { key, id } = await here.key(['read']);
      const ticket = async (who: CallOptions): Promise<string> =>
        (await here.call('POST', '/api/v1/stream-tickets', who)).body.ticket as string;
      const [ofUser, ofKey] = [await ticket(bearer(ann)), await ticket({ key })];
      await here.call('POST', '/api/v1/auth/logout', bearer(ann));
      await here.call('DELETE', `/api/v1/access-keys/${id}`);
      for (const one of [ofUser, ofKey]) {
        expect((await here.call('GET', `/api/v1/events?ticket=${one}`, { key: null })).status).toBe(401);
      }
    });
  });

  it('with the history away still read and stop, and do nothing else, as does a key', async () => {
    const scopes = ['read', 'trade', 'halt', 'clear'] as const;
    const ann = await here.person(scopes);
    const { key } = await here.key(scopes);
    const unseen = await here.person(scopes);
    for (const who of [bearer(ann), { key }]) expect((await me(who)).status).toBe(200);
    await identity.stopHistory();
    try {
      for (const who of [bearer(ann), { key }]) {
        const refused = await until(async () => {
          const answer = await here.call('POST', '/api/v1/orders', { ...who, body: order });
          return answer.body.code === 'SERVICE_UNREACHABLE' &&
            /only reading and emergency stops/.test(answer.text)
            ? answer
            : undefined;
        });
        expect(refused.status).toBe(503);
        // Risk is away as well, so the gateway throws the switch itself.
        expect([200, 409]).toContain(
          (await here.call('POST', '/emergency_stop', { ...who, body: {} })).status,
        );
        expect((await here.call('GET', '/emergency_stop/status', who)).body).toMatchObject({ active: true });
        const cleared = await here.call('DELETE', '/emergency_stop', { ...who, body: {} });
        expect([cleared.status, cleared.body.code]).toEqual([503, 'SERVICE_UNREACHABLE']);
      }
      const outsider = await there.call('GET', '/emergency_stop/status', bearer(unseen));
      expect(outsider.status).toBe(503);
    } finally {
      await identity.startHistory();
    }
    await until(async () => (await me(bearer(unseen), there)).status === 200);
  });

  describe('with Redis away', () => {
    let alone: IdentityUnderTest;
    let door: Door;

    beforeAll(async () => {
      alone = await IdentityUnderTest.start();
      door = new Door(await alone.gateway());
    });
    afterAll(() => alone?.stop());

    it('begin nowhere and say so, and those that are open go on by the word of the database', async () => {
      const [ann, bob] = [await door.person(['read']), await door.person(['read'])];
      process.kill(alone.servers.redis.pid, 'SIGSTOP');
      try {
        const asks = [
          door.signIn(ann.email),
          door.post('/api/v1/auth/refresh', { refreshToken: ann.refreshToken }),
          door.post('/api/v1/auth/reset', { token: 'x'.repeat(43), password: NEXT }),
          door.call('POST', `/api/v1/users/${ann.id}/reset-token`),
          door.call('POST', '/api/v1/invitations', { body: { email: 'new@desk.example' } }),
          door.call('POST', '/api/v1/stream-tickets', bearer(ann)),
          door.call('GET', '/api/v1/auth/sessions', bearer(ann)),
        ];
        for (const { status, body } of await Promise.all(asks))
          expect([status, body.code]).toEqual([503, 'STORE_UNAVAILABLE']);
        expect((await me(bearer(ann), door)).status).toBe(200);
        await door.call('PUT', `/api/v1/users/${bob.id}`, { body: { isDisabled: true } });
        expect((await me(bearer(bob), door)).status).toBe(401);
      } finally {
        process.kill(alone.servers.redis.pid, 'SIGCONT');
      }
      await until(async () => (await door.signIn(ann.email)).status === 200);
    });
  });
});
