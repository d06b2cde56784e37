/** A reservation beside several approvals under one id: it is the claimant's from the grant on, and nobody else's is touched. */
import {
  EXPOSURE_KEY,
  SubmitOrder,
  positionField,
  reservationField,
  signAmendment,
  signApproval,
} from '@elvis/contracts';
import { VenueReport } from '../src/domain/order-evidence';
import { intentOf } from '../src/orders/order-intent';
import { opened, until, writeReservation } from '@elvis/testing';
import { Reservation } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { anOrder, openStores, unsigned } from './stores';
import { FakeVenue } from './venue.fake';

describe('a reservation under an id that several approvals asked for', () => {
  const stores = opened(() => openStores('reservations-spec'));
  let venue: FakeVenue;
  let replica: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    venue = new FakeVenue();
    replica = await replicaOver(stores, venue);
  });

  const reserve = async (
    { clientOrderId, symbol, side, quantity, actor }: SubmitOrder,
    approvalId: string,
  ) => {
    const content = {
      market: 'futures',
      symbol,
      side,
      quantity,
      notional: '122',
      actor,
      approvalId,
      atMs: 1,
    };
    await writeReservation(stores.redis, clientOrderId, content);
  };
  const reserved = async ({ clientOrderId }: SubmitOrder): Promise<Reservation | undefined> => {
    const text = await stores.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    return text === null ? undefined : (JSON.parse(text) as Reservation);
  };
  const place = (order: SubmitOrder, approvalId: string) => {
    const approval = signApproval(
      { ...unsigned(stores.clock, approvalId), leverage: 3 },
      order,
      APPROVAL_KEY,
    );
    return replica.engine.place({ order, approval });
  };
  const position = () => stores.redis.hget(EXPOSURE_KEY, positionField('futures', 'BTCUSDT'));
  const report = async (order: SubmitOrder): Promise<VenueReport> => (await venue.find(order)) as VenueReport;
  const fill = async (order: SubmitOrder, quantity: string): Promise<void> => {
    const part = venue.fillPart(order.clientOrderId, quantity, '61000');
    const evidence = { kind: 'filled', report: await report(order), fill: part } as const;
    await replica.recorder.applyEvidence(order.clientOrderId, evidence);
  };

  it('is taken over by the one that is granted, and its fills move out of it', async () => {
    const order = anOrder();
    const [first, claimant] = [randomUUID(), randomUUID()];
    await reserve(order, first);
    await place(order, claimant);
    expect(await reserved(order)).toMatchObject({ approvalId: claimant, quantity: '0.002', notional: '122' });
    await fill(order, '0.0005');
    expect(await position()).toBe('0.0005');
    await fill(order, '0.0015');
    expect([await position(), await reserved(order)]).toEqual(['0.002', undefined]);
  });

  it('stays whose it is when the order is changed', async () => {
    const order = anOrder();
    const claimant = randomUUID();
    await reserve(order, claimant);
    await place(order, claimant);
    const terms = { clientOrderId: order.clientOrderId, actor: 'spec', quantity: '0.003', price: '60000' };
    await replica.amendments.amend({
      terms,
      approval: signAmendment(unsigned(stores.clock), terms, APPROVAL_KEY),
    });
    expect(await reserved(order)).toMatchObject({ approvalId: claimant });
  });

  it('is left alone by one that is refused, and by its release', async () => {
    const order = anOrder();
    await reserve(order, 'of-the-first');
    await stores.redis.set('ELVIS_TRADING_PERMIT', '8');
    await expect(place(order, randomUUID())).rejects.toMatchObject({ code: 'EPOCH_CHANGED' });
    expect(await reserved(order)).toMatchObject({ approvalId: 'of-the-first' });
  });

  it('that a repeat made beside a closed order keeps out of its late fill, and is not moved by it', async () => {
    const order = anOrder();
    const claimant = randomUUID();
    await reserve(order, claimant);
    await place(order, claimant);
    await fill(order, '0.002');
    await reserve(order, 'of-a-repeat');
    const { record } = (await replica.recorder.findEntry(order.clientOrderId))!;
    expect(await replica.exposure.followRecord(record)).toBe(true);
    await replica.reconciler.reconcileAll();
    expect([await position(), await reserved(order)]).toMatchObject(['0.002', { approvalId: 'of-a-repeat' }]);
  });

  it('is again the order’s own when the exchange reopens it', async () => {
    venue.fault = 'request-lost';
    const order = anOrder();
    const claimant = randomUUID();
    await reserve(order, claimant);
    await place(order, claimant);
    await replica.recorder.applyEvidence(order.clientOrderId, { kind: 'absent' });
    expect(await reserved(order)).toBeUndefined();
    await reserve(order, 'of-a-repeat');
    const alive = { exchangeOrderId: '9', status: 'NEW', filledQuantity: '0' } as const;
    await replica.recorder.applyEvidence(order.clientOrderId, { kind: 'reported', report: alive });
    expect(await reserved(order)).toMatchObject({ approvalId: claimant, filled: '0' });
  });

  it('is one for the approvals of several replicas at once, and the living order has it', async () => {
    const order = anOrder();
    const ids = Array.from({ length: 4 }, () => randomUUID());
    await reserve(order, ids[0]!);
    await Promise.all(ids.map((id) => place(order, id).catch(() => undefined)));
    const { record } = (await replica.recorder.findEntry(order.clientOrderId))!;
    await until(
      async () => (await reserved(order))?.approvalId === record.approvalId,
      'it is the claimant’s',
    );
    expect(venue.received).toHaveLength(1);
  });

  it('that is missing does not hide its order: one that died before it was sent is found and closed', async () => {
    const order = anOrder();
    const terms = { ...unsigned(stores.clock), sendByMs: stores.clock.now() + 300 };
    const approval = signApproval(terms, order, APPROVAL_KEY);
    await replica.recorder.claimId(intentOf({ order, approval }, 1_000));
    expect(await reserved(order)).toBeUndefined();
    const closed = async (): Promise<boolean> => {
      await replica.reconciler.reconcileAll();
      return (await replica.queries.findOrder(order.clientOrderId)).status === 'REJECTED';
    };
    await until(closed, 'it is closed');
    expect(venue.received).toHaveLength(0);
  });
});
