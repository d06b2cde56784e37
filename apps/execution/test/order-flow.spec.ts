import {
  Approval,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  OrderChanged,
  PlaceOrder,
  SubmitOrder,
  TRADING_PERMIT_KEY,
  reservationField,
  signApproval,
} from '@elvis/contracts';
import { OrderJournal } from '@elvis/platform';
import { dropReservation, opened, until, writeReservation } from '@elvis/testing';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { OpenStores, anOrder, openStores, unsigned } from './stores';
import { FakeVenue, VenueFault } from './venue.fake';

/** So far the exchange's clock is ahead of ours. */
const AHEAD_MS = 700;
/** Half a round trip inside this process. */
const CLOCK_ERROR_MS = 100;

describe('an order in execution', () => {
  let redis: OpenStores['redis'];
  let clock: OpenStores['clock'];
  const stores = opened(() => openStores('execution-spec', AHEAD_MS));
  let venue: FakeVenue;
  let recorder: Replica['recorder'];
  let engine: Replica['engine'];
  let queries: Replica['queries'];
  let canceller: Replica['canceller'];
  let reconciler: Replica['reconciler'];

  beforeAll(() => {
    ({ redis, clock } = stores);
  });
  beforeEach(async () => {
    await stores.letTrade();
    venue = new FakeVenue();
    ({ recorder, engine, queries, canceller, reconciler } = await replica(venue));
  });

  const replica = (at: FakeVenue): Promise<Replica> => replicaOver(stores, at);

  async function approved(order: SubmitOrder, overrides: Partial<Approval> = {}): Promise<PlaceOrder> {
    await writeReservation(redis, order.clientOrderId, '{}');
    const terms = { ...unsigned(clock), leverage: 3, ...overrides };
    return { order, approval: signApproval(terms, order, APPROVAL_KEY) };
  }

  const isReserved = async ({ clientOrderId }: SubmitOrder): Promise<boolean> =>
    (await redis.hexists(EXPOSURE_KEY, reservationField(clientOrderId))) === 1;

  async function eventsOf({ clientOrderId }: SubmitOrder): Promise<string[]> {
    return (await stores.events<OrderChanged>())
      .filter(({ data }) => data.order.clientOrderId === clientOrderId)
      .map(({ type }) => type);
  }

  const closed = (order: SubmitOrder): Promise<string> =>
    until(async () => {
      await reconciler.reconcileAll();
      const { status } = await queries.findOrder(order.clientOrderId);
      const isKnown = !['UNKNOWN', 'PENDING_NEW'].includes(status);
      return isKnown && !(await isReserved(order)) ? status : undefined;
    }, 'the end of the order');

  it('is sent once, with a timestamp of the exchange clock, and stands as the exchange reported it', async () => {
    const order = anOrder();
    const before = Date.now() + AHEAD_MS;
    const view = await engine.place(await approved(order));
    expect(view).toMatchObject({ status: 'NEW', exchangeOrderId: '1' });
    expect(venue.received).toHaveLength(1);
    const { timestampMs = 0 } = venue.received[0]?.timing ?? {};
    expect(timestampMs).toBeGreaterThan(before - CLOCK_ERROR_MS);
    expect(timestampMs).toBeLessThan(Date.now() + AHEAD_MS + CLOCK_ERROR_MS);
    await until(async () => (await eventsOf(order)).length >= 2, 'its events are told');
    expect(await eventsOf(order)).toEqual(['elvis.event.order.claimed', 'elvis.event.order.placed']);
    expect(await redis.hlen(GRANTS_KEY)).toBe(0);
  });

  it('waits until leverage is set and read back', async () => {
    await engine.place(await approved(anOrder(), { leverage: 4 }));
    expect(venue.leverage.get('BTCUSDT')).toBe(4);
  });

  it('is sent by one of two replicas that get the same id at once', async () => {
    const order = anOrder();
    const other = await replica(venue);
    const place = await approved(order);
    const views = await Promise.all([engine.place(place), other.engine.place(place), engine.place(place)]);
    expect(venue.received).toHaveLength(1);
    expect(new Set(views.map(({ clientOrderId }) => clientOrderId)).size).toBe(1);
  });

  it('is refused under an id that another order has used', async () => {
    const order = anOrder();
    await engine.place(await approved(order));
    const other = await approved({ ...order, quantity: '0.003' });
    await expect(engine.place(other)).rejects.toMatchObject({ code: 'ORDER_ID_TAKEN' });
    expect(venue.received).toHaveLength(1);
  });

  it.each`
    what           | tamper
    ${'quantity'}  | ${(place: PlaceOrder) => ({ ...place, order: { ...place.order, quantity: '9' } })}
    ${'actor'}     | ${(place: PlaceOrder) => ({ ...place, order: { ...place.order, actor: 'someone else' } })}
    ${'epoch'}     | ${(place: PlaceOrder) => ({ ...place, approval: { ...place.approval, epoch: 8 } })}
    ${'deadline'}  | ${(place: PlaceOrder) => ({ ...place, approval: { ...place.approval, sendByMs: place.approval.sendByMs + 1 } })}
    ${'purpose'}   | ${(place: PlaceOrder) => ({ ...place, approval: { ...place.approval, purpose: 'flatten' } })}
    ${'leverage'}  | ${(place: PlaceOrder) => ({ ...place, approval: { ...place.approval, leverage: 20 } })}
    ${'signature'} | ${(place: PlaceOrder) => ({ ...place, approval: { ...place.approval, signature: 'A'.repeat(43) } })}
  `('is not touched when its approval had another $what', async ({ tamper }) => {
    const place = (tamper as (place: PlaceOrder) => PlaceOrder)(await approved(anOrder()));
    await expect(engine.place(place)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    expect(venue.received).toHaveLength(0);
    await expect(queries.findOrder(place.order.clientOrderId)).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    });
  });

  it.each`
    when                               | arrange                                                                | approval               | code
    ${'the permit has lapsed'}         | ${() => redis.del(TRADING_PERMIT_KEY)}                                 | ${{}}                  | ${'PERMIT_MISSING'}
    ${'the epoch has changed'}         | ${() => redis.set(TRADING_PERMIT_KEY, '8')}                            | ${{}}                  | ${'EPOCH_CHANGED'}
    ${'its reservation is gone'}       | ${(order: SubmitOrder) => dropReservation(redis, order.clientOrderId)} | ${{}}                  | ${'RESERVATION_MISSING'}
    ${'the fleet has lost the clock'}  | ${() => redis.del(EXCHANGE_CLOCK_KEY)}                                 | ${{}}                  | ${'CLOCK_UNCERTAIN'}
    ${'sendBy is past'}                | ${() => Promise.resolve()}                                             | ${{ sendByMs: 1_000 }} | ${'SEND_TOO_LATE'}
    ${'our clock runs ahead of Redis'} | ${() => redis.hincrby(EXCHANGE_CLOCK_KEY, 'thetaMs', -9_000)}          | ${{}}                  | ${'CLOCK_UNCERTAIN'}
  `('is not sent and its id is free again when $when', async ({ arrange, approval, code }) => {
    const order = anOrder();
    const place = await approved(order, approval as Partial<Approval>);
    await (arrange as (order: SubmitOrder) => Promise<unknown>)(order);
    await expect(engine.place(place)).rejects.toMatchObject({ code, kind: 'UNAVAILABLE' });
    expect(venue.received).toHaveLength(0);
    expect(await isReserved(order)).toBe(false);

    await clock.publishTheta();
    await redis.set(TRADING_PERMIT_KEY, '7');
    expect((await engine.place(await approved(order))).status).toBe('NEW');
  });

  it.each(['RELEASED', 'VOID'] as const)(
    'is not sent by an approval whose intent is %s, but by a new one',
    async (type) => {
      const order = anOrder();
      const place = await approved(order);
      await redis.del(TRADING_PERMIT_KEY);
      await expect(engine.place(place)).rejects.toMatchObject({ code: 'PERMIT_MISSING' });
      await redis.set(TRADING_PERMIT_KEY, '7');
      if (type === 'VOID') {
        const entry = await recorder.findEntry(order.clientOrderId);
        await new OrderJournal(stores.nats).append({ ...entry!.record, type }, entry!.sequence);
      }
      await writeReservation(redis, order.clientOrderId, '{}');
      await expect(engine.place(place)).rejects.toMatchObject({ code: 'SEND_TOO_LATE' });
      expect(venue.received).toHaveLength(0);
      expect((await engine.place(await approved(order))).status).toBe('NEW');
    },
  );

  it('is denied for good, and never sent, once the switch is set, whatever its value', async () => {
    const order = anOrder();
    const place = await approved(order);
    await redis.set(KILL_SWITCH_KEY, '0');
    expect(await engine.place(place)).toMatchObject({ status: 'DENIED', code: 'STATE_HALTED' });
    expect(await isReserved(order)).toBe(false);
    await redis.del(KILL_SWITCH_KEY);
    expect((await engine.place(await approved(order))).status).toBe('DENIED');
    expect(venue.received).toHaveLength(0);
    await reconciler.reconcileAll();
    expect(await isReserved(order)).toBe(false);
  });

  it.each<[what: string, order: object]>([
    ['does not reduce', {}],
    ['is of spot', { market: 'spot', reduceOnly: true }],
    ['adds to its side of a hedged account', { reduceOnly: true, side: 'BUY', positionSide: 'LONG' }],
  ])('is not sent to flatten what %s', async (_what, order) => {
    const place = await approved(anOrder({ type: 'MARKET', price: undefined, ...order }), {
      purpose: 'flatten',
    });
    await expect(engine.place(place)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    expect(venue.received).toHaveLength(0);
  });

  it('names a side of a hedged account only to flatten it, and under a signature over it', async () => {
    const closing = { ...anOrder({ type: 'MARKET', price: undefined, side: 'SELL' }), reduceOnly: true };
    const sided = { ...closing, positionSide: 'LONG' } as const;
    await expect(engine.place(await approved(sided))).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    const other = { ...(await approved(closing, { purpose: 'flatten' })), order: sided };
    await expect(engine.place(other)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    expect((await engine.place(await approved(sided, { purpose: 'flatten' }))).status).toBe('FILLED');
    expect(venue.received[0]?.order).toMatchObject({ positionSide: 'LONG', reduceOnly: true });
  });

  it('passes the switch when risk signed it to flatten', async () => {
    await redis.set(KILL_SWITCH_KEY, '1');
    await redis.del(TRADING_PERMIT_KEY);
    const place = await approved(anOrder({ type: 'MARKET', price: undefined, reduceOnly: true }), {
      purpose: 'flatten',
    });
    expect((await engine.place(place)).status).toBe('FILLED');
  });

  it.each`
    fault             | first         | last
    ${'answer-lost'}  | ${'UNKNOWN'}  | ${'FILLED'}
    ${'request-lost'} | ${'UNKNOWN'}  | ${'REJECTED'}
    ${'refuses'}      | ${'REJECTED'} | ${'REJECTED'}
    ${'none'}         | ${'FILLED'}   | ${'FILLED'}
  `('is $first and then $last when the fault is: $fault', async ({ fault, first, last }) => {
    venue.fault = fault as VenueFault;
    const order = anOrder({ type: 'MARKET', price: undefined });
    const soon = await approved(order, { sendByMs: clock.now() + 300 });
    expect((await engine.place(soon)).status).toBe(first);
    venue.fault = 'none';
    expect(await closed(order)).toBe(last);
    expect(venue.received).toHaveLength(1);
    if (fault === 'request-lost') {
      expect(await queries.findOrder(order.clientOrderId)).toMatchObject({ code: 'NEVER_REACHED_EXCHANGE' });
    }
    if (last === 'FILLED') {
      const fills = async () => (await eventsOf(order)).filter((type) => type === 'elvis.event.order.filled');
      await until(async () => (await fills()).length > 0, 'its fill is told');
      expect(await fills()).toHaveLength(1);
    }
  });

  it('keeps its reservation while nobody knows what became of it', async () => {
    venue.fault = 'request-lost';
    const order = anOrder();
    await engine.place(await approved(order));
    await reconciler.reconcileAll();
    expect(await isReserved(order)).toBe(true);
  });

  it('is free to be sent again when the exchange could not even be reached', async () => {
    venue.fault = 'unreachable';
    const order = anOrder();
    await expect(engine.place(await approved(order))).rejects.toMatchObject({ code: 'VENUE_UNREACHABLE' });
    venue.fault = 'none';
    expect((await engine.place(await approved(order))).status).toBe('NEW');
  });

  it('is adopted, not sent, by the replica that finds its intent after a crash', async () => {
    const order = anOrder();
    const place = await approved(order);
    const stuck = await replica(venue);
    venue.place = () => new Promise(() => undefined);
    void stuck.engine.place(place);
    await until(async () => (await recorder.findEntry(order.clientOrderId)) !== undefined, 'the intent');
    await reconciler.reconcileAll();
    expect((await queries.findOrder(order.clientOrderId)).status).toBe('PENDING_NEW');
    expect(venue.received).toHaveLength(0);
  });

  it('can be canceled while it works, and not twice', async () => {
    const order = anOrder();
    await engine.place(await approved(order));
    expect(
      (await queries.listOpenOrders({ limit: 50 })).items.map(({ clientOrderId }) => clientOrderId),
    ).toContain(order.clientOrderId);
    expect((await canceller.cancel(order.clientOrderId)).status).toBe('CANCELED');
    expect(await isReserved(order)).toBe(false);
    await expect(canceller.cancel(order.clientOrderId)).rejects.toMatchObject({
      code: 'ORDER_ALREADY_CLOSED',
    });
  });

  it('is among those that a cancel of everything reaches', async () => {
    const orders = [anOrder(), anOrder(), anOrder()];
    for (const order of orders) await engine.place(await approved(order));
    const { canceled, remaining } = await canceller.cancelAll({});
    const ids = orders.map(({ clientOrderId }) => clientOrderId);
    expect([...canceled].sort()).toEqual([...ids].sort());
    expect(remaining).toEqual([]);
    const open = (await queries.listOpenOrders({ limit: 50 })).items.map(
      ({ clientOrderId }) => clientOrderId,
    );
    expect(open.filter((id) => ids.includes(id))).toEqual([]);
  });
});
