/** The stop and the target of a spot list in execution: placed, journaled, resolved when unknown and canceled as one. */
import {
  ApprovedOrder,
  EXPOSURE_KEY,
  KILL_SWITCH_KEY,
  PlaceOrder,
  TRADING_PERMIT_KEY,
  legsOf,
  reservationField,
  signApproval,
} from '@elvis/contracts';
import { opened, until, writeReservation } from '@elvis/testing';
import { OrderView } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { openStores, unsigned } from './stores';
import { FakeVenue, VenueFault } from './venue.fake';

type Placed = readonly [stop: PlaceOrder, target: PlaceOrder];

describe('an order list in execution', () => {
  const stores = opened(() => openStores('order-lists-spec'));
  let venue: FakeVenue;
  let parts: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    await stores.redis.set('ELVIS_ACCOUNT_WATCHED:spot', 'span-1');
    venue = new FakeVenue();
    parts = await replicaOver(stores, venue);
  });

  const legs = (): readonly [ApprovedOrder, ApprovedOrder] => {
    const id = randomUUID().slice(0, 8);
    return legsOf({
      ...{ orderListId: `${id}.l`, actor: 'bot:b', symbol: 'BTCUSDT', quantity: '0.01' },
      target: { clientOrderId: `${id}.t`, price: '66000' },
      stop: { clientOrderId: `${id}.s`, stopPrice: '58000', price: '57700' },
    });
  };
  async function approved(order: ApprovedOrder, sendByMs?: number): Promise<PlaceOrder> {
    await writeReservation(stores.redis, order.clientOrderId, '{}');
    const terms = { ...unsigned(stores.clock), ...(sendByMs !== undefined && { sendByMs }) };
    return { order, approval: signApproval(terms, order, APPROVAL_KEY) };
  }
  const both = async (
    [stop, target]: readonly [ApprovedOrder, ApprovedOrder],
    sendByMs?: number,
  ): Promise<Placed> => [await approved(stop, sendByMs), await approved(target, sendByMs)];
  const place = async ([stop, target]: Placed, at = parts): Promise<string[]> =>
    (await at.engine.placeList(stop, target)).orders.map(({ status }) => status);
  const standing = (placed: Placed): Promise<OrderView[]> =>
    Promise.all(placed.map(({ order }) => parts.queries.findOrder(order.clientOrderId)));
  const reserved = async (placed: Placed): Promise<number> =>
    (
      await stores.redis.hmget(
        EXPOSURE_KEY,
        ...placed.map(({ order }) => reservationField(order.clientOrderId)),
      )
    ).filter((held) => held !== null).length;

  it('leaves in one request with both ids, and stands as the exchange reported it', async () => {
    const placed = await both(legs());
    expect(await place(placed)).toEqual(['NEW', 'NEW']);
    expect(venue.received.map(({ order }) => order.type)).toEqual(['STOP_LOSS_LIMIT', 'LIMIT_MAKER']);
    const [stop, target] = await standing(placed);
    expect([stop?.status, target?.status]).toEqual(['NEW', 'NEW']);
    expect(stop?.orderListId).toBe(target?.orderListId);
  });

  it('is sent once, however often and by however many replicas it is asked for', async () => {
    const other = await replicaOver(stores, venue);
    const placed = await both(legs());
    const answers = await Promise.allSettled([place(placed), place(placed, other), place(placed)]);
    expect(venue.received).toHaveLength(2);
    expect(await place(placed)).toEqual(['NEW', 'NEW']);
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('is not sent of one order alone, nor of two that do not belong together', async () => {
    const [stop, target] = await both(legs());
    await expect(parts.engine.place(stop)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    const [, stranger] = await both(legs());
    await expect(parts.engine.placeList(stop, stranger)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    await expect(parts.engine.placeList(target, stop)).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    const unsignedTarget = { ...target, approval: { ...target.approval, signature: 'A'.repeat(43) } };
    await expect(parts.engine.placeList(stop, unsignedTarget)).rejects.toMatchObject({
      code: 'APPROVAL_INVALID',
    });
    expect(venue.received).toHaveLength(0);
    expect(await place([stop, target])).toEqual(['NEW', 'NEW']);
  });

  it.each`
    fault             | first         | last
    ${'answer-lost'}  | ${'UNKNOWN'}  | ${'NEW'}
    ${'request-lost'} | ${'UNKNOWN'}  | ${'REJECTED'}
    ${'refuses'}      | ${'REJECTED'} | ${'REJECTED'}
  `('has both orders $first and then $last when the fault is: $fault', async ({ fault, first, last }) => {
    venue.fault = fault as VenueFault;
    const placed = await both(legs(), stores.clock.now() + 300);
    expect(await place(placed)).toEqual([first, first]);
    expect(await reserved(placed)).toBe(first === 'UNKNOWN' ? 2 : 0);
    venue.fault = 'none';
    await until(async () => {
      await parts.reconciler.reconcileAll();
      return (await standing(placed)).every(({ status }) => status === last);
    }, 'both are known');
    expect(venue.received).toHaveLength(2);
  });

  it('has both ids free again when it never left', async () => {
    venue.fault = 'unreachable';
    const list = legs();
    await expect(place(await both(list))).rejects.toMatchObject({ code: 'VENUE_UNREACHABLE' });
    venue.fault = 'none';
    await stores.redis.del(TRADING_PERMIT_KEY);
    await expect(place(await both(list))).rejects.toMatchObject({ code: 'PERMIT_MISSING' });
    await stores.redis.set(TRADING_PERMIT_KEY, '7');
    expect(await place(await both(list))).toEqual(['NEW', 'NEW']);
  });

  it('is denied whole, and never sent, once the switch is set', async () => {
    const placed = await both(legs());
    await stores.redis.set(KILL_SWITCH_KEY, '1');
    expect(await place(placed)).toEqual(['DENIED', 'DENIED']);
    expect(venue.received).toHaveLength(0);
    expect(await reserved(placed)).toBe(0);
  });

  it('is not sent where the id of its target is taken, and its stop is free again', async () => {
    const list = legs();
    const [stop, target] = await both(list);
    const other = { ...legs()[1], clientOrderId: target.order.clientOrderId };
    await place([await approved({ ...legs()[0], orderListId: other.orderListId }), await approved(other)]);
    venue.received.length = 0;
    await expect(place([stop, target])).rejects.toMatchObject({ code: 'ORDER_ID_TAKEN' });
    expect(venue.received).toHaveLength(0);
    expect((await parts.recorder.findEntry(stop.order.clientOrderId))?.record.type).toBe('RELEASED');
  });

  it('that a crash broke off between its claims is answered with the stop alone, and sent no more', async () => {
    const [stop, target] = await both(legs(), stores.clock.now() + 300);
    const stuck = await replicaOver(stores, venue);
    // It dies with the claim of the stop.
    stuck.recorder.claimId = ((original) => (intent: Parameters<typeof original>[0]) =>
      intent.order.type === 'LIMIT_MAKER' ? new Promise<never>(() => undefined) : original(intent))(
      stuck.recorder.claimId.bind(stuck.recorder),
    );
    void stuck.engine.placeList(stop, target);
    await until(
      async () => (await parts.recorder.findEntry(stop.order.clientOrderId)) !== undefined,
      'the claim',
    );
    expect(await place([stop, target])).toEqual(['PENDING_NEW']);
    await until(async () => {
      await parts.reconciler.reconcileAll();
      return (await parts.queries.findOrder(stop.order.clientOrderId)).status === 'REJECTED';
    }, 'it is known never to have left');
    expect(await place([stop, target])).toEqual(['REJECTED']);
    expect(venue.received).toHaveLength(0);
  });

  it.each([0, 1])('is canceled as one, by whichever of its orders: %s', async (by) => {
    const placed = await both(legs());
    await place(placed);
    const named = placed[by] as PlaceOrder;
    expect((await parts.canceller.cancel(named.order.clientOrderId)).status).toBe('CANCELED');
    expect((await standing(placed)).map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED']);
    expect(await reserved(placed)).toBe(0);
  });

  it('whose cancel got no answer is canceled again until it is known', async () => {
    const placed = await both(legs());
    await place(placed);
    venue.fault = 'silent';
    const cancel = parts.canceller.cancel(placed[0].order.clientOrderId);
    await expect(cancel).rejects.toMatchObject({ code: 'VENUE_SILENT' });
    expect((await standing(placed))[0]?.status).toBe('PENDING_CANCEL');
    venue.fault = 'none';
    await until(async () => {
      await parts.reconciler.reconcileAll();
      return (await standing(placed))[0]?.status === 'CANCELED';
    }, 'the cancel is known');
  });
});
