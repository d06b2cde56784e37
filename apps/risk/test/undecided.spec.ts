/** Where an input of our own is missing or old nothing is decided: the caller may try again, and nothing is used up. */
import {
  AmendOrder,
  EventEnvelope,
  EXPOSURE_KEY,
  OrdersUndecided,
  SubmitOrder,
  SubmitOrdersReply,
  amendOrder,
  ordersUndecided,
  riskDenied,
  submitOrder,
  submitOrders,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { emptyExposure, opened, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const OLD = { ageMs: 3_001 };

describe('an order whose input is missing or old', () => {
  const fleet = opened(() =>
    RiskFleet.start({
      RISK_MAX_ORDERS_PER_SECOND: '2',
      RISK_DUPLICATE_WINDOW_MS: '60000',
      RISK_MAX_GROSS_NOTIONAL: '50000',
    }),
  );

  beforeAll(async () => {
    await until(async () => (await fleet.outcomeOf(anOrder({ actor: 'first' }))) === 'NEW', 'orders pass');
  });
  beforeEach(async () => {
    fleet.facts = { mark: {}, book: {}, instrument: {} };
    fleet.placed.length = 0;
    await emptyExposure(fleet.redis);
    await until(
      async () => (await fleet.outcomeOf(anOrder({ actor: name('probe') }))) === 'NEW',
      'all is there',
    );
  });

  let names = 0;
  /** Paces and repeats are counted by actor. */
  const name = (what: string): string => `${what}-${(names += 1)}`;
  const reservations = async (): Promise<string[]> =>
    (await fleet.redis.hkeys(EXPOSURE_KEY)).filter((field) => field.startsWith('r:'));

  async function failureOf(order: SubmitOrder): Promise<TradingFailure | undefined> {
    return fleet.submit(order).then(
      () => undefined,
      (error: unknown) => error as TradingFailure,
    );
  }
  const ageMark = async (): Promise<void> => {
    fleet.facts.mark = OLD;
    await until(
      async () => (await fleet.outcomeOf(anOrder({ actor: name('aging') }))) === 'MARK_STALE',
      'it is old',
    );
  };
  const told = (actor: string): OrdersUndecided[] =>
    fleet
      .eventsOf(ordersUndecided.type)
      .map(({ data }: EventEnvelope) => data as OrdersUndecided)
      .filter((sum) => sum.actor === actor);

  it('is a failure that says when to try again, leaves nothing behind, and passes under the same id later', async () => {
    await ageMark();
    const order = anOrder({ actor: name('patient') });
    const before = await reservations();
    expect(await failureOf(order)).toMatchObject({
      ...{ code: 'MARK_STALE', kind: 'UNAVAILABLE', retryAfterMs: 1_000 },
      context: { symbol: 'BTCUSDT', ageMs: expect.stringMatching(/^\d{4,}$/) as unknown, maximumMs: '3000' },
    });
    expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
    expect(await reservations()).toEqual(before);
    fleet.facts.mark = {};
    await until(async () => (await fleet.outcomeOf(order)) === 'NEW', 'the same id passes');
  });

  it('counts toward no pace, is no repeat of itself, and is told of as one sum for its second, not as a denial', async () => {
    await ageMark();
    const actor = name('eager');
    const orders = Array.from({ length: 10 }, () => anOrder({ actor }));
    const codes = await Promise.all(orders.map((order) => fleet.outcomeOf(order)));
    expect(codes).toEqual(orders.map(() => 'MARK_STALE'));
    fleet.facts.mark = {};
    // Two a second are allowed, and the same order not twice: ten tries before took nothing of either.
    const [first, second] = orders;
    await until(async () => (await fleet.outcomeOf(first!)) === 'NEW', 'the first passes');
    expect(await fleet.outcomeOf({ ...second!, quantity: '0.02' })).toBe('NEW');
    const sum = (): number => told(actor).reduce((all, { count }) => all + count, 0);
    await until(() => sum() >= 10, 'the sums are told');
    expect(told(actor).length).toBeLessThanOrEqual(3);
    expect(told(actor)[0]).toMatchObject({ code: 'MARK_STALE', symbols: ['BTCUSDT'] });
    expect(told(actor).every(({ secondMs }) => secondMs % 1_000 === 0)).toBe(true);
    expect(fleet.eventsOf(riskDenied.type).filter((event) => event.actor === actor)).toEqual([]);
  });

  it('is answered with the order that stands where its id stands already', async () => {
    const order = anOrder({ actor: name('again') });
    expect(await fleet.outcomeOf(order)).toBe('NEW');
    await ageMark();
    const reply = await fleet.caller.request(submitOrder, order, { timeoutMs: 20_000 });
    expect(reply).toMatchObject({ isRepeat: true, order: { status: 'NEW' } });
  });

  it.each<[string, Partial<SubmitOrder>]>([
    ['waits for a trigger', { type: 'STOP_MARKET', price: undefined, stopPrice: '61000' }],
    ['only reduces', { side: 'SELL', reduceOnly: true }],
    [
      'closes the position when it wakes',
      { side: 'SELL', type: 'STOP_MARKET', price: undefined, stopPrice: '59000', closePosition: true },
    ],
  ])('is the same if it %s', async (_what, change) => {
    await fleet.hold('BTCUSDT', '1');
    await ageMark();
    const order = anOrder({ actor: name('other'), ...change });
    expect(await fleet.outcomeOf(order)).toBe('MARK_STALE');
    expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
  });

  it('is the same where it is the worth of another position that is not known, and nothing is reserved', async () => {
    await fleet.hold('ETHUSDT', '0.5');
    const order = anOrder({ actor: name('gross') });
    const before = await reservations();
    expect(await failureOf(order)).toMatchObject({
      ...{ code: 'MARK_MISSING', kind: 'UNAVAILABLE', context: { symbol: 'futures:ETHUSDT' } },
    });
    expect(await reservations()).toEqual(before);
    expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
    await fleet.hold('ETHUSDT', '0');
    expect(await fleet.outcomeOf(order)).toBe('NEW');
  });

  it('stays as it was if it rests and was to be changed', async () => {
    const order = anOrder({ actor: name('changing') });
    expect(await fleet.outcomeOf(order)).toBe('NEW');
    await ageMark();
    const held = await fleet.redis.hget(EXPOSURE_KEY, `r:${order.clientOrderId}`);
    const wish: AmendOrder = { clientOrderId: order.clientOrderId, actor: order.actor, quantity: '0.02' };
    const failure = await fleet.caller.request(amendOrder, wish, { timeoutMs: 20_000 }).then(
      () => undefined,
      (error: unknown) => error as TradingFailure,
    );
    expect(failure).toMatchObject({ code: 'MARK_STALE', kind: 'UNAVAILABLE', retryAfterMs: 1_000 });
    expect(await fleet.redis.hget(EXPOSURE_KEY, `r:${order.clientOrderId}`)).toBe(held);
    await until(() => told(order.actor).length > 0, 'the change is told of');
    fleet.facts.mark = {};
    await until(async () => {
      const { order: changed } = await fleet.caller.request(amendOrder, wish, { timeoutMs: 20_000 });
      return changed.quantity === '0.02';
    }, 'the change passes');
  });

  describe('in a batch', () => {
    const send = async (...orders: SubmitOrder[]): Promise<SubmitOrdersReply['results']> =>
      (await fleet.caller.request(submitOrders, { orders }, { timeoutMs: 20_000 })).results;
    const market = (change: Partial<SubmitOrder> = {}): SubmitOrder =>
      anOrder({ type: 'MARKET', price: undefined, ...change });

    it('keeps the whole back: none is placed and none is used up, what stands is shown, what is wrong is denied', async () => {
      const actor = name('batch');
      const standing = anOrder({ actor });
      expect(await fleet.outcomeOf(standing)).toBe('NEW');
      fleet.facts.book = OLD;
      await until(
        async () => (await fleet.outcomeOf(market({ actor: name('aging') }))) === 'BOOK_STALE',
        'the book is old',
      );
      fleet.placed.length = 0;
      const before = await reservations();
      const [good, lacking] = [anOrder({ actor, quantity: '0.03' }), market({ actor })];
      const wrong = anOrder({ actor, quantity: '0.0105' });
      const results = await send(standing, good, lacking, wrong);
      expect(results).toMatchObject([
        { isRepeat: true, order: { status: 'NEW' } },
        { failure: { code: 'BOOK_STALE', retryAfterMs: 1_000 } },
        { failure: { code: 'BOOK_STALE', retryAfterMs: 1_000, context: { symbol: 'BTCUSDT' } } },
        { denial: { code: 'QUANTITY_NOT_ON_STEP' } },
      ]);
      expect(fleet.placed).toEqual([]);
      expect(await reservations()).toEqual(before);
      for (const { clientOrderId } of [good, lacking])
        expect(await fleet.journalOf(clientOrderId)).toBeUndefined();
      fleet.facts.book = {};
      await until(
        async () => (await fleet.outcomeOf(market({ actor: name('fresh') }))) === 'NEW',
        'the book is there',
      );
      expect(await fleet.outcomeOf(good)).toBe('NEW');
    });
  });
});
