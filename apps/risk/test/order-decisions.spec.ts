import {
  amendOrder,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  MAX_SEND_AHEAD_MS,
  OrderView,
  RiskDecided,
  SubmitOrder,
  contentOf,
  reservationField,
} from '@elvis/contracts';
import { decideAgain, readCase } from '@elvis/rules';
import { randomUUID } from 'node:crypto';
import { opened, until, writeReservation } from '@elvis/testing';
import { sendBy } from '../src/orders/not-after';
import { RiskFleet, anOrder, answersUntil, failureOf } from './risk-fleet';

describe('an order at risk', () => {
  const fleet = opened(() => RiskFleet.start({ DEFAULT_LEVERAGE: '4', MAX_LEVERAGE_BTCUSDT: '3' }));

  beforeEach(async () => {
    fleet.behaviours = ['take'];
    await fleet.measureClock();
  });

  const submit = (order = anOrder()) => fleet.submit(order);
  /** The first record of the order's journal says that nothing of it stands any more. */
  const writeEnded = (type: 'RELEASED' | 'VOID', submitted: SubmitOrder): Promise<void> => {
    const order = contentOf(submitted);
    const view: OrderView = {
      ...{ ...order, filledQuantity: '0', status: 'EXPIRED', decisionId: 'x', actor: 'a' },
      ...{ createdAtMs: 1, updatedAtMs: 1 },
    };
    return fleet.writeJournal({ version: 1, type, order, view }, 0);
  };
  const reserved = (id: string) => fleet.redis.hget(EXPOSURE_KEY, reservationField(id));

  it('is reserved, signed under the epoch in force and handed to execution', async () => {
    const order = anOrder();
    const reply = await submit(order);
    expect(reply).toMatchObject({
      isRepeat: false,
      order: { status: 'NEW', clientOrderId: order.clientOrderId },
    });
    const { approval } = fleet.placed.at(-1)!;
    const reservation = JSON.parse((await reserved(order.clientOrderId))!);
    expect(reservation).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.01',
      notional: '600',
      actor: 'strategy',
      approvalId: approval.approvalId,
    });
    expect(approval).toMatchObject({ purpose: 'trade', leverage: 3, decisionId: reply.order.decisionId });
    expect(approval.sendByMs).toBe(reservation.atMs + MAX_SEND_AHEAD_MS);
    expect(`${approval.epoch}`).toBe(await fleet.redis.get('ELVIS_TRADING_PERMIT'));
  });

  it('leaves its decision in the event log, with the facts it was judged by', async () => {
    const { order } = await submit();
    await until(
      () =>
        fleet
          .eventsOf('elvis.event.risk.approved')
          .some(({ data }) => (data as RiskDecided).decisionId === order.decisionId),
      'the decision is an event',
    );
    const event = fleet
      .eventsOf('elvis.event.risk.approved')
      .find(({ data }) => (data as RiskDecided).decisionId === order.decisionId);
    const { order: content, recorded, verdict } = event?.data as RiskDecided;
    const judged = decideAgain(readCase(content, JSON.parse(JSON.stringify(recorded))));
    expect({ verdict, judged }).toEqual({ verdict: 'APPROVED', judged: { approved: true } });
    expect(event).toMatchObject({
      actor: 'strategy',
      data: {
        verdict: 'APPROVED',
        inputs: { mark: '60000', notional: '600', state: 'ACTIVE', maxOrderNotional: '20000' },
      },
    });
  });

  it('is answered with the order that exists when it is repeated', async () => {
    const order = anOrder();
    await submit(order);
    const placed = fleet.placed.length;
    const repeat = await submit({ ...order, quantity: '0.010' });
    expect(repeat).toMatchObject({ isRepeat: true, order: { status: 'NEW' } });
    expect(fleet.placed).toHaveLength(placed);
  });

  it('is refused under an id that another content has', async () => {
    const order = anOrder();
    await submit(order);
    expect(await failureOf(submit({ ...order, quantity: '0.02' }))).toBe('ORDER_ID_TAKEN');
  });

  it('is denied with the numbers, written to the journal, and told as an event with its revision', async () => {
    const order = anOrder({ price: '70000' });
    const reply = await submit(order);
    expect(reply).toMatchObject({
      isRepeat: false,
      order: { status: 'DENIED', code: 'PRICE_OUTSIDE_COLLAR' },
      denial: { code: 'PRICE_OUTSIDE_COLLAR', context: { highest: '63000' } },
    });
    const entry = await fleet.journalOf(order.clientOrderId);
    expect(entry?.record).toMatchObject({ type: 'DENIED', denial: reply.denial });
    const denied = () =>
      fleet
        .eventsOf('elvis.event.risk.denied')
        .find(({ data }) => (data as RiskDecided).order.clientOrderId === order.clientOrderId);
    await until(() => denied() !== undefined, 'the denial is an event');
    expect(denied()?.data).toMatchObject({ revision: entry?.sequence, deniedOrder: reply.order });
    expect(await reserved(order.clientOrderId)).toBeNull();
    const repeat = await submit(order);
    expect(repeat).toMatchObject({
      isRepeat: true,
      order: { status: 'DENIED' },
      denial: { code: 'PRICE_OUTSIDE_COLLAR' },
    });
    expect(await failureOf(submit({ ...order, price: '60000' }))).toBe('ORDER_ID_TAKEN');
  });

  it.each(['RELEASED', 'VOID'] as const)('may use an id that a %s record has set free', async (type) => {
    const order = anOrder();
    await writeEnded(type, order);
    expect(await submit({ ...order, quantity: '0.02' })).toMatchObject({
      isRepeat: false,
      order: { status: 'NEW' },
    });
  });

  it('writes its denial after the record that set its id free', async () => {
    const order = anOrder({ price: '70000' });
    await writeEnded('RELEASED', order);
    expect(await submit(order)).toMatchObject({ order: { status: 'DENIED' } });
  });

  it('is decided once more, silently, when the epoch changed on its way', async () => {
    fleet.behaviours = [{ fail: 'EPOCH_CHANGED' }, 'take'];
    expect(await submit()).toMatchObject({ order: { status: 'NEW' } });
  });

  it('gives its reservation back with a VOID in the journal when nothing was sent', async () => {
    fleet.behaviours = [{ fail: 'VENUE_BUDGET_SPENT' }];
    const order = anOrder();
    expect(await failureOf(submit(order))).toBe('VENUE_BUDGET_SPENT');
    expect((await fleet.journalOf(order.clientOrderId))?.record.type).toBe('VOID');
    expect(await reserved(order.clientOrderId)).toBeNull();
    fleet.behaviours = ['take'];
    expect(await submit(order)).toMatchObject({ isRepeat: false, order: { status: 'NEW' } });
  });

  it('is refused after the time it was given, uses nothing up, and an approval is good until then at the latest', async () => {
    const exchangeNowMs = async (): Promise<number> =>
      Math.floor(Number((await fleet.redis.time())[0]) * 1_000);
    const order = anOrder({ notAfterMs: (await exchangeNowMs()) - 1 });
    const placed = fleet.placed.length;
    expect(await failureOf(submit(order))).toBe('ORDER_TOO_LATE');
    expect(fleet.placed).toHaveLength(placed);
    expect(await reserved(order.clientOrderId)).toBeNull();
    const inTime = { ...order, notAfterMs: (await exchangeNowMs()) + 3_600_000 };
    expect(await submit(inTime)).toMatchObject({ isRepeat: false, order: { status: 'NEW' } });
    // What stands is the answer, also to a copy that comes too late.
    expect(await submit(order)).toMatchObject({ isRepeat: true, order: { status: 'NEW' } });
    expect(sendBy({ ...order, notAfterMs: 2_000 }, 5_000)).toBe(2_000);
    expect(sendBy({ ...order, notAfterMs: 9_000 }, 5_000)).toBe(5_000);
  });

  it('is never an error when execution says nothing: UNKNOWN, or what the journal says', async () => {
    fleet.behaviours = ['claim-and-stay-silent'];
    const claimed = anOrder();
    const claimedReply = submit(claimed);
    await until(() => fleet.placed.at(-1)?.order.clientOrderId === claimed.clientOrderId, 'it is placed');
    fleet.behaviours = ['stay-silent'];
    const silent = anOrder();
    const silentReply = submit(silent);
    await until(() => fleet.placed.at(-1)?.order.clientOrderId === silent.clientOrderId, 'it is placed');
    fleet.behaviours = ['take'];
    expect(await failureOf(submit({ ...silent, quantity: '0.02' }))).toBe('ORDER_ID_TAKEN');
    expect(await claimedReply).toMatchObject({ order: { status: 'NEW', exchangeOrderId: '1' } });
    expect(await silentReply).toMatchObject({ isRepeat: false, order: { status: 'UNKNOWN' } });
    expect(await reserved(silent.clientOrderId)).not.toBeNull();
    expect(await submit(silent)).toMatchObject({ order: { status: 'NEW' } });
  });

  it.each([
    ['was never measured', { thetaMs: '' }],
    ['was measured against another Redis', { runId: 'another' }],
    ['has too large an error', { errorMs: 501 }],
    // 495 ms, and 100 s at a part in ten thousand.
    ['has drifted to too large an error', { errorMs: 495, measuredAtMs: Date.now() - 100_000 }],
    ['was measured too long ago', { measuredAtMs: Date.now() - 121_000 }],
  ] as const)('is not sent while the exchange clock %s', async (_title, change) => {
    await fleet.measureClock(change);
    const order = anOrder();
    expect(await failureOf(submit(order))).toBe('CLOCK_UNCERTAIN');
    expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
    expect(await reserved(order.clientOrderId)).toBeNull();
  });

  it('is not sent without an exchange clock', async () => {
    await fleet.redis.del(EXCHANGE_CLOCK_KEY);
    expect(await failureOf(submit())).toBe('CLOCK_UNCERTAIN');
  });

  it('places one order of many that come at once under one id', async () => {
    const order = anOrder();
    const replies = await Promise.allSettled(Array.from({ length: 8 }, () => submit(order)));
    const answered = replies.filter(({ status }) => status === 'fulfilled');
    expect(answered.length).toBeGreaterThan(0);
    const entry = await fleet.journalOf(order.clientOrderId);
    expect(entry?.record).toMatchObject({ type: 'OUTCOME', order: { clientOrderId: order.clientOrderId } });
  });

  it.each([
    [{ quantity: '1e5' }],
    [{ quantity: '-1' }],
    [{ quantity: 'NaN' }],
    [{ quantity: 1 as never }],
    [{ quantity: '0.0000000000000000001' }],
    [{ price: undefined }],
    [{ symbol: 'btcusdt' }],
    [{ clientOrderId: 'x'.repeat(37) }],
    [{ clientOrderId: 'a b' }],
    [{ extra: 1 } as never],
  ])('is refused as malformed with %j', async (change) => {
    expect(await failureOf(submit(anOrder(change)))).toBe('MESSAGE_MALFORMED');
  });

  describe('that is changed', () => {
    const amend = (
      clientOrderId: string,
      terms: { quantity?: string; price?: string; ofBot?: string; notAfterMs?: number },
    ) =>
      fleet.caller.request(amendOrder, { clientOrderId, actor: 'strategy', ...terms }, { timeoutMs: 20_000 });
    const standing = async (id: string) => JSON.parse((await reserved(id))!);

    it('of another bot, or of none, is refused to a key that is bound to a bot', async () => {
      const [ofBot, other] = [randomUUID(), randomUUID()];
      const [own, strange, free] = [
        anOrder({ botConfigId: ofBot }),
        anOrder({ botConfigId: other }),
        anOrder(),
      ];
      for (const order of [own, strange, free]) await submit(order);
      for (const { clientOrderId } of [strange, free])
        expect(await failureOf(amend(clientOrderId, { price: '59000', ofBot }))).toBe('BOT_NOT_ALLOWED');
      expect((await amend(own.clientOrderId, { price: '59000', ofBot })).order.price).toBe('59000');
    });

    it('is reserved at the larger of both before the change leaves', async () => {
      const order = anOrder();
      await submit(order);
      const reply = await amend(order.clientOrderId, { quantity: '0.02', price: '59000' });
      expect(reply).toMatchObject({ order: { quantity: '0.02', price: '59000' } });
      expect(await standing(order.clientOrderId)).toMatchObject({ quantity: '0.02', notional: '1200' });
      await amend(order.clientOrderId, { quantity: '0.01' });
      expect(await standing(order.clientOrderId)).toMatchObject({ quantity: '0.02', notional: '1200' });
    });

    it('is judged as a new one, and stands as it was when the change is denied', async () => {
      const order = anOrder();
      await submit(order);
      const before = await standing(order.clientOrderId);
      const reply = await amend(order.clientOrderId, { price: '70000' });
      expect(reply).toMatchObject({
        order: { status: 'NEW', price: '60000' },
        denial: { code: 'PRICE_OUTSIDE_COLLAR' },
      });
      expect(await standing(order.clientOrderId)).toEqual(before);
      expect((await fleet.journalOf(order.clientOrderId))?.record.type).toBe('OUTCOME');
    });

    it('is reserved as before when the change never left', async () => {
      const order = anOrder();
      await submit(order);
      const before = await standing(order.clientOrderId);
      fleet.behaviours = [{ fail: 'VENUE_BUDGET_SPENT' }];
      expect(await failureOf(amend(order.clientOrderId, { quantity: '0.03' }))).toBe('VENUE_BUDGET_SPENT');
      expect(await standing(order.clientOrderId)).toEqual(before);
    });

    it('after the time its change was given is left as it was, and reserved as before', async () => {
      const order = anOrder();
      await submit(order);
      const before = await standing(order.clientOrderId);
      expect(await failureOf(amend(order.clientOrderId, { quantity: '0.03', notAfterMs: 1 }))).toBe(
        'ORDER_TOO_LATE',
      );
      expect(await standing(order.clientOrderId)).toEqual(before);
    });

    it('has to exist and to be open', async () => {
      expect(await failureOf(amend('nobody', { price: '1' }))).toBe('ORDER_NOT_FOUND');
      const denied = anOrder({ price: '70000' });
      await submit(denied);
      expect(await failureOf(amend(denied.clientOrderId, { price: '60000' }))).toBe('ORDER_ALREADY_CLOSED');
    });
  });

  it('that never came out gives its reservation back after VOID stands in the journal', async () => {
    const lost = anOrder();
    const reservation = {
      ...{ market: 'futures', symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01', notional: '600' },
      ...{ actor: 'strategy', approvalId: '6f1c1b1e-1111-4111-8111-abcdefabcdef', order: 'x', atMs: 1 },
    };
    await writeReservation(fleet.redis, lost.clientOrderId, reservation);
    await until(async () => (await reserved(lost.clientOrderId)) === null, 'it is given back');
    expect((await fleet.journalOf(lost.clientOrderId))?.record).toMatchObject({
      type: 'VOID',
      approvalId: reservation.approvalId,
    });
    expect(await submit(lost)).toMatchObject({ isRepeat: false, order: { status: 'NEW' } });
  });

  it('is not judged once the mark price has gone stale', async () => {
    fleet.closeMarket();
    // An order that a good mark refuses: however many are sent until it is stale, none stays open.
    const codes = await answersUntil('MARK_STALE', () => fleet.outcomeOf(anOrder({ price: '70000' })));
    expect([...codes].sort()).toEqual(['MARK_STALE', 'PRICE_OUTSIDE_COLLAR']);
  });
});
