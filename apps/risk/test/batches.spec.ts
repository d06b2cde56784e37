/** Up to five orders at once: what they add up to has to fit, or none of them is placed. */
import {
  EXPOSURE_KEY,
  RiskDecided,
  SubmitOrder,
  SubmitOrdersReply,
  isApprovalGenuine,
  requestStop,
  clearStop,
  setLimits,
  submitOrder,
  submitOrders,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { emptyExposure, opened, until } from '@elvis/testing';
import { APPROVAL_KEY, RiskFleet, anOrder } from './risk-fleet';

const by = { actor: 'operator', reason: 'test' };
/** Worth 600 each. */
const three = (change: Partial<SubmitOrder> = {}): SubmitOrder[] => [
  anOrder(change),
  anOrder(change),
  anOrder(change),
];

describe('a batch of orders', () => {
  const fleet = opened(() => RiskFleet.start({}, 2));

  beforeAll(async () => {
    await until(async () => (await one(anOrder())) === 'NEW', 'orders pass');
  });
  beforeEach(async () => {
    fleet.placed.length = 0;
    fleet.batches.length = 0;
    fleet.behaviours = ['take'];
    await emptyExposure(fleet.redis);
  });

  const one = async (order: SubmitOrder): Promise<string> => {
    const reply = await fleet.caller.request(submitOrder, order, { timeoutMs: 20_000 });
    return reply.denial?.code ?? reply.order.status;
  };
  const send = async (orders: SubmitOrder[]): Promise<SubmitOrdersReply['results']> =>
    (await fleet.caller.request(submitOrders, { orders }, { timeoutMs: 30_000 })).results;
  const wordOf = (result: SubmitOrdersReply['results'][number]): string =>
    'failure' in result ? result.failure.code : (result.denial?.code ?? result.order.status);
  const words = async (orders: SubmitOrder[]): Promise<string[]> => (await send(orders)).map(wordOf);
  const reserved = async (): Promise<number> =>
    (await fleet.redis.hkeys(EXPOSURE_KEY)).filter((field) => field.startsWith('r:')).length;
  const limit = async (limits: Readonly<Record<string, string | null>>, code: string): Promise<void> => {
    await fleet.caller.request(setLimits, { ...by, limits }, { timeoutMs: 20_000 });
    await until(async () => {
      const seen = await Promise.all([1, 2, 3, 4].map(async () => words(three({ quantity: '0.1' }))));
      return seen.every((each) => each.every((word) => word === code));
    }, `the limit counts in every replica, as ${code}`);
  };

  it('that fits leaves in one request, each order with an approval of its own', async () => {
    const orders = three();
    expect(await words(orders)).toEqual(['NEW', 'NEW', 'NEW']);
    expect(fleet.batches).toEqual([3]);
    expect(fleet.placed.map(({ order }) => order.clientOrderId)).toEqual(
      orders.map(({ clientOrderId }) => clientOrderId),
    );
    expect(new Set(fleet.placed.map(({ approval }) => approval.approvalId)).size).toBe(3);
    for (const { order, approval } of fleet.placed)
      expect(isApprovalGenuine(approval, order, APPROVAL_KEY)).toBe(true);
    expect(await reserved()).toBe(3);
    await until(() => {
      const decided = fleet.eventsOf('elvis.event.risk.approved').map(({ data }) => data as RiskDecided);
      const ids = decided.map(({ order }) => order.clientOrderId);
      return orders.every(({ clientOrderId }) => ids.includes(clientOrderId));
    }, 'the decision of each is told');
  });

  it('of one is an order like any other', async () => {
    expect(await words([anOrder()])).toEqual(['NEW']);
    expect([fleet.batches, fleet.placed.length]).toEqual([[], 1]);
  });

  it('in which one order is wrong by itself has that one denied, and the others placed', async () => {
    const [good, bad, other] = three();
    const offGrid = { ...bad!, quantity: '0.0105' };
    expect(await words([good!, offGrid, other!])).toEqual(['NEW', 'QUANTITY_NOT_ON_STEP', 'NEW']);
    expect(fleet.batches).toEqual([2]);
    expect((await fleet.journalOf(offGrid.clientOrderId))?.record.type).toBe('DENIED');
  });

  it('that is repeated is answered with the orders that exist, and nothing is placed again', async () => {
    const orders = three();
    await send(orders);
    const again = await send(orders);
    expect(again.map(wordOf)).toEqual(['NEW', 'NEW', 'NEW']);
    expect(again.every((result) => 'isRepeat' in result && result.isRepeat)).toBe(true);
    expect(fleet.batches).toEqual([3]);
  });

  it('in which one id belongs to another order has that one refused, and the others placed', async () => {
    const [taken, ...others] = three();
    await one({ ...taken!, price: '59000' });
    expect(await words([taken!, ...others])).toEqual(['ORDER_ID_TAKEN', 'NEW', 'NEW']);
  });

  it('with one id twice is malformed as a whole', async () => {
    const order = anOrder();
    const failure: unknown = await send([order, order]).catch((error: unknown) => error);
    expect((failure as TradingFailure).code).toBe('MESSAGE_MALFORMED');
    expect(await fleet.journalOf(order.clientOrderId)).toBeUndefined();
  });

  it('of which execution fails one has that id free again, and nothing reserved for it', async () => {
    fleet.behaviours = ['take', { fail: 'VENUE_UNREACHABLE' }, 'take'];
    const orders = three();
    const seen = await words(orders);
    expect([...seen].sort()).toEqual(['NEW', 'NEW', 'VENUE_UNREACHABLE']);
    const failed = orders[seen.indexOf('VENUE_UNREACHABLE')]!;
    expect((await fleet.journalOf(failed.clientOrderId))?.record.type).toBe('VOID');
    expect(await reserved()).toBe(2);
    fleet.behaviours = ['take'];
    expect(await one(failed)).toBe('NEW');
  });

  it('is denied as a whole while trading is halted', async () => {
    await fleet.caller.request(requestStop, { ...by, scope: { type: 'global' } }, { timeoutMs: 20_000 });
    expect(await words(three())).toEqual(['STATE_HALTED', 'STATE_HALTED', 'STATE_HALTED']);
    await fleet.caller.request(clearStop, { ...by, force: true }, { timeoutMs: 20_000 });
    await until(async () => (await words(three())).every((word) => word === 'NEW'), 'orders pass again');
  });

  describe('whose sum passes a cap', () => {
    const set = (limits: object): Promise<unknown> =>
      fleet.caller.request(setLimits, { ...by, limits }, { timeoutMs: 20_000 });

    it('of the position is denied whole, with the numbers of the order that passed it', async () => {
      await limit({ RISK_MAX_POSITION_NOTIONAL: '1500' }, 'POSITION_ABOVE_MAXIMUM');
      fleet.placed.length = 0;
      expect(await reserved()).toBe(0);
      const orders = three();
      const results = await send(orders);
      const context = {
        ...{ before: '1200', after: '1800', maximum: '1500' },
        ...{ batchOf: '3', passedBy: orders[2]!.clientOrderId },
      };
      for (const result of results)
        expect(result).toMatchObject({
          order: { status: 'DENIED', code: 'POSITION_ABOVE_MAXIMUM' },
          denial: { code: 'POSITION_ABOVE_MAXIMUM', context },
        });
      expect([fleet.placed.length, await reserved()]).toEqual([0, 0]);
      for (const { clientOrderId } of orders)
        expect((await fleet.journalOf(clientOrderId))?.record.type).toBe('DENIED');
      expect((await send(orders)).map(wordOf)).toEqual(results.map(wordOf));
      expect(await words(three().slice(1))).toEqual(['NEW', 'NEW']);
    });

    it('never passes it, whoever sends at the same time to whichever replica: each batch is placed whole or not', async () => {
      const all = await Promise.all(
        Array.from({ length: 8 }, async () => words(three({ quantity: '0.005', price: '60000' }))),
      );
      const placedWhole = all.filter((seen) => seen.every((word) => word === 'NEW'));
      const denied = all.filter((seen) => seen.every((word) => word === 'POSITION_ABOVE_MAXIMUM'));
      expect(placedWhole.length + denied.length).toBe(8);
      expect(placedWhole.length).toBeLessThanOrEqual(1);
      expect(await reserved()).toBe(placedWhole.length * 3);
      await set({ RISK_MAX_POSITION_NOTIONAL: null });
    });

    it('of open orders is denied whole', async () => {
      await limit({ RISK_MAX_OPEN_ORDERS: '2' }, 'OPEN_ORDERS_ABOVE_MAXIMUM');
      expect(await words(three())).toEqual(Array(3).fill('OPEN_ORDERS_ABOVE_MAXIMUM'));
      expect(await reserved()).toBe(0);
      expect(await words(three().slice(1))).toEqual(['NEW', 'NEW']);
      await set({ RISK_MAX_OPEN_ORDERS: null });
    });
  });
});
