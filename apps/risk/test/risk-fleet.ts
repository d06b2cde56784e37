/**
 * Replicas of risk in this process, on a private Redis and NATS, with a market that publishes and an execution that
 * behaves as a test asks for.
 */
import {
  OrderBookUpdate,
  EventContract,
  EventEnvelope,
  JOURNAL_STREAM,
  JournalRecord,
  MarkUpdate,
  ReferenceUpdate,
  SubmitOrder,
  SubmitOrderReply,
  orderBookFeed,
  markFeed,
  referenceFeed,
  submitOrder,
} from '@elvis/contracts';
import {
  Bus,
  JournalEntry,
  OrderJournal,
  Redis,
  RunningService,
  ServiceDefinition,
  loadConfig,
  natsOptions,
  startService,
} from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Test } from '@nestjs/testing';
import { JSONCodec, NatsConnection, connect } from 'nats';
import {
  buildExposure,
  holdPosition,
  PrivateNats,
  PrivateRedis,
  startNats,
  startRedis,
  until,
} from '@elvis/testing';
import { Clock } from '../src/facts/clock';
import { RiskConfig } from '../src/risk.config';
import { RiskModule } from '../src/risk.module';
import { writeClock } from './exchange-clock';
import { APPROVAL_KEY, ExecutionStandIn } from './execution-stand-in';
import { RelayStandIn } from './relay-stand-in';

export { APPROVAL_KEY };
const codec = JSONCodec<unknown>();

export class RiskFleet extends ExecutionStandIn {
  readonly events: EventEnvelope[] = [];
  private readonly services: RunningService[] = [];
  private readonly connections: NatsConnection[] = [];
  private beat: NodeJS.Timeout | undefined;
  private driving: NodeJS.Timeout | undefined;
  private relay: RelayStandIn | undefined;
  private isMarketOpen = true;

  private constructor(
    public redisServer: PrivateRedis,
    readonly nats: PrivateNats,
    redis: Redis,
    readonly caller: Bus,
    journal: OrderJournal,
    private readonly clock: Clock | undefined,
  ) {
    super(redis, journal);
  }

