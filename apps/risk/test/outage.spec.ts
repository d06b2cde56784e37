/** A really stopped Redis: what opens is refused, what reduces goes on, judged on what the exchange itself shows. */
import {
  MAX_SEND_AHEAD_MS,
  PERMIT_TTL_MS,
  SubmitOrder,
  clearStop,
  getTradingState,
  requestStop,
  setTradingState,
} from '@elvis/contracts';
import { Denial } from '@elvis/trading';
import { opened, startRedis, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const by = { actor: 'operator', reason: 'test' };
const BTC = { type: 'symbol', value: 'BTCUSDT' } as const;
const GLOBAL = { type: 'global' } as const;

describe('while Redis is away', () => {
  const fleet = opened(() => RiskFleet.start({ RISK_MAX_PRICE_AGE_MS: '10000' }, 2));

  beforeAll(async () => {
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass');
  });
  beforeEach(() => {
    fleet.behaviours = ['take'];
    fleet.fresh = { quantity: '1' };
    fleet.placed.length = 0;
  });

  const stopRedis = (): Promise<void> => fleet.redisServer.stop();
  const comeBack = async (): Promise<void> => {
    const { port, password } = fleet.redisServer;
    fleet.redisServer = await startRedis({ port, password });
    await until(async () => (await fleet.redis.ping()) === 'PONG', 'Redis answers');
    await fleet.measureClock();
  };
  const submit = (order: SubmitOrder) => fleet.submit(order);
  const codeOf = (order: SubmitOrder) => fleet.outcomeOf(order);
  const denialOf = async (order: SubmitOrder): Promise<Denial | undefined> => (await submit(order)).denial;
  const reducing = (change: Partial<SubmitOrder> = {}): SubmitOrder =>
    anOrder({ side: 'SELL', reduceOnly: true, ...change });

  describe('an order', () => {
    beforeAll(stopRedis);
    afterAll(comeBack);

    it('that could open is refused, and its id stays free', async () => {
      const order = anOrder({ side: 'SELL' });
      expect(await codeOf(order)).toBe('STORE_UNAVAILABLE');
      expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
      expect(fleet.placed).toEqual([]);
    });

    it('that only reduces is placed, approved for nothing but that, for no longer than a permit lasts', async () => {
      const before = Date.now();
      const order = reducing();
      expect(await codeOf(order)).toBe('NEW');
      const [{ approval } = fail()] = fleet.placed;
      expect(approval.purpose).toBe('reduce');
      expect(approval).not.toHaveProperty('leverage');
      expect(approval.sendByMs - before).toBeLessThanOrEqual(Date.now() - before + PERMIT_TTL_MS);
      expect(PERMIT_TTL_MS).toBeLessThan(MAX_SEND_AHEAD_MS);
      const told = (): unknown =>
        fleet
          .eventsOf('elvis.event.risk.approved')
          .map(({ data }) => data as { order: SubmitOrder; inputs: Record<string, string> })
          .find((decided) => decided.order.clientOrderId === order.clientOrderId)?.inputs;
      await until(() => told() !== undefined, 'the decision is told');
      expect(told()).toMatchObject({ judgedOn: 'fresh-position', position: '1' });
      expect(await codeOf(order)).toBe('NEW');
      expect(fleet.placed).toHaveLength(1);
    });

    it.each<[what: string, fresh: object, change: Partial<SubmitOrder>, why: string]>([
      ['from flat', { quantity: '0' }, {}, 'flat'],
      ['that adds to the position', { quantity: '-1' }, {}, 'it would add to the position'],
      ['that adds to the position', { quantity: '1' }, { side: 'BUY' }, 'it would add to the position'],
      ['larger than the position', { quantity: '0.009' }, {}, 'it is larger than the position'],
    ])('%s is denied with the numbers of the exchange, for good', async (_what, fresh, change, why) => {
      fleet.fresh = fresh;
      const order = reducing(change);
      const expected = { code: 'REDUCE_ONLY_NOT_REDUCING', context: { ...contextOf(fresh), why } };
      expect(await denialOf(order)).toMatchObject(expected);
      expect((await fleet.journalOf(order.clientOrderId))?.record.type).toBe('DENIED');
      fleet.fresh = { quantity: '1' };
      expect(await denialOf(order)).toMatchObject(expected);
      expect(fleet.placed).toEqual([]);
    });

    it('of the whole position may leave, and one step more may not', async () => {
      fleet.fresh = { quantity: '-0.01' };
      expect(await codeOf(reducing({ side: 'BUY' }))).toBe('NEW');
      expect(await codeOf(reducing({ side: 'BUY', quantity: '0.011' }))).toBe('REDUCE_ONLY_NOT_REDUCING');
    });

    it('is refused with its own fault like any other', async () => {
      expect(await codeOf(reducing({ quantity: '0.0105' }))).toBe('QUANTITY_NOT_ON_STEP');
      expect(await codeOf(reducing({ price: '90000' }))).toBe('PRICE_OUTSIDE_COLLAR');
    });

    it('that only reduces leaves at market whatever the book is like, and not while the mark is old', async () => {
      const atMarket = { type: 'MARKET', price: undefined } as const;
      fleet.facts.book = { ageMs: 10_001 };
      await until(async () => (await codeOf(anOrder(atMarket))) === 'BOOK_STALE', 'the book is old');
      expect(await codeOf(reducing(atMarket))).toBe('NEW');
      fleet.facts.mark = { ageMs: 10_001 };
      const order = reducing(atMarket);
      await until(async () => {
        const codes = await Promise.all(Array.from({ length: 6 }, () => codeOf(anOrder())));
        return codes.every((code) => code === 'MARK_STALE');
      }, 'the mark is old for both replicas');
      expect(await codeOf(order)).toBe('MARK_STALE');
      expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
      fleet.facts = { mark: {}, book: {}, instrument: {} };
      await until(async () => (await codeOf(order)) === 'NEW', 'the same id passes');
    });

    it('is refused, and its id stays free, when the exchange does not show the position', async () => {
      fleet.fresh = undefined;
      const order = reducing();
      expect(await codeOf(order)).toBe('VENUE_UNREACHABLE');
      expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
      fleet.fresh = { quantity: '1' };
      expect(await codeOf(order)).toBe('NEW');
    });

    it('that execution could not send is free to be sent again, and the next one need not wait', async () => {
      fleet.behaviours = [{ fail: 'VENUE_BUDGET_SPENT' }];
      const order = reducing();
      expect(await codeOf(order)).toBe('VENUE_BUDGET_SPENT');
      fleet.behaviours = ['take'];
      expect(await codeOf(order)).toBe('NEW');
    });

    it('is the only one on its way for its symbol, whichever replicas are asked', async () => {
      fleet.behaviours = ['take-when-told'];
      let tell = (): void => undefined;
      fleet.told = new Promise((resolve) => (tell = resolve));
      const codes = Promise.all([1, 2, 3, 4, 5, 6].map(() => codeOf(reducing())));
      await until(() => fleet.placed.length > 0, 'one is on its way');
      expect(await codeOf(reducing())).toBe('STORE_UNAVAILABLE');
      expect(fleet.placed).toHaveLength(1);
      tell();
      expect((await codes).sort()).toEqual(['NEW', ...(Array(5).fill('STORE_UNAVAILABLE') as string[])]);
      expect(fleet.placed).toHaveLength(1);
      expect(await codeOf(reducing())).toBe('NEW');
    });

    it('follows one that nobody answered only when the exchange can accept that one no more', async () => {
      fleet.behaviours = ['stay-silent', 'take'];
      void codeOf(reducing());
      await until(() => fleet.placed.length > 0, 'one is on its way');
      const sentBy = fleet.placed[0]?.approval.sendByMs ?? Infinity;
      await until(async () => (await codeOf(reducing())) === 'NEW', 'the next one is placed');
      expect(Date.now()).toBeGreaterThan(sentBy);
    });
  });

  it('counts what rests at the exchange while only reducing is allowed', async () => {
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass');
    const set = (state: 'REDUCING' | 'ACTIVE') =>
      fleet.caller.request(setTradingState, { ...by, scope: BTC, state }, { timeoutMs: 20_000 });
    await set('REDUCING');
    await until(
      async () => (await Promise.all([1, 2, 3, 4].map(() => codeOf(anOrder())))).every(isReducing),
      'every replica knows',
    );
    await stopRedis();
    fleet.fresh = { quantity: '0.02', restingSells: '0.011', restingBuys: '5' };
    expect(await denialOf(reducing())).toMatchObject({
      code: 'STATE_REDUCING',
      context: { position: '0.02', restingOnSide: '0.011', why: 'it is larger than the position' },
    });
    fleet.fresh = { quantity: '0.02', restingSells: '0.01', restingBuys: '5' };
    expect(await codeOf(reducing())).toBe('NEW');
    await comeBack();
    const isSet = async (): Promise<boolean> => (await set('ACTIVE')).state === 'ACTIVE';
    await until(isSet, 'risk has Redis again');
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass again');
  });

  it('lets nothing pass once a stop was taken, which memory keeps', async () => {
    await stopRedis();
    const { redisPersisted } = await fleet.caller.request(
      requestStop,
      { ...by, scope: GLOBAL },
      { timeoutMs: 20_000 },
    );
    expect(redisPersisted).toBe(false);
    const isHalted = async (): Promise<boolean> => (await codeOf(reducing())) === 'STATE_HALTED';
    await until(
      async () => (await Promise.all([1, 2, 3, 4].map(isHalted))).every((halted) => halted),
      'every replica has heard of it',
    );
    expect((await fleet.caller.request(getTradingState, {})).scopes).toMatchObject([{ state: 'HALTED' }]);
    fleet.placed.length = 0;
    expect(await codeOf(reducing())).toBe('STATE_HALTED');
    expect(fleet.placed).toEqual([]);
    await comeBack();
    const clear = () => fleet.caller.request(clearStop, { ...by, force: true }, { timeoutMs: 20_000 });
    await until(async () => (await clear()).wasActive, 'risk has Redis again');
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass again');
  });

  it('lets nothing pass in a replica that began meanwhile: it does not know the state', async () => {
    await stopRedis();
    await fleet.stopReplicas();
    await fleet.addReplica({}, false);
    await until(async () => (await codeOf(reducing())) === 'STATE_UNKNOWN', 'the replica answers');
    expect(fleet.placed).toEqual([]);
    await comeBack();
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass');
  });

  it('and back, an order goes the usual way again', async () => {
    await fleet.hold('BTCUSDT', '1');
    expect(await codeOf(reducing())).toBe('NEW');
    expect(fleet.placed.at(-1)?.approval.purpose).toBe('trade');
  });
});

const contextOf = ({ quantity = '' }: { readonly quantity?: string }): object => ({ position: quantity });
const isReducing = (code: string): boolean => code === 'STATE_REDUCING';
const fail = (): never => {
  throw new Error('nothing was placed');
};
