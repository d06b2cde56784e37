/* eslint-disable max-lines -- everything that risk meets in one place, so that a spec reads as one */
/**
 * Replicas of risk in this process, on a private Redis and NATS, with a market that publishes and an execution that
 * behaves: it checks the signature, claims the order in the journal and answers, or fails the way a test asks for.
 */
import {
  BookUpdate,
  CancelAllOrders,
  EventContract,
  EventEnvelope,
  AccountView,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  JournalRecord,
  MarkUpdate,
  OrderView,
  PlaceOrder,
  STOPS_KEY,
  STOP_PROGRESS_KEY,
  StopProgress,
  SubmitOrder,
  bookFeed,
  cancelAllOrders,
  cancelOrder,
  getAccount,
  isApprovalGenuine,
  journalSubject,
  listInstruments,
  listOpenOrders,
  listVenueLeverages,
  setVenueLeverage,
  markFeed,
  PlaceAmendment,
  isAmendmentGenuine,
  placeAmendment,
  placeOrder,
  positionField,
} from '@elvis/contracts';
import {
  Bus,
  JournalEntry,
  OrderJournal,
  Redis,
  RunningService,
  loadConfig,
  natsOptions,
  startService,
} from '@elvis/platform';
import { FailureCode, InstrumentMessage, OrderContent, StopScope, TradingFailure } from '@elvis/trading';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { PrivateNats, PrivateRedis, startNats, startRedis } from '../../../scripts/servers';
import { OpenStop } from '../src/domain/halt-record';
import { RiskConfig } from '../src/risk.config';
import { RiskModule } from '../src/risk.module';

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

type Behaviour = 'take' | 'claim-and-stay-silent' | 'stay-silent' | { readonly fail: FailureCode };

export class RiskFleet {
  readonly placed: PlaceOrder[] = [];
  readonly cancels: CancelAllOrders[] = [];
  readonly events: EventEnvelope[] = [];
  /** What execution does with the next orders; the last one stays. */
  behaviours: Behaviour[] = ['take'];
  /** Changes to what is published and answered; undefined: nothing comes. */
  facts: {
    mark?: Partial<MarkUpdate> | undefined;
    book?: Partial<BookUpdate> | undefined;
    instrument?: Partial<InstrumentMessage> | undefined;
    asOfMs?: number;
  } = { mark: {}, book: {}, instrument: {} };
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
  private readonly services: RunningService[] = [];
  private readonly connections: NatsConnection[] = [];
  private beat: NodeJS.Timeout | undefined;
  private driving: NodeJS.Timeout | undefined;
  private isMarketOpen = true;

