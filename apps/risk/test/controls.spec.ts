import {
  RiskDecided,
  clearStop,
  createOverride,
  exchangeFrozen,
  getLeverage,
  getLimits,
  getTradingState,
  leverageDrifted,
  orderPlaced,
  orderRejected,
  setLeverage,
  setLimits,
  setTradingState,
} from '@elvis/contracts';
import { decideAgain, readCase } from '@elvis/rules';
import { randomUUID } from 'node:crypto';
import { opened, until } from '@elvis/testing';
import { RiskFleet, anOrder, answersUntil, failureOf } from './risk-fleet';

const by = { actor: 'operator', reason: 'test' };
const BTC = { type: 'symbol', value: 'BTCUSDT' } as const;

describe('what a person may change, and what changes by itself', () => {
  const fleet = opened(() => RiskFleet.start(environment, 2));
  const environment = {
    HALT_ON_BAN: '1000',
    RISK_MAX_CONSECUTIVE_REJECTS: '3',
    RISK_MAX_DAILY_LOSS: '500',
    RISK_MAX_DRAWDOWN: 'off',
  };

  const ask = (command: never, body: object): Promise<never> =>
    fleet.caller.request(command, body as never, { timeoutMs: 20_000 });
  const codeOf = (change: Parameters<typeof anOrder>[0] = {}) => fleet.codeOf(anOrder(change));
  const passes = () => answersUntil('NEW', () => codeOf());
  const stands = (actor: string) =>
    until(async () => {
      const { scopes } = await fleet.caller.request(getTradingState, {});
      return scopes.some((scope) => scope.actor === actor);
    }, `a stop of ${actor} stands`);
  const clearUnforced = () => fleet.caller.request(clearStop, by, { timeoutMs: 20_000 });
  const clear = () => fleet.caller.request(clearStop, { ...by, force: true }, { timeoutMs: 20_000 });

  describe('leverage', () => {
    const set = (leverage: number) =>
      fleet.caller.request(setLeverage, { ...by, symbol: 'BTCUSDT', leverage }, { timeoutMs: 20_000 });

    it('is set at the exchange, read back, and carried by the next approval of every replica', async () => {
      expect(await set(4)).toMatchObject({ symbol: 'BTCUSDT', leverage: 4, wanted: 4 });
      expect(fleet.leverage).toBe(4);
      await until(async () => {
        const view = await fleet.caller.request(getLeverage, { symbol: 'BTCUSDT' });
        return view.leverage === 4 && view.wanted === 4;
      }, 'whoever answers says 4');
      await until(async () => {
        await codeOf();
        return fleet.placed.slice(-4).every(({ approval }) => approval.leverage === 4);
      }, 'all replicas approve on 4');
    });

    it.each([0, 2.5, -1, 126, 11])(
      'of %s is refused, and nothing is asked of the exchange',
      async (leverage) => {
        expect(await failureOf(set(leverage))).toBe('LEVERAGE_REFUSED');
        expect(fleet.leverage).toBe(4);
      },
    );

    it('that the exchange keeps as it was is refused', async () => {
      fleet.refusesLeverage = true;
      expect(await failureOf(set(5))).toBe('LEVERAGE_REFUSED');
      fleet.refusesLeverage = false;
    });

    it('above the bracket of the position held is refused', async () => {
      fleet.account = { ...fleet.account!, positions: [held('1')] };
      fleet.brackets = [
        ['50000', 125],
        ['10000000', 2],
      ];
      await until(async () => (await failureOf(set(3))) === 'LEVERAGE_REFUSED', 'the position is known');
      fleet.account = { ...fleet.account, positions: [] };
      fleet.brackets = [['10000000', 125]];
    });

    it('that drifts takes the symbol to REDUCING, its opening orders are cancelled, and it is not set right', async () => {
      fleet.resting = [{ clientOrderId: 'opens' }, { clientOrderId: 'closes', reduceOnly: true }];
      fleet.leverage = 20;
      await fleet.state(leverageDrifted, { symbol: 'BTCUSDT', confirmed: 4, found: 20 });
      await stands('auto:leverage-drift');
      expect(await codeOf()).toBe('STATE_REDUCING');
      await until(() => fleet.resting.length === 1, 'what could open is cancelled');
      expect(fleet.resting[0]).toMatchObject({ clientOrderId: 'closes' });
      await fleet.hold('BTCUSDT', '0.5');
      expect(await codeOf({ side: 'SELL', reduceOnly: true })).toBe('NEW');
      expect(fleet.placed.at(-1)?.approval.leverage).toBeUndefined();
      fleet.resting = [];
      await fleet.hold('BTCUSDT', '0');
      const loosen = (how: object = {}) =>
        ask(setTradingState as never, { ...by, ...how, scope: BTC, state: 'ACTIVE' });
      expect(await failureOf(loosen())).toBe('STOP_CONDITION_LASTS');
      expect(await failureOf(clearUnforced())).toBe('STOP_CONDITION_LASTS');
      expect(fleet.leverage).toBe(20);
      fleet.leverage = 4;
      await loosen({ force: true });
      await passes();
    });
  });

  it('an account switched to another mode while running halts everything, until it is switched back', async () => {
    const before = fleet.account;
    if (!before) throw new Error('there is an account');
    const modes = { positionMode: 'HEDGE', assetMode: 'SINGLE', canTrade: true } as const;
    fleet.account = { ...before, modes };
    await fleet.untilBothReadTheAccount();
    await stands('auto:account-mode');
    expect(await codeOf()).toBe('STATE_HALTED');
    expect(await failureOf(clearUnforced())).toBe('STOP_CONDITION_LASTS');
    fleet.account = { ...before, modes: { ...modes, positionMode: 'ONE_WAY' } };
    await fleet.untilBothReadTheAccount();
    await until(async () => (await failureOf(clearUnforced())) === 'none', 'it may be cleared');
    await passes();
  });

  describe('the trading state', () => {
    it('of a symbol is set and read, and ends without touching what else stands', async () => {
      const set = (state: 'ACTIVE' | 'REDUCING' | 'HALTED', scope: object = BTC) =>
        ask(setTradingState as never, { ...by, scope, state });
      const other = { type: 'symbol', value: 'ETHUSDT' };
      await set('HALTED', other);
      await set('REDUCING');
      expect(await codeOf()).toBe('STATE_REDUCING');
      await until(
        async () => (await failureOf(set('REDUCING'))) === 'STOP_ADDS_NOTHING',
        'whichever replica is asked says that it stands',
      );
      await set('ACTIVE');
      await passes();
      const view = await fleet.caller.request(getTradingState, {});
      expect(view).toMatchObject({ state: 'ACTIVE', scopes: [{ scope: other, state: 'HALTED' }] });
      await clear();
    });
  });

  describe('limits', () => {
    const set = (limits: object) => ask(setLimits as never, { ...by, limits });
    const valueOf = async (name: string) =>
      (await fleet.caller.request(getLimits, {})).limits.find((limit) => limit.name === name);

    it('count at once in every replica, are told, and go back to the environment’s', async () => {
      await set({ RISK_MAX_ORDER_NOTIONAL: '500' });
      await until(async () => {
        const codes = await Promise.all([codeOf(), codeOf(), codeOf(), codeOf()]);
        return codes.every((code) => code === 'NOTIONAL_ABOVE_ORDER_MAXIMUM');
      }, 'all replicas refuse');
      expect(await valueOf('RISK_MAX_ORDER_NOTIONAL')).toMatchObject({ value: '500', setBy: 'operator' });
      await until(
        () => fleet.eventsOf('elvis.event.risk.limits-changed').length > 0,
        'the change is an event',
      );
      expect(fleet.eventsOf('elvis.event.risk.limits-changed').at(-1)).toMatchObject({
        actor: 'operator',
        data: { after: { RISK_MAX_ORDER_NOTIONAL: '500' }, before: { RISK_MAX_ORDER_NOTIONAL: '20000' } },
      });
      await set({ RISK_MAX_ORDER_NOTIONAL: null });
      await until(async () => {
        const limit = await valueOf('RISK_MAX_ORDER_NOTIONAL');
        return limit?.value === '20000' && limit.setBy === 'environment';
      }, 'whichever replica is asked has gone back');
      await passes();
    });

    it('survive a restart', async () => {
      await set({ RISK_MAX_OPEN_ORDERS: 'off', RISK_PRICE_COLLAR: '0.001' });
      await fleet.stopReplicas();
      await fleet.addReplica(environment);
      await until(async () => (await valueOf('RISK_PRICE_COLLAR')) !== undefined, 'the limits are served');
      expect(await valueOf('RISK_PRICE_COLLAR')).toMatchObject({ value: '0.001' });
      expect(await codeOf({ price: '59000' })).toBe('PRICE_OUTSIDE_COLLAR');
      await set({ RISK_PRICE_COLLAR: null, RISK_MAX_OPEN_ORDERS: null });
    });

    it.each([
      [{ RISK_MAX_NOTHING: '1' }],
      [{ RISK_PRICE_COLLAR: '-1' }],
      [{ RISK_PRICE_COLLAR: 0.1 }],
      [{ RISK_MAX_OPEN_ORDERS: '1.5' }],
      [{ RISK_MAX_OPEN_ORDERS: '' }],
    ])('of %j are refused, and nothing is changed', async (limits) => {
      const { revision } = await fleet.caller.request(getLimits, {});
      expect(await failureOf(set(limits))).toBe('MESSAGE_MALFORMED');
      expect(await fleet.caller.request(getLimits, {})).toMatchObject({ revision });
    });
  });

  describe('a one-time override', () => {
    const far = { price: '57100', side: 'BUY' } as const;
    const grant = (clientOrderId: string, change: object = {}) =>
      fleet.caller.request(
        createOverride,
        {
          ...{ ...by, code: 'PRICE_OUTSIDE_COLLAR', clientOrderId, expiresAtMs: Date.now() + 60_000 },
          ...change,
        },
        { timeoutMs: 20_000 },
      );

    beforeAll(() => set({ RISK_PRICE_COLLAR: '0.001' }));
    afterAll(() => set({ RISK_PRICE_COLLAR: null }));
    const set = (limits: object) => ask(setLimits as never, { ...by, limits });

    it('lets one order pass one limit, in any replica, and is told when given and when used', async () => {
      await until(async () => (await codeOf(far)) === 'PRICE_OUTSIDE_COLLAR', 'the collar is narrow');
      for (const clientOrderId of ['lifted-1', 'lifted-2', 'lifted-3', 'lifted-4']) {
        const { overrideToken } = await grant(clientOrderId);
        expect(await codeOf({ ...far, clientOrderId, overrideToken })).toBe('NEW');
      }
      expect(fleet.placed.at(-1)?.order).not.toHaveProperty('overrideToken');
      expect((await fleet.journalOf('lifted-4'))?.record.order).not.toHaveProperty('overrideToken');
      const told = (type: string) => fleet.eventsOf(type).map(({ data }) => data);
      const lifted = { clientOrderId: 'lifted-4', code: 'PRICE_OUTSIDE_COLLAR', reason: 'test' };
      await until(() => told('elvis.event.risk.override-used').length === 4, 'each use is told');
      expect(told('elvis.event.risk.override-created')).toContainEqual(expect.objectContaining(lifted));
      expect(told('elvis.event.risk.override-used')).toContainEqual(expect.objectContaining(lifted));
      const decided = await until(
        () =>
          fleet
            .eventsOf('elvis.event.risk.approved')
            .map(({ data }) => data as RiskDecided)
            .find(({ order }) => order.clientOrderId === 'lifted-4'),
        'its decision is told',
      );
      expect(decided.inputs).toMatchObject({ override: 'PRICE_OUTSIDE_COLLAR', priceCollar: 'off' });
      expect(decideAgain(readCase(decided.order, decided.recorded!))).toEqual({ approved: true });
    });

    it('is used up with its id: the same order again is that order, another one is a conflict', async () => {
      const clientOrderId = 'lifted-1';
      const overrideToken = 'any';
      expect(await codeOf({ ...far, clientOrderId, overrideToken })).toBe('NEW');
      expect(await failureOf(codeOf({ ...far, clientOrderId, quantity: '0.02' }))).toBe('ORDER_ID_TAKEN');
      expect(await failureOf(grant(clientOrderId))).toBe('OVERRIDE_REFUSED');
    });

    it('lifts no other limit, and is used up by that refusal too', async () => {
      const { overrideToken } = await grant('lifted-5');
      const order = { ...far, clientOrderId: 'lifted-5', overrideToken };
      expect(await codeOf({ ...order, quantity: '0.5' })).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
      expect(await failureOf(codeOf(order))).toBe('ORDER_ID_TAKEN');
    });

    it.each([
      ['another id', { clientOrderId: 'lifted-7' }],
      ['one character changed', { overrideToken: 'x' }],
    ])('is refused with %s, and uses nothing up', async (_title, change) => {
      const { overrideToken } = await grant('lifted-6');
      const order = { ...far, clientOrderId: 'lifted-6', overrideToken };
      const forged = 'overrideToken' in change ? { overrideToken: `x${overrideToken.slice(1)}` } : change;
      expect(await failureOf(codeOf({ ...order, ...forged }))).toBe('OVERRIDE_REFUSED');
      expect(await fleet.journalOf('lifted-6')).toBeUndefined();
    });

    it('is over when its time is', async () => {
      const { overrideToken } = await grant('lifted-8', { expiresAtMs: Date.now() + 200 });
      await until(
        async () =>
          (await failureOf(codeOf({ ...far, clientOrderId: 'lifted-8', overrideToken: 'no' }))) ===
            'OVERRIDE_REFUSED' && Date.now() >= readable(overrideToken).expiresAtMs,
        'the token has expired; request a new one',
      );
      expect(await failureOf(codeOf({ ...far, clientOrderId: 'lifted-8', overrideToken }))).toBe(
        'OVERRIDE_REFUSED',
      );
    });

    it.each([
      ['STATE_HALTED', {}],
      ['LEVERAGE_ABOVE_MAXIMUM', {}],
      ['MARK_MISSING', {}],
      ['MARGIN_INSUFFICIENT', {}],
      ['PRICE_OUTSIDE_COLLAR', { expiresAtMs: Date.now() - 1 }],
      ['PRICE_OUTSIDE_COLLAR', { expiresAtMs: Date.now() + 7_200_000 }],
    ])('of %s with %j is not given', async (code, change) => {
      expect(await failureOf(grant('lifted-9', { code, ...change }))).toBe('OVERRIDE_REFUSED');
    });

    const readable = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { expiresAtMs: number };
  });

  describe('an automatic stop', () => {
    const wallet = (amount: string) => {
      fleet.account = { ...fleet.account!, balances: [{ asset: 'USDT', wallet: amount, free: amount }] };
    };

    it('for the loss of a day; once acknowledged it trips again only after a further full limit', async () => {
      wallet('999400');
      await until(async () => (await codeOf()) === 'LOSS_ABOVE_DAILY_MAXIMUM', 'orders are refused at once');
      await stands('auto:daily-loss');
      await clear();
      await passes();
      wallet('998950');
      await passes();
      wallet('998800');
      await stands('auto:daily-loss');
      await clear();
      await passes();
    });

    it('for a further loss that comes as soon as the last one was acknowledged', async () => {
      wallet('998200');
      await stands('auto:daily-loss');
      await clear();
      await passes();
    });

    it('for orders that the exchange refuses one after another stops the symbol, and counts from zero after', async () => {
      const reject = (clientOrderId: string) =>
        fleet.state(orderRejected, { order: view(clientOrderId, 'REJECTED'), revision: 1 });
      for (const id of ['1', '2', '3']) await reject(id);
      await fleet.state(orderPlaced, { order: view('good', 'NEW'), revision: 1 });
      await reject('4');
      await passes();
      for (const id of ['5', '6', '7']) await reject(id);
      await stands('auto:consecutive-rejects');
      const { scopes } = await fleet.caller.request(getTradingState, {});
      expect(scopes).toMatchObject([{ scope: BTC, state: 'HALTED' }]);
      await clear();
      await passes();
    });

    it('for refused orders of a bot stops that bot and no other of the same key; what is expected does not count', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      let ids = 0;
      // Of another symbol: the end of the stop before is heard of by every replica in its own time.
      const reject = (botConfigId: string, code = '-2019') => {
        const order = view(`of-a-bot-${(ids += 1)}`, 'REJECTED');
        const refused = { ...order, symbol: 'ETHUSDT', botConfigId, code };
        return fleet.state(orderRejected, { order: refused, revision: 1 });
      };
      for (let time = 0; time < 8; time += 1) await reject(b, '-5022');
      for (let time = 0; time < 3; time += 1) await reject(a);
      await passes();
      await reject(b);
      await stands('auto:consecutive-rejects');
      const { scopes } = await fleet.caller.request(getTradingState, {});
      expect(scopes).toMatchObject([{ scope: { type: 'bot', value: a }, state: 'HALTED' }]);
      expect(await codeOf({ botConfigId: a })).toBe('STATE_HALTED');
      expect(await codeOf({ botConfigId: b })).toBe('NEW');
      await clear();
      await passes();
    });

    it('for a ban stops everything; ended while the ban lasts it does not trip again for it', async () => {
      await fleet.state(exchangeFrozen, {
        ...{ market: 'futures', scope: 'ip', kind: 'BANNED', exchangeMessage: 'Way too many requests' },
        untilMs: Date.now() + 600_000,
      });
      await stands('auto:exchange-ban');
      await until(
        async () => (await failureOf(clearUnforced())) === 'STOP_CONDITION_LASTS',
        'the ban still holds',
      );
      await clear();
      await passes();
    });

    it('warns on the way: 50, 75 and 90 % are events', () => {
      const told = fleet.eventsOf('elvis.event.risk.limit-approached').map(({ data }) => data);
      expect(told).toContainEqual(
        expect.objectContaining({ limit: 'RISK_MAX_DAILY_LOSS', about: 'account', percent: 90 }),
      );
    });
  });

  const view = (clientOrderId: string, status: 'REJECTED' | 'NEW') => ({
    ...{ clientOrderId, market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1' },
    ...{ filledQuantity: '0', status, decisionId: 'd', actor: 'strategy', createdAtMs: 1, updatedAtMs: 1 },
    ...(status === 'REJECTED' && { code: '-2010' }),
  });
  const held = (quantity: string) => ({
    ...{ symbol: 'BTCUSDT', quantity, entryPrice: '60000', markPrice: '60000', unrealizedPnl: '0' },
  });
});