  /** @param clock what all its replicas go by: `fixedClock` for a check that asks what time it is */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    replicas = 1,
    clock?: Clock,
  ): Promise<RiskFleet> {
    const [redisServer, nats] = await Promise.all([startRedis(), startNats()]);
    const redis = new Redis(redisServer.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    const gateway = await connect(natsOptions(nats.urls.gateway, 'gateway'));
    const execution = await connect(natsOptions(nats.urls.execution, 'execution'));
    const bus = new Bus(gateway);
    const fleet = new RiskFleet(redisServer, nats, redis, bus, new OrderJournal(execution), clock);
    fleet.connections.push(gateway, execution);
    await fleet.serveExecution(execution);
    await fleet.publishMarket();
    fleet.driving = setInterval(() => void fleet.driveStops().catch(() => undefined), 20);
    fleet.relay = new RelayStandIn(execution, fleet.journal);
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
    const { clock } = this;
    const make: ServiceDefinition<RiskConfig>['make'] = async (root, options) => {
      const building = Test.createTestingModule({ imports: [root] });
      const module = await building.overrideProvider(Clock).useValue(clock).compile();
      return module.createNestMicroservice(options);
    };
    const risk = { name: 'risk', module: RiskModule, config: RiskConfig, ...(clock && { make }) };
    const service = await startService(risk, config);
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
    await writeClock(this.redis, change);
    await buildExposure(this.redis, 'first');
  }

  /** What execution says of a symbol's position. */
  async hold(symbol: string, quantity: string): Promise<void> {
    await holdPosition(this.redis, symbol, quantity);
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

  submit(order: SubmitOrder): Promise<SubmitOrderReply> {
    return this.caller.request(submitOrder, order, { timeoutMs: 20_000 });
  }

  /** What becomes of the order: its status, or the code it is denied with. */
  async codeOf(order: SubmitOrder): Promise<string> {
    const { denial, order: view } = await this.submit(order);
    return denial?.code ?? view.status;
  }

  /** The same, or the code it fails with. */
  outcomeOf(order: SubmitOrder): Promise<string> {
    return this.codeOf(order).catch(codeOfError);
  }

  /** Each of two replicas asks again only after it has taken its last answer: with four questions both have. */
  async untilBothReadTheAccount(): Promise<void> {
    const reads = this.accountReads;
    await until(() => this.accountReads >= reads + 4, 'both replicas have read the account');
  }

  /**
   * Waits until each of so many orders is answered so: enough of them that no replica is likely to be missed. They leave
   * nothing reserved.
   */
  async everyReplicaSays(code: string, newOrder: () => SubmitOrder): Promise<void> {
    const length = 12 * Math.max(1, this.services.length - 1);
    let said: readonly string[] = [];
    await until(async () => {
      const orders = Array.from({ length }, () => newOrder());
      said = await Promise.all(orders.map((order) => this.outcomeOf(order)));
      await Promise.all(orders.map(({ clientOrderId }) => this.endReservation(clientOrderId)));
      return said.every((one) => one === code);
    }, `every replica says ${code}`).catch((error: Error) => {
      throw new Error(`${error.message}: ${said.join(', ')}`);
    });
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
    await this.relay?.stop();
    await this.stopReplicas();
    await Promise.all(this.connections.map((connection) => connection.close()));
    this.redis.disconnect();
    await Promise.all([this.redisServer.stop(), this.nats.stop()]);
  }

  private async publishMarket(): Promise<void> {
    const connection = await connect(natsOptions(this.nats.urls['market-data'], 'market-data'));
    this.connections.push(connection);
    const publish = (): void => {
      if (!this.isMarketOpen) return;
      const symbol = 'BTCUSDT';
      const mark: MarkUpdate = { symbol, mark: '60000', eventTimeMs: Date.now(), ageMs: 10 };
      const book: OrderBookUpdate = {
        symbol,
        bids: [['59999.9', '10']],
        asks: [['60000.1', '10']],
        updateId: '1',
        eventTimeMs: Date.now(),
        ageMs: 10,
      };
      const reference: ReferenceUpdate = {
        ...{ symbol, venue: 'coinbase', product: 'BTC-USD', bid: '59969', ask: '59971', last: '59970' },
        ...{ sequence: 7, atMs: Date.now(), ageMs: 20, divergence: '0', why: null },
        compared: { mid: '60000', midAgeMs: 10, median: '0.0005', samples: 30 },
      };
      const { mark: ofMark, book: ofOrderBook, reference: ofReference } = this.facts;
      if (ofReference) {
        const update = codec.encode({ ...reference, ...ofReference });
        connection.publish(`${referenceFeed.prefix}.${symbol}`, update);
      }
      if (ofMark) connection.publish(`${markFeed.prefix}.${symbol}`, codec.encode({ ...mark, ...ofMark }));
      if (ofOrderBook)
        connection.publish(`${orderBookFeed.prefix}.${symbol}`, codec.encode({ ...book, ...ofOrderBook }));
    };
    this.beat = setInterval(publish, 50);
  }

  /** The journal as it stands, straight from the stream. */
  async journalOf(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.journal.last(clientOrderId);
  }

  /** Streams are deleted and made anew while nobody reads them. */
  async withoutRelay(work: () => Promise<void>): Promise<void> {
    await this.relay?.stop();
    await work();
    this.relay?.start();
  }

  /** The stream is gone, and with it every answer to what stands under an id. */
  async loseJournal(): Promise<void> {
    await this.relay?.stop();
    const connection = await connect(natsOptions(this.nats.urls.provision, 'provision'));
    await (await connection.jetstreamManager()).streams.delete(JOURNAL_STREAM);
    await connection.close();
  }

  async writeJournal(record: JournalRecord, expected: number): Promise<void> {
    await this.journal.append(record, expected);
  }
}

/** A clock whose time of day stands still, such as `fixedClock('2026-11-21T12:30:00Z')`; what is waited for still passes. */
export function fixedClock(time: string): Clock {
  const nowMs = Date.parse(time);
  return { nowMs: () => nowMs, monotonicMs: () => performance.now() };
}

const codeOfError = (error: unknown): string =>
  error instanceof TradingFailure ? error.code : String(error);

/** The code it fails with. */
export const failureOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'none', codeOfError);

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

/** Asks until the answer is the one expected, and tells all that were given. */
export async function answersUntil(expected: string, ask: () => Promise<string>): Promise<readonly string[]> {
  const answers = new Set<string>();
  await until(async () => {
    const answer = await ask();
    answers.add(answer);
    return answer === expected;
  }, `the answer is ${expected}`).catch((error: Error) => {
    throw new Error(`${error.message}, but ${[...answers].join(', ')}`);
  });
  return [...answers];
}
