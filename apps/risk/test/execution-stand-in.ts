/**
 * An execution that behaves: it checks the signature, claims the order in the journal and answers, or fails the way a
 * test asks for; and its stop driver goes as far as a test lets it.
 */
import {
  AccountView,
  OrderBookUpdate,
  ReferenceUpdate,
  CancelAllOrders,
  DepthSnapshot,
  EXPOSURE_KEY,
  FreshPosition,
  GetAccount,
  GetFreshPosition,
  IncomeItem,
  MarkUpdate,
  OrderView,
  PlaceAmendment,
  PlaceOrder,
  PlaceOrderList,
  PlaceOrders,
  PlaceOrdersReply,
  STOPS_KEY,
  STOP_PROGRESS_KEY,
  StopProgress,
  cancelAllOrders,
  cancelOrder,
  getAccount,
  getDepth,
  getFreshPosition,
  isAmendmentGenuine,
  isApprovalGenuine,
  listIncome,
  listInstruments,
  listOpenOrders,
  listVenueLeverages,
  placeAmendment,
  placeOrder,
  placeOrderList,
  placeOrders,
  reservationField,
  setVenueLeverage,
} from '@elvis/contracts';
import { OrderJournal, Redis, replaceReservation } from '@elvis/platform';
import {
  FailureCode,
  InstrumentMessage,
  Market,
  StopScope,
  TradingFailure,
  isSameOrder,
} from '@elvis/trading';
import { JSONCodec, NatsConnection } from 'nats';
import { OpenStop } from '../src/kill-switch/domain/halt-record';

export const APPROVAL_KEY = 'a key of at least thirty-two characters';
const codec = JSONCodec<unknown>();

const BTCUSDT: InstrumentMessage = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: '0.1',
  minPrice: '556.8',
  maxPrice: '4529764',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  marketStepSize: '0.001',
  marketMinQuantity: '0.001',
  marketMaxQuantity: '120',
  minNotional: '100',
  priceMultiplierUp: '1.05',
  priceMultiplierDown: '0.95',
};

/** What execution says of spot; absent: it trades none. A part that is undefined is not answered. */
export interface SpotStandIn {
  instrument?: Partial<InstrumentMessage> | undefined;
  account?: Omit<AccountView, 'asOfMs'> | undefined;
  book?: Omit<DepthSnapshot, 'lastUpdateId'> | undefined;
}

const notAnswered = (): Promise<never> =>
  Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'as the test asked'));

type Behaviour =
  | 'take'
  | 'take-when-told'
  | 'claim-and-wait'
  | 'claim-and-stay-silent'
  | 'stay-silent'
  | { readonly fail: FailureCode };

export class ExecutionStandIn {
  readonly placed: PlaceOrder[] = [];
  /** How many orders each request for several held. */
  readonly batches: number[] = [];
  /** What the exchange shows of a symbol at this moment; undefined: it does not answer. */
  fresh: Partial<FreshPosition> | undefined = { quantity: '0' };
  readonly cancels: CancelAllOrders[] = [];
  /** What execution does with the next orders; the last one stays. */
  behaviours: Behaviour[] = ['take'];
  /** What `take-when-told` and, with its intent in the journal, `claim-and-wait` wait for. */
  told: Promise<void> = Promise.resolve();
  /** Changes to what is published and answered; undefined: nothing comes. */
  facts: {
    mark?: Partial<MarkUpdate> | undefined;
    book?: Partial<OrderBookUpdate> | undefined;
    reference?: Partial<ReferenceUpdate> | undefined;
    instrument?: Partial<InstrumentMessage> | undefined;
    asOfMs?: number;
  } = { mark: {}, book: {}, instrument: {} };
  spot: SpotStandIn | undefined;
  openOrders: string[] = [];
  /** What execution's stop driver does: nothing, drain alone, or cancel and verify as well. */
  driver: 'dead' | 'drains' | 'verifies' = 'verifies';
  readonly driven: StopScope[] = [];
  resting: Partial<OrderView>[] = [];
  leverage = 20;
  refusesLeverage = false;
  brackets: (readonly [string, number])[] = [
    ['50000', 125],
    ['10000000', 20],
  ];
  /** What the exchange says of the account; undefined: execution does not answer. */
  account: Omit<AccountView, 'asOfMs'> | undefined = {
    balances: [{ asset: 'USDT', wallet: '1000000', free: '1000000' }],
    positions: [],
  };

  /** How often the feeds of accounts have asked, each once a second; what a stop asks afresh is not counted. */
  accountReads = 0;
  /** What the exchange has booked; undefined: execution does not answer. */
  bookings: IncomeItem[] | undefined = [];

  private isDriving = false;

  constructor(
    readonly redis: Redis,
    readonly journal: OrderJournal,
  ) {}

