/** Who may end a halt, and who is another person: through a real gateway, real replicas of risk and a real history. */
import { Scope } from '@elvis/contracts';
import { until } from '@elvis/testing';
import { Answer, CallOptions } from '../../apps/gateway/test/gateway-under-test';
import { RiskFleet } from '../../apps/risk/test/risk-fleet';
import { Door, IdentityUnderTest, bearer } from './identity-under-test';

const SCOPES_OF_A_HALTER: readonly Scope[] = ['read', 'trade', 'halt', 'limits', 'admin'];

describe('who may end a halt', () => {
  let fleet: RiskFleet;
  let identity: IdentityUnderTest;
  let door: Door;

  beforeAll(async () => {
    fleet = await RiskFleet.start({}, 1);
    identity = await IdentityUnderTest.start({ redis: fleet.redisServer, nats: fleet.nats });
    door = new Door(await identity.gateway({ RATE_LIMIT_HALT: 'off' }));
  });

  afterAll(async () => {
    await identity?.stop();
    await fleet?.stop();
  });

  const set = (scope: object, state: string, how: CallOptions = {}, more: object = {}): Promise<Answer> =>
    door.call('PUT', '/api/v1/trading-state', { ...how, body: { scope, state, reason: 'test', ...more } });
  const states = async (): Promise<string[]> => {
    const { body } = await door.call('GET', '/api/v1/trading-state');
    return (body.scopes as { scope: { type: string; value?: string }; state: string }[]).map(
      ({ scope, state }) => `${scope.type}:${scope.value ?? ''}:${state}`,
    );
  };
  const clearAll = async (): Promise<void> => {
    await door.call('DELETE', '/emergency_stop', { body: { force: true, reason: 'test' } });
  };
  afterEach(clearAll);

  describe.each`
    scope
    ${{ type: 'global' }}
    ${{ type: 'symbol', value: 'BTCUSDT' }}
    ${{ type: 'bot', value: 'b0a4f9be-7d5e-4cc1-9a40-3d6f0f8f3c11' }}
  `('of scope $scope', ({ scope }: { scope: { type: string; value?: string } }) => {
    const halted = `${scope.type}:${scope.value ?? ''}:HALTED`;

    it.each`
      state         | force
      ${'REDUCING'} | ${true}
      ${'REDUCING'} | ${false}
      ${'ACTIVE'}   | ${true}
      ${'ACTIVE'}   | ${false}
    `('lets nobody without the scope clear make it $state (force: $force)', async ({ state, force }) => {
      const { key } = await door.key(SCOPES_OF_A_HALTER);
      const someone = await door.person(SCOPES_OF_A_HALTER);
      expect((await set(scope, 'HALTED', { key })).status).toBe(200);
      for (const who of [{ key }, bearer(someone)]) {
        const { status, body } = await set(scope, state as string, who, { force: force as boolean });
        expect([status, body.code, body.context]).toEqual([403, 'SCOPE_MISSING', { scope: 'clear' }]);
      }
      expect(await states()).toEqual([halted]);
    });

    it('becomes REDUCING for whoever may clear', async () => {
      const { key } = await door.key(['halt', 'clear']);
      await set(scope, 'HALTED', { key });
      const reducing = await set(scope, 'REDUCING', { key }, { force: true });
      expect(reducing.status).toBe(200);
      expect(await states()).toEqual([halted.replace('HALTED', 'REDUCING')]);
    });
  });

  it.each(['/emergency_stop', '/emergency-stop', '/api/v1/emergency_stop', '/api/v1/emergency-stop'])(
    'is asked for clear at DELETE %s too, also with a ramp',
    async (path) => {
      const { key } = await door.key(SCOPES_OF_A_HALTER);
      await set({ type: 'global' }, 'HALTED');
      const body = { force: true, reason: 'test', rampSeconds: 60 };
      const { status, body: answer } = await door.call('DELETE', path, { key, body });
      expect([status, answer.context]).toEqual([403, { scope: 'clear' }]);
      expect(await states()).toEqual(['global::HALTED']);
    },
  );

  it('cannot be claimed in the body: nobody says for himself what he may do or who he is', async () => {
    const { key } = await door.key(SCOPES_OF_A_HALTER);
    await set({ type: 'global' }, 'HALTED');
    const claimed = await set({ type: 'global' }, 'REDUCING', { key }, { force: true, mayClear: true });
    expect([claimed.status, claimed.body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
    const persons = await door.call('DELETE', '/emergency_stop', { body: { persons: ['user:somebody'] } });
    expect([persons.status, persons.body.code]).toEqual([400, 'MESSAGE_MALFORMED']);
    expect(await states()).toEqual(['global::HALTED']);
  });

  it('leaves tightening to the scope halt: REDUCING, and HALTED over it', async () => {
    const { key } = await door.key(['halt']);
    expect((await set({ type: 'global' }, 'REDUCING', { key })).status).toBe(200);
    expect((await set({ type: 'global' }, 'HALTED', { key })).status).toBe(200);
    expect(await states()).toContain('global::HALTED');
  });

  describe('where two persons are asked for', () => {
    beforeAll(async () => {
      await fleet.stopReplicas();
      await fleet.addReplica({ KILL_SWITCH_TWO_PERSON_CLEAR: 'true' });
    });

    const halt = (): Promise<Answer> => door.call('POST', '/emergency_stop', { body: { reason: 'test' } });
    const clear = (how: CallOptions = {}): Promise<Answer> =>
      door.call('DELETE', '/emergency_stop', { ...how, body: { force: true, reason: 'well again' } });
    const statusOf = async (how?: CallOptions): Promise<string> => {
      const { status, body } = await clear(how);
      return `${status} ${body.status as string}`;
    };
    const PENDING = '202 clear_pending';
    const ENDED = '200 active';
    const CLEARERS: readonly Scope[] = ['read', 'clear', 'admin'];

    /** Two named people end whatever a case left; the key of the environment cannot. */
    afterEach(async () => {
      const [one, two] = [await door.person(['clear']), await door.person(['clear'])];
      await clear(bearer(one));
      await clear(bearer(two));
      await until(async () => (await states()).length === 0, 'nothing is left of the case');
    });

    it('ends by two users, and says in the event who they are', async () => {
      const [ann, bob] = [await door.person(['clear']), await door.person(['clear'])];
      await halt();
      expect(await statusOf(bearer(ann))).toBe(PENDING);
      expect(await statusOf(bearer(bob))).toBe(ENDED);
      const told = () =>
        fleet.eventsOf('elvis.event.kill-switch.cleared').at(-1)?.data as { persons: string[] };
      await until(() => told()?.persons !== undefined, 'the end is told');
      expect(told().persons).toEqual([`user:${bob.id}`]);
    });

    it('does not end by one user: not with the token twice, another session, or a key of the same user', async () => {
      const ann = await door.person(CLEARERS);
      const again = (await door.signIn(ann.email)).body as { accessToken: string };
      const own = await door.key(['clear'], { as: bearer(ann), userId: ann.id });
      const program = await door.key(['clear'], { as: bearer(ann) });
      const given = await door.key(['clear'], { userId: ann.id });
      await halt();
      for (const who of [bearer(ann), bearer(again), own, program, given, bearer(ann)]) {
        expect(await statusOf(who)).toBe(PENDING);
      }
      expect(await states()).toEqual(['global::HALTED']);
    });

    it('does not end by two keys that one key has made, at any depth, or that it made for two users', async () => {
      const [ann, bob] = [await door.person(CLEARERS), await door.person(CLEARERS)];
      const maker = await door.key(CLEARERS);
      const [one, two] = [await door.key(['clear'], { as: maker }), await door.key(CLEARERS, { as: maker })];
      const grandchild = await door.key(['clear'], { as: two });
      const forAnn = await door.key(['clear'], { as: maker, userId: ann.id });
      const forBob = await door.key(['clear'], { as: maker, userId: bob.id });
      await halt();
      for (const who of [maker, one, two, grandchild, forAnn, forBob, {}, one]) {
        expect(await statusOf(who)).toBe(PENDING);
      }
      expect(await states()).toEqual(['global::HALTED']);
    });

    it('does not end by a user and a key that this user made for another', async () => {
      const [ann, bob] = [await door.person(CLEARERS), await door.person(CLEARERS)];
      const forBob = await door.key(['clear'], { as: bearer(ann), userId: bob.id });
      await halt();
      expect(await statusOf(bearer(ann))).toBe(PENDING);
      expect(await statusOf(forBob)).toBe(PENDING);
      expect(await statusOf(bearer(bob))).toBe(PENDING);
      expect(await states()).toEqual(['global::HALTED']);
    });

    it('takes the key of the environment as the first, never as the second', async () => {
      const [ann, bob] = [await door.person(['clear']), await door.person(['clear'])];
      await halt();
      expect(await statusOf(bearer(ann))).toBe(PENDING);
      expect(await statusOf()).toBe(PENDING);
      expect(await statusOf(bearer(bob))).toBe(ENDED);
    });

    it('does not end by way of the trading state', async () => {
      await halt();
      for (const state of ['REDUCING', 'ACTIVE']) {
        const { status } = await set({ type: 'global' }, state, {}, { force: true });
        expect(status).toBe(409);
      }
      expect(await states()).toEqual(['global::HALTED']);
    });
  });

  describe('and who may give that right', () => {
    it('is not whoever lacks it: not by a key, not to a user, not by a reset token, not by enabling', async () => {
      const admin = { key: (await door.key(['admin', 'read'])).key };
      const ann = await door.person(['clear']);
      const refused = async (method: string, path: string, body?: object): Promise<void> => {
        const { status, body: answer } = await door.call(method, path, { ...admin, ...(body && { body }) });
        expect([status, answer.code, answer.context]).toEqual([403, 'SCOPE_MISSING', { scope: 'clear' }]);
      };
      await refused('POST', '/api/v1/access-keys', { name: 'more', scopes: ['read', 'clear'] });
      const bob = await door.person([]);
      await refused('PUT', `/api/v1/users/${bob.id}`, { scopes: ['read', 'clear'] });
      await refused('POST', `/api/v1/users/${ann.id}/reset-token`);
      await door.call('PUT', `/api/v1/users/${ann.id}`, { body: { isDisabled: true } });
      await refused('PUT', `/api/v1/users/${ann.id}`, { isDisabled: false });
      expect(
        (await door.call('PUT', `/api/v1/users/${bob.id}`, { ...admin, body: { scopes: ['read'] } })).status,
      ).toBe(200);
    });

    it('keeps a key to what the users behind it still have', async () => {
      const ann = await door.person(['read', 'trade', 'admin']);
      const own = await door.key(['read', 'trade'], { as: bearer(ann), userId: ann.id });
      const program = await door.key(['read', 'trade'], { as: bearer(ann) });
      const scopesOf = async ({ key }: { key: string }): Promise<unknown> =>
        (await door.call('GET', '/api/v1/auth/me', { key })).body.scopes;
      expect([await scopesOf(own), await scopesOf(program)]).toEqual([
        ['read', 'trade'],
        ['read', 'trade'],
      ]);
      await door.call('PUT', `/api/v1/users/${ann.id}`, { body: { scopes: ['read'] } });
      expect([await scopesOf(own), await scopesOf(program)]).toEqual([['read'], ['read']]);
      await door.call('PUT', `/api/v1/users/${ann.id}`, { body: { isDisabled: true } });
      for (const { key } of [own, program])
        expect((await door.call('GET', '/api/v1/auth/me', { key })).status).toBe(401);
    });
  });
});
