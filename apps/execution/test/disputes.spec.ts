import {
  AccountDiffered,
  EXPOSURE_KEY,
  PlaceOrder,
  SubmitOrder,
  positionField,
  reservationField,
  signAmendment,
  signApproval,
} from '@elvis/contracts';
import { OrderStatus, OrderView, isClosedStatus } from '@elvis/trading';
import { opened, until, writeReservation } from '@elvis/testing';
import { VenueReport } from '../src/domain/order-evidence';
import { WorkingOrder } from '../src/venue/venue-orders';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { anOrder, openStores, unsigned } from './stores';
import { FakeVenue } from './venue.fake';

describe('an order of which the exchange says what our record contradicts', () => {
  const stores = opened(() => openStores('disputes-spec'));
  let venue: FakeVenue;
  let replica: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    venue = new FakeVenue();
    replica = await replicaOver(stores, venue);
  });

  async function placed(overrides: Partial<SubmitOrder> = {}): Promise<SubmitOrder> {
    const order = anOrder({ quantity: '5.055', ...overrides });
    const { symbol, side, quantity, clientOrderId } = order;
    const reservation = { market: 'futures', symbol, side, quantity, notional: '100' };
    await writeReservation(stores.redis, clientOrderId, reservation);
    const place: PlaceOrder = { order, approval: signApproval(unsigned(stores.clock), order, APPROVAL_KEY) };
    await replica.engine.place(place);
    return order;
  }

  /** Placed, and so much of it executed; the fill has come by the stream. */
  async function partlyFilled(quantity: string): Promise<SubmitOrder> {
    const order = await placed();
    const fill = venue.fillPart(order.clientOrderId, quantity, '61000');
    const report = await theirs(order);
    await replica.recorder.applyEvidence(order.clientOrderId, { kind: 'filled', report, fill });
    return order;
  }

  const theirs = async (order: SubmitOrder): Promise<VenueReport> => (await venue.find(order)) as VenueReport;

  const change = ({ clientOrderId }: SubmitOrder, quantity: string): Promise<OrderView> => {
    const terms = { clientOrderId, actor: 'spec', quantity, price: '60000' };
    return replica.amendments.amend({
      terms,
      approval: signAmendment(unsigned(stores.clock), terms, APPROVAL_KEY),
    });
  };

  const isReserved = async ({ clientOrderId }: SubmitOrder): Promise<boolean> =>
    (await stores.redis.hexists(EXPOSURE_KEY, reservationField(clientOrderId))) === 1;

  /** How it ends here, once nothing of it is reserved any more. */
  const ended = ({ reconciler, queries }: Replica, order: SubmitOrder): Promise<OrderView> =>
    until(async () => {
      await reconciler.reconcileAll();
      const view = await queries.findOrder(order.clientOrderId);
      return isClosedStatus(view.status) && !(await isReserved(order)) ? view : undefined;
    }, 'the end of the order');

  const differences = async ({ clientOrderId }: SubmitOrder): Promise<readonly AccountDiffered[]> =>
    (await stores.events<AccountDiffered>())
      .filter(({ type, data }) => type === 'elvis.event.account.differed' && data.about === clientOrderId)
      .map(({ data }) => data);

  const byHand = (overrides: Partial<WorkingOrder>): WorkingOrder => ({
    ...{
      clientOrderId: 'web_1',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '1',
      price: '60000',
    },
    ...{ exchangeOrderId: '5555', status: 'NEW', filledQuantity: '0' },
    ...overrides,
  });

  describe('amended', () => {
    it.each`
      quantity   | how
      ${'4.502'} | ${'less than what is filled'}
      ${'4.503'} | ${'what is filled'}
    `('to $how, is canceled at once and nothing of it stays reserved', async ({ quantity }) => {
      const order = await partlyFilled('4.503');
      const canceled = { status: 'CANCELED', quantity: '4.503', filledQuantity: '4.503' };
      expect(await change(order, quantity as string)).toMatchObject(canceled);
      expect(await isReserved(order)).toBe(false);
      expect(await replica.queries.findOrder(order.clientOrderId)).toMatchObject(canceled);
      await expect(replica.canceller.cancel(order.clientOrderId)).rejects.toMatchObject({
        code: 'ORDER_ALREADY_CLOSED',
      });
      expect(await stores.redis.hget(EXPOSURE_KEY, positionField('futures', 'BTCUSDT'))).toBe('4.503');
    });

    it('to less than what is filled without an answer, is closed by the replica that starts next', async () => {
      const order = await partlyFilled('4.503');
      venue.fault = 'answer-lost';
      expect((await change(order, '4.502')).status).toBe('PARTIALLY_FILLED');
      venue.fault = 'none';
      const view = await ended(await replicaOver(stores, venue), order);
      expect(view).toMatchObject({ status: 'CANCELED', filledQuantity: '4.503' });
    });

    it('to just above what is filled, goes on with the rest', async () => {
      const order = await partlyFilled('4.503');
      expect(await change(order, '4.504')).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '4.504' });
      expect(await isReserved(order)).toBe(true);
    });
  });

  it.each`
    word                                                       | status        | filled
    ${{ status: 'CANCELED', filledQuantity: '6', atMs: 0 }}    | ${'CANCELED'} | ${'6'}
    ${{ status: 'EXPIRED', filledQuantity: '5.1', atMs: 0 }}   | ${'EXPIRED'}  | ${'5.1'}
    ${{ status: 'FILLED', filledQuantity: '5.0551', atMs: 0 }} | ${'FILLED'}   | ${'5.0551'}
  `(
    "ends by the exchange's own word after a while, with an alert: $word.status of $filled",
    async ({
      word,
      status,
      filled,
    }: {
      word: Partial<WorkingOrder>;
      status: OrderStatus;
      filled: string;
    }) => {
      const order = await placed();
      const { clientOrderId } = order;
      const { exchangeOrderId } = await theirs(order);
      const fill = venue.fillPart(clientOrderId, filled, '61000');
      venue.byHand(byHand({ ...word, clientOrderId, exchangeOrderId }), [fill]);
      await replica.sync.syncOrders('futures');
      expect((await replica.queries.findOrder(clientOrderId)).status).toBe('NEW');
      expect(await ended(replica, order)).toMatchObject({ status, filledQuantity: filled });
      const theirWord = `${status} ${filled} of 1`;
      expect(await differences(order)).toMatchObject([
        { kind: 'ORDER', ours: 'NEW 0 of 5.055', theirs: theirWord, market: 'futures' },
      ]);
      expect(await stores.redis.hget(EXPOSURE_KEY, positionField('futures', 'BTCUSDT'))).toBe(filled);
    },
  );

  it('ends by its own number where the exchange has given its id to another order since', async () => {
    const order = await placed();
    const { clientOrderId } = order;
    await venue.cancel({ ...order, exchangeOrderId: '1' });
    venue.byHand(byHand({ clientOrderId, exchangeOrderId: '77' }));
    await replica.sync.syncOrders('futures');
    expect(await ended(replica, order)).toMatchObject({ status: 'CANCELED', exchangeOrderId: '1' });
    const external = (await stores.events<{ exchangeOrderId: string; clientOrderId: string }>()).filter(
      ({ type, data }) =>
        type === 'elvis.event.account.external-order' && data.clientOrderId === clientOrderId,
    );
    expect(external.map(({ data }) => data.exchangeOrderId)).toEqual(['77']);
  });

  it('is settled by itself where the contradiction was only late news', async () => {
    const order = await partlyFilled('1');
    const { clientOrderId } = order;
    const report = { ...(await theirs(order)), filledQuantity: '9' };
    await replica.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
    await until(async () => {
      await replica.reconciler.reconcileAll();
      return replica.disputes.disputeOf(clientOrderId) ? undefined : true;
    }, 'the end of the dispute');
    expect(await replica.queries.findOrder(clientOrderId)).toMatchObject({ status: 'PARTIALLY_FILLED' });
    expect(await isReserved(order)).toBe(true);
    expect(await differences(order)).toEqual([]);
  });

  it('is over when the exchange says for long enough that it does not know it, and reopens if it does', async () => {
    const order = await placed();
    const { clientOrderId } = order;
    const report = await theirs(order);
    venue.forget(clientOrderId);
    await replica.sync.syncOrders('futures');
    expect(await ended(replica, order)).toMatchObject({ status: 'EXPIRED', code: 'UNVERIFIABLE' });
    expect(await differences(order)).toMatchObject([{ kind: 'ORDER', theirs: 'no such order' }]);
    await replica.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
    expect((await replica.queries.findOrder(clientOrderId)).status).toBe('NEW');
    expect(await isReserved(order)).toBe(true);
  });
});