  /** Answers to everything that risk asks of execution. */
  protected async serveExecution(connection: NatsConnection): Promise<void> {
    const serve = (subject: string, handle: (data: never) => Promise<unknown>): void => {
      connection.subscribe(subject, {
        callback: (_error, message) => {
          const { id, data } = message.json<{ id: string; data: never }>();
          void handle(data).then(
            (response) => message.respond(codec.encode({ response, isDisposed: true, id })),
            ({ code, message: text }: TradingFailure) =>
              message.respond(codec.encode({ err: { code, message: text }, isDisposed: true, id })),
          );
        },
      });
    };
    serve(listInstruments.subject, ({ market }: { market: Market }) =>
      market === 'spot'
        ? this.spotInstruments()
        : this.facts.instrument
          ? Promise.resolve({ instruments: [{ ...BTCUSDT, ...this.facts.instrument }] })
          : Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'as the test asked')),
    );
    serve(listVenueLeverages.subject, () =>
      Promise.resolve({
        items: [{ symbol: 'BTCUSDT', leverage: this.leverage, brackets: this.brackets }],
        asOfMs: Date.now(),
      }),
    );
    serve(setVenueLeverage.subject, ({ symbol, leverage }: { symbol: string; leverage: number }) => {
      this.leverage = this.refusesLeverage ? this.leverage : leverage;
      return Promise.resolve({ symbol, leverage: this.leverage, confirmedAtMs: Date.now() });
    });
    serve(listOpenOrders.subject, () => Promise.resolve({ items: this.resting, nextCursor: null }));
    serve(cancelOrder.subject, ({ clientOrderId }: { clientOrderId: string }) => {
      this.resting = this.resting.filter((order) => order.clientOrderId !== clientOrderId);
      return Promise.resolve({});
    });
    serve(getDepth.subject, () =>
      this.spot?.book ? Promise.resolve({ lastUpdateId: '1', ...this.spot.book }) : notAnswered(),
    );
    serve(getAccount.subject, ({ market, maxAgeMs }: GetAccount) => {
      if (market === 'spot') return this.spotAccount();
      if (maxAgeMs === undefined) this.accountReads += 1;
      return this.account
        ? Promise.resolve({ ...this.account, asOfMs: this.facts.asOfMs ?? Date.now() })
        : Promise.reject(new TradingFailure('ACCOUNT_UNAVAILABLE', 'as the test asked'));
    });
    serve(listIncome.subject, () =>
      this.bookings
        ? Promise.resolve({ items: this.bookings })
        : Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'as the test asked')),
    );
    serve(cancelAllOrders.subject, (request: CancelAllOrders) => {
      this.cancels.push(request);
      return Promise.resolve({ canceled: this.openOrders.splice(0), remaining: [] });
    });
    serve(placeAmendment.subject, (request: PlaceAmendment) => this.amend(request));
    serve(placeOrder.subject, (request: PlaceOrder) => this.take(request));
    serve(placeOrders.subject, async ({ orders }: PlaceOrders) => {
      this.batches.push(orders.length);
      return { results: await Promise.all(orders.map((request) => this.resultOf(request))) };
    });
    serve(placeOrderList.subject, async ({ legs }: PlaceOrderList) => ({
      orders: await Promise.all(legs.map((leg) => this.take(leg))),
    }));
    serve(getFreshPosition.subject, ({ symbol }: GetFreshPosition) =>
      this.fresh
        ? Promise.resolve({
            symbol,
            restingBuys: '0',
            restingSells: '0',
            askedAtMs: Date.now(),
            ...this.fresh,
          })
        : Promise.reject(new TradingFailure('VENUE_UNREACHABLE', 'as the test asked')),
    );
    await connection.flush();
  }

  private spotInstruments(): Promise<object> {
    if (!this.spot) return Promise.resolve({ instruments: [], isMarketTraded: false });
    const { instrument } = this.spot;
    const listed = { ...BTCUSDT, market: 'spot', minNotional: '5', ...instrument };
    return instrument ? Promise.resolve({ instruments: [listed], isMarketTraded: true }) : notAnswered();
  }

  private spotAccount(): Promise<object> {
    const account = this.spot?.account;
    return account ? Promise.resolve({ ...account, asOfMs: Date.now() }) : notAnswered();
  }

  /** Writes down what execution's stop driver would have reached; one round at a time, as the real one. */
  protected async driveStops(): Promise<void> {
    if (this.driver === 'dead' || this.isDriving) return;
    this.isDriving = true;
    try {
      await this.driveRound();
    } finally {
      this.isDriving = false;
    }
  }

  private async driveRound(): Promise<void> {
    const known = await this.redis.hgetall(STOP_PROGRESS_KEY);
    for (const text of Object.values(await this.redis.hgetall(STOPS_KEY))) {
      // It may have died since this round began.
      if (this.driver === 'dead') return;
      const { stopId, epoch, scope, state } = JSON.parse(text) as OpenStop;
      const before = JSON.parse(known[stopId] ?? '{}') as Partial<StopProgress>;
      const isVerifying = this.driver === 'verifies';
      if (state !== 'HALTED' || (before.epoch === epoch && (!isVerifying || before.phases?.verified)))
        continue;
      if (isVerifying) this.driven.push(scope);
      const now = Date.now();
      const verified = isVerifying ? now : null;
      const progress: StopProgress = {
        ...{ stopId, epoch, phase: isVerifying ? 'VERIFIED_ZERO' : 'DRAINED' },
        phases: { requested: now, blocked: now, drained: now, cancelling: verified, verified },
        inFlight: 0,
        canceledOrders: isVerifying ? this.openOrders.splice(0) : [],
        ...{ filledOrders: [], remainingOrders: [], unprotectedPositions: [], frozenUntilMs: null },
      };
      await this.redis.hset(STOP_PROGRESS_KEY, stopId, JSON.stringify(progress));
    }
  }

  private async take({ order, approval }: PlaceOrder): Promise<OrderView> {
    if (!isApprovalGenuine(approval, order, APPROVAL_KEY))
      throw new TradingFailure('APPROVAL_INVALID', 'as the test asked');
    const { actor, remoteIp: _remoteIp, ...content } = order;
    const standing = await this.journal.last(order.clientOrderId);
    const isUsed = standing && !['RELEASED', 'VOID'].includes(standing.record.type);
    const [next] = this.behaviours;
    if (isUsed && typeof next !== 'object') {
      if (isSameOrder(standing.record.order, content)) return standing.record.view;
      throw new TradingFailure('ORDER_ID_TAKEN', 'as execution says');
    }
    this.placed.push({ order, approval });
    const behaviour = this.behaviours.length > 1 ? this.behaviours.shift() : next;
    if (behaviour === 'stay-silent') return new Promise(() => undefined);
    if (typeof behaviour === 'object') throw new TradingFailure(behaviour.fail, 'as the test asked');
    if (behaviour === 'take-when-told') await this.told;
    const { approvalId, decisionId, decision } = approval;
    const view: OrderView = {
      ...content,
      filledQuantity: '0',
      status: 'PENDING_NEW',
      decisionId,
      actor,
      createdAtMs: 1,
      updatedAtMs: 1,
    };
    const intent = { ...({ version: 1, type: 'INTENT', order: content, view } as const), approvalId };
    const claimed = await this.journal.append({ ...intent, decision }, standing?.sequence ?? 0);
    if (claimed === undefined) return this.take({ order, approval });
    await this.ownReservation(order.clientOrderId, approvalId);
    if (behaviour === 'claim-and-wait') await this.told;
    const placed = { ...view, status: 'NEW', exchangeOrderId: '1' } as const;
    await this.journal.append({ ...intent, type: 'OUTCOME', view: placed }, claimed);
    return behaviour === 'claim-and-stay-silent' ? new Promise(() => undefined) : placed;
  }

  /** What is reserved under the id goes, as with the end of an order. */
  async endReservation(clientOrderId: string): Promise<void> {
    if (this.redis.status !== 'ready') return;
    const held = await this.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    if (held !== null) await replaceReservation(this.redis, clientOrderId, held, '');
  }

  /** As the send script does: what is reserved under the id is the claimant's from now on. */
  private async ownReservation(clientOrderId: string, approvalId: string): Promise<void> {
    if (this.redis.status !== 'ready') return;
    const standing = await this.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    if (standing === null) return;
    const owned = JSON.stringify({ ...JSON.parse(standing), approvalId });
    await replaceReservation(this.redis, clientOrderId, standing, owned);
  }

  private resultOf(request: PlaceOrder): Promise<PlaceOrdersReply['results'][number]> {
    const failed = ({ code, message }: TradingFailure) => ({ failure: { code, message } });
    return this.take(request).then((order) => ({ order }), failed);
  }

  private async amend({ terms, approval }: PlaceAmendment): Promise<OrderView> {
    if (!isAmendmentGenuine(approval, terms, APPROVAL_KEY))
      throw new TradingFailure('APPROVAL_INVALID', 'as the test asked');
    const behaviour = this.behaviours[0];
    if (typeof behaviour === 'object') throw new TradingFailure(behaviour.fail, 'as the test asked');
    const { record, sequence } = (await this.journal.last(terms.clientOrderId))!;
    const view = { ...record.view, quantity: terms.quantity, price: terms.price };
    await this.journal.append({ ...record, view }, sequence);
    return view;
  }
}
