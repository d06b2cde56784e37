/** What one execution process holds, without Nest and over a venue of the spec's choice; two of them share the stores. */
import {
  Bus,
  EventLog,
  Metrics,
  OrderJournal,
  Redis,
  ServiceIdentity,
  connectNats,
  createLog,
} from '@elvis/platform';
import { AccountFacts } from '../src/facts/account-facts';
import { AccountProjection } from '../src/account/account-projection';
import { AccountMode } from '../src/facts/account-mode';
import { UserEventHandler } from '../src/account/user-event-handler';
import { AccountReader } from '../src/facts/account-reader';
import { AccountStore } from '../src/facts/account-store';
import { AccountSync } from '../src/account/account-sync';
import { AccountCoverage } from '../src/fleet/account-coverage';
import { Amendments } from '../src/orders/amendments';
import { BalanceLedger } from '../src/ledgers/balance-ledger';
import { BalanceComparison } from '../src/account/balance-comparison';
import { Comparison } from '../src/account/comparison';
import { DifferenceWorth } from '../src/account/difference-worth';
import { DisputeSettlement } from '../src/orders/reconciliation/dispute-settlement';
import { Disputes } from '../src/orders/reconciliation/disputes';
import { ExecutionConfig } from '../src/execution.config';
import { ExecutionEngine } from '../src/orders/execution-engine';
import { ExposureLedger } from '../src/ledgers/exposure-ledger';
import { IncomeHistory } from '../src/venue/income-history';
import { InstrumentCache } from '../src/venue/instrument-cache';
import { LeverageSetter } from '../src/leverage/leverage-setter';
import { LeverageStore } from '../src/facts/leverage-store';
import { RedisBudget } from '../src/limiter/budget/budget.redis';
import { ExchangeClock } from '../src/limiter/clock/exchange-clock';
import { FreezeMemory } from '../src/limiter/budget/freeze-memory';
import { LedgerStore } from '../src/limiter/budget/ledger-store';
import { MeterLimits } from '../src/limiter/budget/meter-limits';
import { OutageBudget } from '../src/limiter/budget/outage-budget';
import { RedisIncarnation } from '../src/limiter/clock/redis-incarnation';
import { MarkPrices } from '../src/facts/mark-prices';
import { OrderEventPublisher } from '../src/orders/order-event-publisher';
import { OrderCanceller } from '../src/orders/order-canceller';
import { OrderQueries } from '../src/orders/order-queries';
import { LiveOrders } from '../src/orders/live-orders';
import { OrderRecorder } from '../src/orders/order-recorder';
import { OutageOrders } from '../src/orders/outage-orders';
import { PlacementRefusals } from '../src/venue/placement-refusals';
import { Reconciler } from '../src/orders/reconciliation/reconciler';
import { SendGate } from '../src/orders/send-gate';
import { InFlightRequests } from '../src/orders/in-flight-requests';
import { HaltRequester } from '../src/fleet/halt-requester';
import { SpotHoldings } from '../src/account/spot-holdings';
import { ExternalActivity } from '../src/account/external-activity';
import { SymbolAssets } from '../src/venue/symbol-assets';
import { TradeCursor } from '../src/ledgers/trade-cursor';
import { FakeVenue } from './venue.fake';
import { OrderLocks } from '../src/fleet/order-locks';

export interface Stores {
  readonly redis: Redis;
  readonly nats: Awaited<ReturnType<typeof connectNats>>;
  readonly run: RedisIncarnation;
  readonly clock: ExchangeClock;
}

export const APPROVAL_KEY = 'k'.repeat(32);
const ONE_WAY = {
  current: { positionMode: 'ONE_WAY', assetMode: 'SINGLE', canTrade: true },
} as unknown as AccountMode;
/** So long a dispute lasts in a spec. */
const DISPUTED_MS = 1_500;
const FORGOTTEN_MS = 3_000;
const log = createLog('execution', 0, 'fatal');

/** Remembers what it was asked to stop instead of asking risk. */
class NotedStops extends HaltRequester {
  readonly asked: string[] = [];
  readonly reasons: string[] = [];

  constructor() {
    super(undefined as never as Bus, log);
  }

  override requestHalt(
    name: string,
    scope: { readonly type: string; readonly value?: string },
    reason: string,
  ): void {
    this.asked.push(`${name}:${scope.type}:${scope.value ?? ''}`);
    this.reasons.push(reason);
  }
}