  private constructor(
    public redisServer: PrivateRedis,
    readonly nats: PrivateNats,
    readonly redis: Redis,
    readonly caller: Bus,
    readonly journal: OrderJournal,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}, replicas = 1): Promise<RiskFleet> {
    const [redisServer, nats] = await Promise.all([startRedis(), startNats()]);
    const redis = new Redis(redisServer.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    const gateway = await connect(natsOptions(nats.urls.gateway, 'gateway'));
    const execution = await connect(natsOptions(nats.urls.execution, 'execution'));
    const bus = new Bus(gateway);
    const fleet = new RiskFleet(redisServer, nats, redis, bus, new OrderJournal(execution));
    fleet.connections.push(gateway, execution);
    await fleet.serveExecution(execution);
    await fleet.publishMarket();
    fleet.driving = setInterval(() => void fleet.driveStops().catch(() => undefined), 20);
    gateway.subscribe('elvis.event.>', {
      callback: (_error, message) => fleet.events.push(message.json<EventEnvelope>()),
    });
    await fleet.measureClock();
    for (let replica = 0; replica < replicas; replica += 1) await fleet.addReplica(environment);
    return fleet;
  }

  async addReplica(
    environment: Readonly<Record<string, string>> = {},
    waitsUntilReady = true,
  ): Promise<RunningService> {
    const config = loadConfig(RiskConfig, {
      ...this.redisServer.env,
      NATS_URL: this.nats.urls.risk,
      REPLICA: `${this.services.length}`,
      LOG_LEVEL: 'fatal',
      APPROVAL_KEY,
      SYMBOLS: 'BTCUSDT',
      RISK_DUPLICATE_WINDOW_MS: 'off',
      RISK_MAX_POSITION_NOTIONAL: 'off',
      RISK_MAX_GROSS_NOTIONAL: 'off',
      RISK_MAX_ORDERS_PER_SECOND: 'off',
      ...environment,
    });
    const service = await startService({ name: 'risk', module: RiskModule, config: RiskConfig }, config);
    this.services.push(service);
    if (waitsUntilReady) await until(() => this.isReady(service), 'risk is ready');
    return service;
  }

  async stopReplicas(): Promise<void> {
    await Promise.all(this.services.splice(0).map((service) => service.stop()));
  }

  async isReady({ opsPort }: RunningService): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${opsPort}/health/ready`)).status === 200;
  }

  /** What execution keeps in Redis: exchange time is Redis time, as of now, and the exposure is built. */
  async measureClock(change: Readonly<Record<string, string | number>> = {}): Promise<void> {
    const runId = /run_id:(\w+)/.exec(await this.redis.info('server'))?.[1] ?? '';
    const clock = { thetaMs: 0, errorMs: 5, runId, measuredAtMs: Date.now(), ...change };
    await this.redis.hset(EXCHANGE_CLOCK_KEY, clock);
    await this.redis.hsetnx(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD, 'first');
  }

  /** What execution says of a symbol's position. */
  async hold(symbol: string, quantity: string): Promise<void> {
    await this.redis.hset(EXPOSURE_KEY, positionField('futures', symbol), quantity);
  }

  /** Execution states a fact. */
  async state(contract: EventContract<object>, data: object): Promise<void> {
    const envelope = {
      ...{ id: `${Math.random()}`, type: contract.type, version: 1, time: new Date().toISOString() },
      ...{ source: 'execution', actor: 'system', traceId: 'trace', data },
    };
    const [, execution] = this.connections;
    await execution!.jetstream().publish(contract.type, codec.encode(envelope));
  }

  closeMarket(): void {
    this.isMarketOpen = false;
  }

  eventsOf(type: string): EventEnvelope[] {
    return this.events.filter((event) => event.type === type);
  }

  async stop(): Promise<void> {
    clearInterval(this.beat);
    clearInterval(this.driving);
    await this.stopReplicas();
    await Promise.all(this.connections.map((connection) => connection.close()));
    this.redis.disconnect();
    await Promise.all([this.redisServer.stop(), this.nats.stop()]);
  }

  private async serveExecution(connection: NatsConnection): Promise<void> {
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
    serve(listInstruments.subject, () =>
      this.facts.instrument
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
    serve(getAccount.subject, () =>
      this.account
        ? Promise.resolve({ ...this.account, asOfMs: this.facts.asOfMs ?? Date.now() })
        : Promise.reject(new TradingFailure('ACCOUNT_UNAVAILABLE', 'as the test asked')),
    );
    serve(cancelAllOrders.subject, (request: CancelAllOrders) => {
      this.cancels.push(request);
      return Promise.resolve({ canceled: this.openOrders.splice(0), remaining: [] });
    });
    serve(placeAmendment.subject, (request: PlaceAmendment) => this.amend(request));
    serve(placeOrder.subject, (request: PlaceOrder) => this.take(request));
    await connection.flush();
  }

  /** Writes down what execution's stop driver would have reached. */
  private async driveStops(): Promise<void> {
    if (this.driver === 'dead') return;
    const known = await this.redis.hgetall(STOP_PROGRESS_KEY);
    for (const text of Object.values(await this.redis.hgetall(STOPS_KEY))) {
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
    this.placed.push({ order, approval });
    const behaviour = this.behaviours.length > 1 ? this.behaviours.shift() : this.behaviours[0];
    if (!isApprovalGenuine(approval, order, APPROVAL_KEY))
      throw new TradingFailure('APPROVAL_INVALID', 'as the test asked');
    if (behaviour === 'stay-silent') return new Promise(() => undefined);
    if (typeof behaviour === 'object') throw new TradingFailure(behaviour.fail, 'as the test asked');
    const { actor, remoteIp: _remoteIp, ...content } = order;
    const view: OrderView = {
      ...content,
      filledQuantity: '0',
      status: 'NEW',
      decisionId: approval.decisionId,
      actor,
      exchangeOrderId: '1',
      createdAtMs: 1,
      updatedAtMs: 1,
    };
    const last = await this.journal.last(order.clientOrderId);
    await this.journal.append({ version: 1, type: 'OUTCOME', order: content, view }, last?.sequence ?? 0);
    return behaviour === 'claim-and-stay-silent' ? new Promise(() => undefined) : view;
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

  private async publishMarket(): Promise<void> {
    const connection = await connect(natsOptions(this.nats.urls['market-data'], 'market-data'));
    this.connections.push(connection);
    const publish = (): void => {
      if (!this.isMarketOpen) return;
      const symbol = 'BTCUSDT';
      const mark: MarkUpdate = { symbol, mark: '60000', eventTimeMs: Date.now(), ageMs: 10 };
      const book: BookUpdate = {
        symbol,
        bids: [['59999.9', '10']],
        asks: [['60000.1', '10']],
        updateId: '1',
        eventTimeMs: Date.now(),
        ageMs: 10,
      };
      const { mark: ofMark, book: ofBook } = this.facts;
      if (ofMark) connection.publish(`${markFeed.prefix}.${symbol}`, codec.encode({ ...mark, ...ofMark }));
      if (ofBook) connection.publish(`${bookFeed.prefix}.${symbol}`, codec.encode({ ...book, ...ofBook }));
    };
    this.beat = setInterval(publish, 50);
  }

  /** The journal as it stands, straight from the stream. */
  async journalOf(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.journal.last(clientOrderId);
  }

  async writeJournal(record: JournalRecord, expected: number): Promise<void> {
    await this.journal.append(record, expected);
  }
}

let counter = 0;

export const anOrder = (change: Partial<SubmitOrder> = {}): SubmitOrder => ({
  clientOrderId: `order-${(counter += 1)}`,
  actor: 'strategy',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.01',
  price: '60000',
  ...change,
});

export const contentOf = ({ actor: _actor, ...content }: SubmitOrder): OrderContent => content;

export { journalSubject };

const DEADLINE_MS = 20_000;

/** Waits for a condition, never for a time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await Promise.resolve(condition()).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`It never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
