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
import { Instrument, JournalRecord } from '@elvis/trading';
import { anInstrument, holdPosition, opened, until, writeReservation } from '@elvis/testing';
import { WorkingOrder } from '../src/venue/venue-orders';
import { APPROVAL_KEY, Replica, replicaOver } from './replica';
import { anOrder, openStores, unsigned } from './stores';
import { FakeVenue } from './venue.fake';

describe('the account, as execution follows it', () => {
  const stores = opened(() => openStores('account-spec'));
  let venue: FakeVenue;
  let replica: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    venue = new FakeVenue();
    replica = await replicaOver(stores, venue);
  });

  const approval = (approvalId?: string) => unsigned(stores.clock, approvalId);

  async function approved(order: SubmitOrder): Promise<PlaceOrder> {
    const terms = approval();
    const { symbol, side, quantity } = order;
    const reservation = {
      market: 'futures',
      symbol,
      side,
      quantity,
      notional: '100',
      approvalId: terms.approvalId,
    };
    await writeReservation(stores.redis, order.clientOrderId, reservation);
    return { order, approval: signApproval(terms, order, APPROVAL_KEY) };
  }

  const reservationOf = async ({
    clientOrderId,
  }: SubmitOrder): Promise<Record<string, string> | undefined> => {
    const text = await stores.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    return text === null ? undefined : (JSON.parse(text) as Record<string, string>);
  };

  const position = (): Promise<string | null> =>
    stores.redis.hget(EXPOSURE_KEY, positionField('futures', 'BTCUSDT'));

  const byHand = (overrides: Partial<WorkingOrder> = {}): WorkingOrder => ({
    clientOrderId: 'web_abc',
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    exchangeOrderId: '5555',
    status: 'NEW',
    filledQuantity: '0',
    quantity: '1',
    ...overrides,
  });

  it('opens nothing while nobody follows the account, and reduces all the same', async () => {
    await stores.redis.del('ELVIS_ACCOUNT_WATCHED');
    await expect(replica.engine.place(await approved(anOrder()))).rejects.toMatchObject({
      code: 'ACCOUNT_UNAVAILABLE',
    });
    expect(venue.received).toHaveLength(0);
    const reducing = anOrder({ reduceOnly: true });
    expect((await replica.engine.place(await approved(reducing))).status).toBe('NEW');
  });

  it('moves a fill from the reservation into the position, once', async () => {
    const order = anOrder({ type: 'MARKET', price: undefined });
    await replica.engine.place(await approved(order));
    expect(await replica.sync.syncFills('futures')).toBe(1);
    await stores.redis.hset('ELVIS_LAST_TRADES', 'futures:BTCUSDT', '0');
    expect(await replica.sync.syncFills('futures')).toBe(0);
    expect(await position()).toBe('0.002');
    expect(await reservationOf(order)).toBeUndefined();
  });

  it('moves into the position what is left of a purchase on spot after its fee, once', async () => {
    const order = anOrder({ market: 'spot' });
    await approved(order);
    const filled = (quantity: string, received: string): JournalRecord => {
      const status = { filledQuantity: quantity, status: 'PARTIALLY_FILLED', decisionId: 'd' } as const;
      const view = { ...order, ...status, createdAtMs: 1, updatedAtMs: 1 };
      return { version: 1, type: 'OUTCOME', order, view, fills: { quantity, quote: '1', received } };
    };
    const held = (): Promise<string | null> =>
      stores.redis.hget(EXPOSURE_KEY, positionField('spot', order.symbol));
    await replica.exposure.followRecord(filled('0.001', '0.000999'));
    await replica.exposure.followRecord(filled('0.001', '0.000999'));
    expect(await held()).toBe('0.000999');
    await replica.exposure.followRecord(filled('0.0015', '0.0014985'));
    expect(await held()).toBe('0.0014985');
    expect(await reservationOf(order)).toMatchObject({ filled: '0.0015', received: '0.0014985' });
  });

  it('finds everything out again after Redis was emptied', async () => {
    const order = anOrder();
    await replica.engine.place(await approved(order));
    await stores.redis.del(EXPOSURE_KEY);
    await replica.sync.synchronize('spec');
    expect(await replica.exposure.isBuilt()).toBe(true);
    expect(await reservationOf(order)).toMatchObject({ quantity: '0.002', side: 'BUY', notional: '122' });
  });

  it('learns what happened behind a gap: a cancel in the app, and fills nobody told of', async () => {
    const [canceled, filled] = [anOrder(), anOrder()];
    for (const order of [canceled, filled]) await replica.engine.place(await approved(order));
    await venue.cancel({ ...canceled, exchangeOrderId: '1' });
    venue.fillByHand(filled.clientOrderId, '61000');
    await replica.sync.synchronize('spec');
    expect((await replica.queries.findOrder(canceled.clientOrderId)).status).toBe('CANCELED');
    expect(await replica.queries.findOrder(filled.clientOrderId)).toMatchObject({
      status: 'FILLED',
      filledQuantity: '0.002',
    });
    expect(await position()).toBe('0.002');
  });

  it('records an order that a person placed as external, and takes its position over', async () => {
    await replica.sync.synchronize('spec');
    venue.byHand(byHand());
    venue.positions = [{ symbol: 'BTCUSDT', quantity: '-1', markPrice: '61000' }];
    await replica.comparison.compareAccount();
    expect(await position()).toBe('-1');
    const counts = await replica.metrics.registry.metrics();
    expect(counts).toMatch(/elvis_external_total\{kind="order"\} 1/);
    expect(counts).toMatch(/elvis_account_differences_total\{kind="POSITION"\} 1/);
  });

  describe('a position that differs', () => {
    const listed = (symbol: string, baseAsset: string, quoteAsset: string): Instrument =>
      anInstrument({ symbol, baseAsset, quoteAsset });
    const differences = async (symbol: string): Promise<AccountDiffered[]> =>
      (await stores.events<AccountDiffered>())
        .map(({ data }) => data)
        .filter(({ kind, about }) => kind === 'POSITION' && about === symbol);

    /** Each test has a symbol of its own: the events of all are in one stream. */
    async function holdThen(symbol: string, before: string, after: string | undefined): Promise<void> {
      venue.positions = [{ symbol, quantity: before, markPrice: '2680' }];
      await stores.redis.del(EXPOSURE_KEY);
      await replica.sync.synchronize('spec');
      venue.positions = after === undefined ? [] : [{ symbol, quantity: after, markPrice: '2680' }];
      await replica.comparison.compareAccount();
    }

    it.each([
      // |0.2 - 0.5| x 2680 = 804; |0.45 - 0.5| x 2680 = 134.
      ['partly', 'AUSDT', '0.2', '804', true],
      ['by little', 'BUSDT', '0.45', '134', false],
      // |0 - 0.5| x 2680 = 1340, by the middle of the book: there is no row any more that could have a mark.
      ['wholly', 'CUSDT', undefined, '1340', true],
    ])('because %s sold by hand is worth what it was: %s', async (_how, symbol, left, worth, stops) => {
      venue.listed = [listed(symbol, symbol.slice(0, 1), 'USDT')];
      venue.prices = { [symbol]: 2680 };
      await holdThen(symbol, '0.5', left);
      expect(await differences(symbol)).toMatchObject([{ ours: '0.5', theirs: left ?? '0', worth }]);
      expect(replica.stops.asked).toEqual(stops ? [`reconcile:symbol:${symbol}`] : []);
    });

    it('and is wholly gone stops nothing where it was worth no more than the threshold', async () => {
      venue.listed = [listed('DUSDT', 'D', 'USDT')];
      venue.prices = { DUSDT: 2680 };
      await holdThen('DUSDT', '0.05', undefined);
      expect(await differences('DUSDT')).toMatchObject([{ worth: '134' }]);
      expect(replica.stops.asked).toEqual([]);
    });

    it('stops its symbol where no price can be had, however small it is, and says so', async () => {
      venue.listed = [listed('EUSDT', 'E', 'USDT')];
      await holdThen('EUSDT', '0.001', undefined);
      expect(replica.stops.asked).toEqual(['reconcile:symbol:EUSDT']);
      expect(replica.stops.reasons).toEqual([
        'Position of EUSDT: local 0.001, exchange 0, difference of unknown value (no price available), counted as above 200',
      ]);
      expect((await differences('EUSDT'))[0]).not.toHaveProperty('worth');
    });

    it('is priced by the book where the exchange shows a zero for its mark', async () => {
      venue.listed = [listed('FUSDT', 'F', 'USDT')];
      venue.prices = { FUSDT: 2680 };
      venue.positions = [];
      await stores.redis.del(EXPOSURE_KEY);
      await replica.sync.synchronize('spec');
      venue.positions = [{ symbol: 'FUSDT', quantity: '0.5', markPrice: '0' }];
      await replica.comparison.compareAccount();
      expect(replica.stops.asked).toEqual(['reconcile:symbol:FUSDT']);
    });

    it('in a symbol that is priced in another asset is worth that in USDT', async () => {
      venue.listed = [
        listed('GBTC', 'G', 'BTC'),
        listed('BTCUSDT_261225', 'BTC', 'USDT'),
        listed('BTCUSDT', 'BTC', 'USDT'),
      ];
      venue.prices = { BTCUSDT: 60_000, BTCUSDT_261225: 1 };
      venue.positions = [];
      await stores.redis.del(EXPOSURE_KEY);
      await replica.sync.synchronize('spec');
      // 0.1 x 0.05 BTC = 0.005 BTC, which is far below 200 of anything but BTC: x 60,000 = 300 USDT.
      venue.positions = [{ symbol: 'GBTC', quantity: '0.1', markPrice: '0.05' }];
      await replica.comparison.compareAccount();
      expect(await differences('GBTC')).toMatchObject([{ worth: '300' }]);
      expect(replica.stops.asked).toEqual(['reconcile:symbol:GBTC']);
    });
  });

  describe('a holding on spot that differs', () => {
    const held = async (symbol: string): Promise<string | null> =>
      stores.redis.hget(EXPOSURE_KEY, positionField('spot', symbol));
    const differences = async (symbol: string): Promise<AccountDiffered[]> =>
      (await stores.events<AccountDiffered>())
        .map(({ data }) => data)
        .filter(({ market, kind, about }) => market === 'spot' && kind === 'POSITION' && about === symbol);
    /** Spot shows a holding beside each symbol that trades it, and a zero for its mark. */
    const holds = (quantity: string, ...symbols: string[]): void => {
      venue.positions = symbols.map((symbol) => ({ symbol, quantity, markPrice: '0' }));
    };

    /** Each test has coins of its own: the events of all are in one stream. */
    async function begin(coin: string, quotes: readonly string[], quantity: string): Promise<string[]> {
      const symbols = quotes.map((quote) => `${coin}${quote}`);
      venue.listed = symbols.map((symbol, place) =>
        anInstrument({ symbol, baseAsset: coin, quoteAsset: quotes[place]! }),
      );
      venue.prices = { [`${coin}USDT`]: 2680 };
      replica = await replicaOver(stores, venue, { SYMBOLS: symbols });
      await stores.redis.del(EXPOSURE_KEY);
      holds(quantity, ...symbols);
      await replica.sync.synchronize('spec', 'spot');
      return symbols;
    }

    it('begins with what there is, and with none where there is none', async () => {
      const [symbol] = await begin('HA', ['USDT'], '0.5');
      expect(await held(symbol!)).toBe('0.5');
      const [other] = await begin('HB', ['USDT'], '0');
      venue.positions = [];
      expect(await held(other!)).toBe('0');
      expect([replica.stops.asked, await differences(symbol!)]).toEqual([[], []]);
    });

    it('because it is wholly gone stops its symbol, and is told with its worth', async () => {
      const [symbol] = await begin('HC', ['USDT'], '0.5');
      venue.positions = [];
      await replica.comparison.compareAccount('spot');
      expect(replica.stops.asked).toEqual([`reconcile:symbol:${symbol}`]);
      expect(await differences(symbol!)).toMatchObject([{ ours: '0.5', theirs: '0', worth: '1340' }]);
      expect(await held(symbol!)).toBe('0');
    });

    it('because something came where nothing was stops its symbol too', async () => {
      const [symbol] = await begin('HD', ['USDT'], '0');
      holds('0.5', symbol!);
      await replica.comparison.compareAccount('spot');
      expect(replica.stops.asked).toEqual([`reconcile:symbol:${symbol}`]);
    });

    it('by no more than the limit is dust: it is taken over in silence', async () => {
      const [symbol] = await begin('HE', ['USDT'], '0.5');
      // |0.45 - 0.5| x 2680 = 134
      holds('0.45', symbol!);
      await replica.comparison.compareAccount('spot');
      expect([replica.stops.asked, await differences(symbol!), await held(symbol!)]).toEqual([
        [],
        [],
        '0.45',
      ]);
    });

    it('stops its symbol where no price can be had', async () => {
      const [symbol] = await begin('HF', ['USDT'], '0.5');
      venue.prices = {};
      venue.positions = [];
      await replica.comparison.compareAccount('spot');
      expect(replica.stops.asked).toEqual([`reconcile:symbol:${symbol}`]);
      expect(replica.stops.reasons[0]).toContain('of unknown value (no price available)');
    });

    it('is one for all symbols that trade it: a fill of one is no difference of the other', async () => {
      const [inUsdt, inUsdc] = await begin('HG', ['USDT', 'USDC'], '2');
      await holdPosition(stores.redis, inUsdc!, '2.5', 'spot');
      holds('2.5', inUsdt!, inUsdc!);
      await replica.comparison.compareAccount('spot');
      expect(replica.stops.asked).toEqual([]);
      expect([await held(inUsdt!), await held(inUsdc!)]).toEqual(['2.5', '2.5']);
      holds('2', inUsdt!, inUsdc!);
      await replica.comparison.compareAccount('spot');
      expect(replica.stops.asked.sort()).toEqual([
        `reconcile:symbol:${inUsdc}`,
        `reconcile:symbol:${inUsdt}`,
      ]);
    });
  });

  it('brings back an order that was taken for never sent, with its exposure, and stops the symbol', async () => {
    venue.fault = 'request-lost';
    const order = anOrder();
    await replica.engine.place(await approved(order));
    await replica.recorder.applyEvidence(order.clientOrderId, { kind: 'absent' });
    expect((await replica.queries.findOrder(order.clientOrderId)).code).toBe('NEVER_REACHED_EXCHANGE');
    expect(await reservationOf(order)).toBeUndefined();
    const report = { exchangeOrderId: '9', status: 'NEW', filledQuantity: '0' } as const;
    await replica.recorder.applyEvidence(order.clientOrderId, { kind: 'reported', report });
    expect((await replica.queries.findOrder(order.clientOrderId)).status).toBe('NEW');
    expect(await reservationOf(order)).toMatchObject({ quantity: '0.002' });
    expect(replica.stops.asked).toEqual(['reconcile:symbol:BTCUSDT']);
  });

  it('moves no fill once more where an older record is followed after a newer one', async () => {
    const order = anOrder();
    await approved(order);
    const filled = (quantity: string): JournalRecord => {
      const status = { filledQuantity: quantity, status: 'PARTIALLY_FILLED', decisionId: 'd' } as const;
      const view = { ...order, ...status, createdAtMs: 1, updatedAtMs: 1 };
      return { version: 1, type: 'OUTCOME', order, view, fills: { quantity, quote: '1' } };
    };
    const [older, newer] = [filled('0.0005'), filled('0.0015')];
    for (const record of [older, newer, older, newer])
      expect(await replica.exposure.followRecord(record)).toBe(true);
    expect(await position()).toBe('0.0015');
    expect(await reservationOf(order)).toMatchObject({ filled: '0.0015' });
  });

  it('does not take a fill that its writer died over for a difference', async () => {
    const order = anOrder();
    await replica.engine.place(await approved(order));
    const fill = venue.fillPart(order.clientOrderId, '0.001', '61000');
    venue.positions = [{ symbol: 'BTCUSDT', quantity: '0.001', markPrice: '61000' }];
    const dying = await replicaOver(stores, venue);
    dying.exposure.followRecord = () => Promise.resolve(false);
    const report = await venue.find(order);
    if (!report) throw new Error('the order rests');
    await dying.recorder.applyEvidence(order.clientOrderId, { kind: 'filled', report, fill });
    expect(await position()).toBeNull();
    const startedAtMs = Date.now();
    await replica.comparison.compareAccount();
    await replica.reconciler.reconcileAll();
    expect(await position()).toBe('0.001');
    const told = (await stores.events<AccountDiffered>()).filter(
      ({ type, data }) =>
        type === 'elvis.event.account.differed' &&
        data.kind === 'POSITION' &&
        data.noticedAtMs >= startedAtMs,
    );
    expect(told).toEqual([]);
  });

  it('notices a leverage that somebody changed, on every replica', async () => {
    const other = await replicaOver(stores, venue);
    await replica.leverage.ensure('BTCUSDT', 3);
    venue.leverage.set('BTCUSDT', 50);
    await replica.leverage.checkForDrift('BTCUSDT', 50);
    await other.leverage.ensure('BTCUSDT', 3);
    expect(venue.leverage.get('BTCUSDT')).toBe(3);
  });

  describe('a change of a working order', () => {
    const change = async (order: SubmitOrder, quantity: string, price: string) => {
      const terms = { clientOrderId: order.clientOrderId, actor: 'spec', quantity, price };
      return replica.amendments.amend({ terms, approval: signAmendment(approval(), terms, APPROVAL_KEY) });
    };

    it('is sent once, and the order is what the exchange then says it is', async () => {
      const order = anOrder();
      await replica.engine.place(await approved(order));
      expect(await change(order, '0.003', '60000')).toMatchObject({
        quantity: '0.003',
        price: '60000',
        status: 'NEW',
      });
      expect(venue.amended).toHaveLength(1);
      expect(await reservationOf(order)).toMatchObject({ quantity: '0.003', notional: '180' });
    });

    it.each`
      fault             | quantity
      ${'answer-lost'}  | ${'0.003'}
      ${'request-lost'} | ${'0.002'}
    `('without an answer is read back and never repeated: $fault', async ({ fault, quantity }) => {
      const order = anOrder();
      await replica.engine.place(await approved(order));
      venue.fault = fault as 'answer-lost' | 'request-lost';
      await change(order, '0.003', '60000');
      venue.fault = 'none';
      const other = anOrder();
      await expect(
        change({ ...other, clientOrderId: order.clientOrderId }, '0.004', '1'),
      ).rejects.toMatchObject({
        code: 'AMENDMENT_UNDER_WAY',
      });
      await until(async () => {
        await replica.reconciler.reconcileAll();
        return !(await replica.recorder.findEntry(order.clientOrderId))?.record.amendment;
      }, 'the end of the amendment');
      expect((await replica.queries.findOrder(order.clientOrderId)).quantity).toBe(quantity);
      expect(venue.amended).toHaveLength(1);
    });

    it('of an order that is canceled before anybody knows is over when the order was read back', async () => {
      const order = anOrder();
      await replica.engine.place(await approved(order));
      venue.fault = 'request-lost';
      await change(order, '0.003', '60000');
      venue.fault = 'none';
      expect((await replica.canceller.cancel(order.clientOrderId)).status).toBe('CANCELED');
      expect(await reservationOf(order)).toBeDefined();
      await until(async () => {
        await replica.reconciler.reconcileAll();
        return !(await replica.recorder.findEntry(order.clientOrderId))?.record.amendment;
      }, 'the end of the amendment');
      expect((await replica.queries.findOrder(order.clientOrderId)).status).toBe('CANCELED');
      expect(await reservationOf(order)).toBeUndefined();
    });

    it('that the exchange refuses leaves the order as it was', async () => {
      const order = anOrder();
      await replica.engine.place(await approved(order));
      venue.fault = 'refuses';
      await expect(change(order, '0.003', '60000')).rejects.toMatchObject({ code: 'VENUE_REJECTED' });
      expect((await replica.recorder.findEntry(order.clientOrderId))?.record.amendment).toBeUndefined();
      expect((await replica.queries.findOrder(order.clientOrderId)).quantity).toBe('0.002');
    });

    it('is refused when risk signed other terms', async () => {
      const order = anOrder();
      await replica.engine.place(await approved(order));
      const terms = { clientOrderId: order.clientOrderId, actor: 'spec', quantity: '0.003', price: '60000' };
      const signed = signAmendment(approval(), terms, APPROVAL_KEY);
      await expect(
        replica.amendments.amend({ terms: { ...terms, quantity: '9' }, approval: signed }),
      ).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    });
  });

  it('places a batch together and answers for each order by itself', async () => {
    const orders = [anOrder(), anOrder(), anOrder()];
    const placings = await Promise.all(orders.map(approved));
    const [first, , third] = placings;
    if (!first || !third) throw new Error('three orders');
    const forged = { ...third, order: { ...third.order, quantity: '5' } };
    const { results } = await replica.engine.placeAll([first, placings[1]!, forged]);
    expect(results).toMatchObject([
      { order: { status: 'NEW' } },
      { order: { status: 'NEW' } },
      { failure: { code: 'APPROVAL_INVALID' } },
    ]);
    expect(venue.received).toHaveLength(2);
  });

  it('goes on canceling an order whose cancel got no answer', async () => {
    const order = anOrder();
    await replica.engine.place(await approved(order));
    venue.fault = 'silent';
    await expect(replica.canceller.cancel(order.clientOrderId)).rejects.toMatchObject({ kind: 'UNKNOWN' });
    expect((await replica.queries.findOrder(order.clientOrderId)).status).toBe('PENDING_CANCEL');
    venue.fault = 'none';
    await until(async () => {
      await replica.reconciler.reconcileAll();
      return (await replica.queries.findOrder(order.clientOrderId)).status === 'CANCELED';
    }, 'the cancel');
  });
});