export function replicaOver(
  { redis, nats, run, clock }: Stores,
  venue: FakeVenue,
  overrides: object = {},
  income: IncomeHistory = { listIncome: () => Promise.resolve([]) },
) {
  const metrics = new Metrics();
  const config = Object.assign(new ExecutionConfig(), { APPROVAL_KEY, ...overrides });
  const events = new EventLog(nats, new ServiceIdentity('execution', 0));
  const stops = new NotedStops();
  const disputes = new Disputes(DISPUTED_MS, FORGOTTEN_MS);
  const exposure = new ExposureLedger(redis, log);
  const instruments = new InstrumentCache(venue, redis, clock, config, new PlacementRefusals(), log);
  const assets = new SymbolAssets(instruments);
  const balances = new BalanceLedger(redis, assets, log);
  const recorder = new OrderRecorder(
    new OrderJournal(nats),
    new OrderEventPublisher(events, balances, log),
    exposure,
    assets,
    stops,
    disputes,
    metrics,
    log,
  );
  const liveOrders = new LiveOrders(recorder, exposure, log);
  const queries = new OrderQueries(recorder, liveOrders);
  const coverage = new AccountCoverage(redis, log);
  const limits = new MeterLimits(undefined);
  limits.setAnnounced('futures', [
    { kind: 'weight', windowMs: 60_000, limit: 2_400 },
    { kind: 'orders', windowMs: 10_000, limit: 300 },
    { kind: 'orders', windowMs: 60_000, limit: 1_200 },
  ]);
  const settings = {
    owner: `spec-${Math.random()}`,
    maxReplicas: 1,
    warnFraction: 0.8,
    pauseMs: 0,
    lifetimeMs: 10_000,
  };
  const budget = new RedisBudget(
    new LedgerStore(redis, run, limits, settings),
    clock,
    limits,
    new FreezeMemory(),
    new OutageBudget(
      1,
      () => false,
      () => undefined,
    ),
    {
      onWaited: () => undefined,
      onRefused: () => undefined,
      onFrozen: () => undefined,
      onThawed: () => undefined,
      onClockSuspect: () => undefined,
    },
  );
  const gate = new SendGate(budget, clock, config, new InFlightRequests());
  const outage = new OutageOrders(redis, recorder, exposure, log);
  const leverage = new LeverageSetter(venue, redis, events, log);
  const userEvents = new UserEventHandler(
    recorder,
    liveOrders,
    new ExternalActivity(events, balances, assets, metrics, log),
    venue,
    log,
  );
  const worths = new DifferenceWorth(venue, assets);
  const holdings = new SpotHoldings(exposure, assets, worths, config);
  const reader = new AccountReader(venue, redis, clock);
  const leverages = new LeverageStore(redis);
  const marks = new MarkPrices(new Bus(nats));
  const store = new AccountStore(redis);
  const projection = new AccountProjection(store, reader, leverages, marks, clock, metrics, log);
  const sync = new AccountSync(
    recorder,
    liveOrders,
    exposure,
    userEvents,
    venue,
    reader,
    new TradeCursor(redis),
    disputes,
    holdings,
    events,
    config,
    log,
  );
  return {
    recorder,
    disputes,
    exposure,
    stops,
    liveOrders,
    coverage,
    leverage,
    leverages,
    projection,
    instruments,
    facts: new AccountFacts(store, reader, leverages, marks, assets, ONE_WAY, clock, config),
    userEvents,
    sync,
    gate,
    metrics,
    outage,
    engine: new ExecutionEngine(recorder, venue, leverage, coverage, gate, outage, config, log),
    amendments: new Amendments(recorder, venue, coverage, gate, exposure, config, log),
    queries,
    canceller: new OrderCanceller(recorder, queries, venue, config, log),
    reconciler: new Reconciler(
      recorder,
      liveOrders,
      new OrderLocks(redis),
      coverage,
      venue,
      clock,
      disputes,
      new DisputeSettlement(disputes, recorder, venue, coverage, events, metrics, log),
      metrics,
      log,
    ),
    balances,
    comparison: new Comparison(
      sync,
      exposure,
      leverage,
      new BalanceComparison(balances, income),
      holdings,
      worths,
      projection,
      leverages,
      venue,
      stops,
      events,
      config,
      metrics,
      log,
    ),
  };
}
export type Replica = ReturnType<typeof replicaOver>;
