/**
 * The same order again under its id, on several replicas: whatever stands is the answer, also where the checks would refuse
 * it now, and nothing is charged for it. No denial, no failure and no reservation comes in its place.
 */
import {
  EXPOSURE_KEY,
  OrderView,
  OrdersUndecided,
  SubmitOrder,
  SubmitOrderReply,
  TRADING_PERMIT_KEY,
  clearStop,
  createOverride,
  ordersUndecided,
  overrideUsed,
  contentOf,
  requestStop,
  reservationField,
  setLimits,
  setTradingState,
  submitOrder,
  submitOrders,
} from '@elvis/contracts';
import { Reservation, TradingFailure } from '@elvis/trading';
import { opened, startRedis, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const by = { actor: 'operator', reason: 'test' };
const GLOBAL = { type: 'global' } as const;
const PER_SECOND = 4;
const patient = { timeoutMs: 20_000 };

describe('an order that is sent again', () => {
  const fleet = opened(() =>
    RiskFleet.start(
      {
        RISK_MAX_ORDERS_PER_SECOND: `${PER_SECOND}`,
        RISK_DUPLICATE_WINDOW_MS: '60000',
        RISK_MAX_OPEN_ORDERS: 'off',
      },
      3,
    ),
  );

  let actors = 0;
  /** By an actor of its own, so that nobody else uses up its pace, and like no other order. */
  const newOrder = (change: Partial<SubmitOrder> = {}): SubmitOrder => {
    actors += 1;
    return anOrder({ actor: `actor-${actors}`, price: `${60_000 - (actors % 1_000)}`, ...change });
  };
  const submit = (order: SubmitOrder): Promise<SubmitOrderReply> =>
    fleet.caller.request(submitOrder, order, patient);
  const answerTo = (order: SubmitOrder) =>
    submit(order).catch((error: TradingFailure) => ({ failure: error.code }));
  const reserved = async ({ clientOrderId }: SubmitOrder): Promise<Reservation | undefined> => {
    const text = await fleet.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    return text === null ? undefined : (JSON.parse(text) as Reservation);
  };
  const pace = ({ actor }: SubmitOrder): Promise<string[]> =>
    fleet.redis.lrange(`ELVIS_PACE:${actor}`, 0, -1);
  const likenesses = async (): Promise<Readonly<Record<string, object>>> => {
    const keys = (await fleet.redis.keys('ELVIS_REPEATS:*')).sort();
    return Object.fromEntries(
      await Promise.all(keys.map(async (key) => [key, await fleet.redis.hgetall(key)] as const)),
    );
  };
  const undecidedOf = ({ actor }: SubmitOrder) =>
    fleet.eventsOf(ordersUndecided.type).filter((event) => event.actor === actor);

  const become = async (order: SubmitOrder, change: Partial<OrderView>): Promise<void> => {
    const { record, sequence } = (await fleet.journalOf(order.clientOrderId))!;
    await fleet.writeJournal({ ...record, type: 'OUTCOME', view: { ...record.view, ...change } }, sequence);
  };
  const fill = async (order: SubmitOrder): Promise<void> => {
    await become(order, { status: 'FILLED', filledQuantity: order.quantity });
    await fleet.endReservation(order.clientOrderId);
  };
  const taken = async (): Promise<SubmitOrder> => {
    const order = newOrder();
    expect(await submit(order)).toMatchObject({ isRepeat: false, order: { status: 'NEW' } });
    return order;
  };

  /** What stands under an id, and how it is answered. */
  const STANDING: Readonly<
    Record<string, readonly [make: () => Promise<SubmitOrder>, status: string, code?: string]>
  > = {
    open: [taken, 'NEW'],
    'partially filled': [
      async () => {
        const order = await taken();
        await become(order, { status: 'PARTIALLY_FILLED', filledQuantity: '0.001' });
        return order;
      },
      'PARTIALLY_FILLED',
    ],
    filled: [
      async () => {
        const order = await taken();
        await fill(order);
        return order;
      },
      'FILLED',
    ],
    'denied by risk': [
      async () => {
        const order = newOrder({ price: '70000' });
        await submit(order);
        return order;
      },
      'DENIED',
      'PRICE_OUTSIDE_COLLAR',
    ],
    'denied at the send script': [
      async () => {
        const order = newOrder();
        const times = { createdAtMs: 1, updatedAtMs: 1, filledQuantity: '0' };
        const { actor } = order;
        const content = contentOf(order);
        const view: OrderView = { ...content, ...times, actor, status: 'DENIED', decisionId: 'halted' };
        const denial = { code: 'STATE_HALTED', context: { setBy: 'global' } } as const;
        const record = { ...({ version: 1, type: 'DENIED' } as const), order: content, view, denial };
        await fleet.writeJournal({ ...record, approvalId: 'of-another' }, 0);
        return order;
      },
      'DENIED',
      'STATE_HALTED',
    ],
  };

  const isRefused = (code: string) => fleet.everyReplicaSays(code, newOrder);
  const passes = () => fleet.everyReplicaSays('NEW', newOrder);
  const limit = (limits: object) => fleet.caller.request(setLimits, { ...by, limits }, patient);
  const setState = (state: 'ACTIVE' | 'REDUCING') =>
    fleet.caller.request(
      setTradingState,
      { ...by, state, force: true, scope: { type: 'symbol', value: 'BTCUSDT' } },
      patient,
    );

  /** Why a new order would be refused now, and how it is made so and ended. */
  const NOW: readonly {
    readonly why: string;
    begin?: (orders: readonly SubmitOrder[]) => unknown;
    end?: () => unknown;
  }[] = [
    { why: 'nothing is in its way' },
    {
      why: 'a limit has been lowered',
      begin: async () => {
        await limit({ RISK_MAX_ORDER_NOTIONAL: '101' });
        await isRefused('NOTIONAL_ABOVE_ORDER_MAXIMUM');
      },
      end: () => limit({ RISK_MAX_ORDER_NOTIONAL: null }),
    },
    {
      why: 'trading is halted',
      begin: async () => {
        await fleet.caller.request(requestStop, { ...by, scope: GLOBAL }, patient);
        await isRefused('STATE_HALTED');
      },
      end: () => fleet.caller.request(clearStop, { ...by, force: true }, patient),
    },
    {
      why: 'the symbol is REDUCING',
      begin: async () => {
        await setState('REDUCING');
        await isRefused('STATE_REDUCING');
      },
      end: () => setState('ACTIVE'),
    },
    {
      why: 'its actor has used up its pace',
      begin: async (orders) => {
        const soon = Date.now() + 60_000;
        for (const { actor } of orders)
          await fleet.redis.lpush(`ELVIS_PACE:${actor}`, ...Array.from({ length: PER_SECOND }, () => soon));
      },
    },
    {
      why: 'it counts as identical to another order',
      begin: async () => {
        for (const key of await fleet.redis.keys('ELVIS_REPEATS:*'))
          await fleet.redis.hset(key, { id: 'another', at: Date.now() });
      },
      end: async () => {
        for (const key of await fleet.redis.keys('ELVIS_REPEATS:*')) await fleet.redis.del(key);
      },
    },
    {
      why: 'the mark is stale',
      begin: async () => {
        fleet.facts.mark = { ageMs: 30_000 };
        await isRefused('MARK_STALE');
      },
      end: () => (fleet.facts.mark = {}),
    },
    {
      why: 'the account is unknown',
      begin: async () => {
        fleet.account = undefined;
        await isRefused('ACCOUNT_STALE');
      },
      end: () =>
        (fleet.account = {
          balances: [{ asset: 'USDT', wallet: '1000000', free: '1000000' }],
          positions: [],
        }),
    },
    {
      why: 'no permit of this epoch stands',
      begin: () => fleet.redis.set(TRADING_PERMIT_KEY, '999999'),
      end: () => fleet.redis.del(TRADING_PERMIT_KEY),
    },
    {
      why: 'execution refuses before the claim',
      begin: () => (fleet.behaviours = [{ fail: 'ACCOUNT_UNAVAILABLE' }]),
      end: () => (fleet.behaviours = ['take']),
    },
  ];

  describe.each(NOW)('while $why', ({ begin, end }) => {
    const orders = new Map<string, SubmitOrder>();

    beforeAll(async () => {
      fleet.behaviours = ['take'];
      await passes();
      for (const [kind, [make]] of Object.entries(STANDING)) orders.set(kind, await make());
      await begin?.([...orders.values()]);
    });
    afterAll(async () => {
      await end?.();
      await passes();
    });

    it.each(Object.keys(STANDING))(
      'and is %s, is answered with itself, and charged nothing',
      async (kind) => {
        const order = orders.get(kind)!;
        const [, status, code] = STANDING[kind]!;
        const entry = await fleet.journalOf(order.clientOrderId);
        const [held, paceBefore, likeBefore] = [await reserved(order), await pace(order), await likenesses()];
        const answers = await Promise.all(Array.from({ length: 6 }, () => answerTo(order)));
        for (const answer of answers)
          expect(answer).toMatchObject({
            isRepeat: true,
            order: { status, decisionId: entry?.record.view.decisionId },
          });
        for (const answer of answers) expect((answer as SubmitOrderReply).denial?.code).toBe(code);
        expect(await answerTo({ ...order, quantity: '0.02' })).toEqual({ failure: 'ORDER_ID_TAKEN' });
        expect((await fleet.journalOf(order.clientOrderId))?.sequence).toBe(entry?.sequence);
        expect(await reserved(order)).toEqual(held);
        // Two seconds old it is forgotten, and may be by now.
        expect(paceBefore).toEqual(expect.arrayContaining(await pace(order)));
        expect(await likenesses()).toEqual(likeBefore);
        expect(undecidedOf(order)).toEqual([]);
      },
    );
  });

  it('counts as undecided only where no order stands', async () => {
    await passes();
    const order = await taken();
    fleet.facts.mark = { ageMs: 30_000 };
    await isRefused('MARK_STALE');
    await Promise.all(Array.from({ length: 5 }, () => answerTo(order)));
    expect(await answerTo(newOrder({ actor: order.actor }))).toEqual({ failure: 'MARK_STALE' });
    await until(() => undecidedOf(order).length > 0, 'it is told');
    const counts = undecidedOf(order).map(({ data }) => (data as OrdersUndecided).count);
    expect(counts).toEqual([1]);
    fleet.facts.mark = {};
  });

  describe('while the first is still on its way', () => {
    let tell: () => void = () => undefined;
    beforeEach(() => {
      fleet.told = new Promise((resolve) => (tell = resolve));
    });
    afterEach(() => {
      tell();
      fleet.behaviours = ['take'];
    });

    it.each(['claim-and-wait', 'take-when-told'] as const)(
      'is that order for everybody, reserved once and charged once (%s)',
      async (behaviour) => {
        await passes();
        fleet.behaviours = [behaviour];
        const order = newOrder();
        const answers = Promise.all(Array.from({ length: 6 }, () => answerTo(order)));
        await until(
          () => fleet.placed.some(({ order: { clientOrderId } }) => clientOrderId === order.clientOrderId),
          'it is placed',
        );
        setTimeout(tell, 300);
        const all = (await answers) as SubmitOrderReply[];
        expect(all.map(({ order: { clientOrderId } }) => clientOrderId)).toEqual(
          all.map(() => order.clientOrderId),
        );
        expect(all.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
        const { record } = (await fleet.journalOf(order.clientOrderId))!;
        expect(record).toMatchObject({ type: 'OUTCOME', view: { status: 'NEW' } });
        expect(await reserved(order)).toMatchObject({ approvalId: record.approvalId });
        expect((await pace(order)).length).toBeLessThanOrEqual(1); // Forgotten after two seconds.
      },
    );

    it('is the denial for everybody when trading is halted before the claim', async () => {
      await passes();
      fleet.behaviours = ['take-when-told'];
      const order = newOrder();
      const first = answerTo(order);
      await until(() => fleet.placed.at(-1)?.order.clientOrderId === order.clientOrderId, 'it is placed');
      await fleet.caller.request(requestStop, { ...by, scope: GLOBAL }, patient);
      await isRefused('STATE_HALTED');
      const second = await answerTo(order);
      tell();
      for (const answer of [await first, second])
        expect(answer).toMatchObject({ order: { status: 'DENIED' }, denial: { code: 'STATE_HALTED' } });
      expect(await reserved(order)).toBeUndefined();
      await fleet.caller.request(clearStop, { ...by, force: true }, patient);
    });
  });

  it('while it fills leaves no reservation behind', async () => {
    await passes();
    for (let round = 0; round < 10; round += 1) {
      const order = newOrder();
      await submit(order);
      const repeats = Array.from({ length: 4 }, () => answerTo(order));
      await fill(order);
      for (const answer of await Promise.all(repeats)) expect(answer).toMatchObject({ isRepeat: true });
      expect(await reserved(order)).toBeUndefined();
      expect((await pace(order)).length).toBeLessThanOrEqual(1); // Forgotten after two seconds.
    }
  });

  it.each(['RELEASED', 'VOID'] as const)('is decided anew where %s has set the id free', async (type) => {
    await passes();
    const order = await taken();
    const { record, sequence } = (await fleet.journalOf(order.clientOrderId))!;
    await fleet.writeJournal({ ...record, type }, sequence);
    await fleet.endReservation(order.clientOrderId);
    const again = { ...order, quantity: '0.02' };
    expect(await submit(again)).toMatchObject({
      isRepeat: false,
      order: { status: 'NEW', quantity: '0.02' },
    });
    expect(await reserved(order)).toMatchObject({ quantity: '0.02' });
    expect(await submit(again)).toMatchObject({ isRepeat: true });
  });

  it('uses its override token once, however often and at once it is sent', async () => {
    await limit({ RISK_PRICE_COLLAR: '0.0001' });
    await isRefused('PRICE_OUTSIDE_COLLAR');
    const order = newOrder({ price: '59000' });
    const { clientOrderId } = order;
    const terms = { code: 'PRICE_OUTSIDE_COLLAR', clientOrderId, expiresAtMs: Date.now() + 60_000 } as const;
    const { overrideToken } = await fleet.caller.request(createOverride, { ...by, ...terms }, patient);
    for (let round = 0; round < 2; round += 1)
      for (const answer of await Promise.all([1, 2, 3].map(() => answerTo({ ...order, overrideToken }))))
        expect(answer).toMatchObject({ order: { clientOrderId } });
    expect((await fleet.journalOf(clientOrderId))?.record.view.status).toBe('NEW');
    const used = fleet
      .eventsOf(overrideUsed.type)
      .filter(({ data }) => (data as typeof terms).clientOrderId === clientOrderId);
    expect(new Set(used.map(({ id }) => id)).size).toBe(1);
    await limit({ RISK_PRICE_COLLAR: null });
  });

  it('in a batch is answered with itself, also beside others that cannot be checked', async () => {
    await passes();
    const [open, filled] = [await taken(), await taken()];
    await fill(filled);
    fleet.facts.mark = { ageMs: 30_000 };
    await isRefused('MARK_STALE');
    const { results } = await fleet.caller.request(
      submitOrders,
      { orders: [open, newOrder(), filled] },
      patient,
    );
    expect(results).toMatchObject([
      { isRepeat: true, order: { status: 'NEW' } },
      { failure: { code: 'MARK_STALE' } },
      { isRepeat: true, order: { status: 'FILLED' } },
    ]);
    expect(await reserved(filled)).toBeUndefined();
    fleet.facts.mark = {};
  });

  it('while Redis is away is answered with itself', async () => {
    await passes();
    const [open, filled] = [await taken(), await taken()];
    const reducing = newOrder({ side: 'SELL', reduceOnly: true });
    await fleet.hold('BTCUSDT', '1');
    await submit(reducing);
    await fill(filled);
    await fleet.redisServer.stop();
    for (const order of [open, filled, reducing])
      expect(await answerTo(order)).toMatchObject({ isRepeat: true });
    const { port, password } = fleet.redisServer;
    fleet.redisServer = await startRedis({ port, password });
    await until(async () => (await fleet.redis.ping()) === 'PONG', 'Redis answers');
    await fleet.measureClock();
    await passes();
    for (const order of [open, filled]) expect(await reserved(order)).toBeUndefined();
  });

  it('is neither a denial nor a 503 while the journal cannot be read', async () => {
    await passes();
    const order = await taken();
    await limit({ RISK_MAX_ORDER_NOTIONAL: '101' });
    await isRefused('NOTIONAL_ABOVE_ORDER_MAXIMUM');
    await fleet.loseJournal();
    const answers = await Promise.all([order, newOrder()].map(answerTo));
    expect(answers).toEqual([{ failure: 'JOURNAL_UNREADABLE' }, { failure: 'JOURNAL_UNREADABLE' }]);
    expect(undecidedOf(order)).toEqual([]);
  });
});
