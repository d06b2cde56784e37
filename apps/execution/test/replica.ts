/** One execution process, put together by Nest as in production but over a venue of the spec's choice; two of them share the stores. */
import {
  Bus,
  Metrics,
  NATS,
  PlatformModule,
  Redis,
  RedisModule,
  ServiceIdentity,
  connectNats,
  createLog,
} from '@elvis/platform';
import { MARKETS, StopScope } from '@elvis/trading';
import { Test } from '@nestjs/testing';
import { AccountProjection } from '../src/account/account-projection';
import { AccountSync } from '../src/account/account-sync';
import { Comparison } from '../src/account/comparison';
import { UserEventHandler } from '../src/account/user-event-handler';
import { ExecutionConfig } from '../src/execution.config';
import { ExecutionModule } from '../src/execution.module';
import { AccountFacts } from '../src/facts/account-facts';
import { AccountMode } from '../src/facts/account-mode';
import { LeverageStore } from '../src/facts/leverage-store';
import { AccountCoverage } from '../src/fleet/account-coverage';
import { HaltRequester } from '../src/fleet/halt-requester';
import { BalanceLedger } from '../src/ledgers/balance-ledger';
import { ExposureLedger } from '../src/ledgers/exposure-ledger';
import { LeverageSetter } from '../src/leverage/leverage-setter';
import { RedisBudget } from '../src/limiter/budget/budget.redis';
import { FreezeMemory } from '../src/limiter/budget/freeze-memory';
import { LedgerStore } from '../src/limiter/budget/ledger-store';
import { MeterLimits } from '../src/limiter/budget/meter-limits';
import { OutageBudget } from '../src/limiter/budget/outage-budget';
import { ExchangeClock } from '../src/limiter/clock/exchange-clock';
import { RedisRun } from '../src/limiter/clock/redis-run';
import { Limiter } from '../src/limiter/limiter';
import { Amendments } from '../src/orders/amendments';
import { ExecutionEngine } from '../src/orders/execution-engine';
import { LiveOrders } from '../src/orders/live-orders';
import { OrderCanceller } from '../src/orders/order-canceller';
import { OrderQueries } from '../src/orders/order-queries';
import { OrderRecorder } from '../src/orders/recording/order-recorder';
import { OutageOrders } from '../src/orders/outage-orders';
import { Disputes } from '../src/orders/reconciliation/disputes';
import { Reconciler } from '../src/orders/reconciliation/reconciler';
import { SendGate } from '../src/orders/send-gate';
import { EventRelay } from '../src/relay/event-relay';
import { FuturesLeverage } from '../src/venue/futures-leverage';
import { IncomeHistory } from '../src/venue/income-history';
import { OrderEntry } from '../src/venue/order-entry';
import { VenueAccounts } from '../src/venue/venue-accounts';
import { VenueMarkets } from '../src/venue/venue-markets';
import { VenueOrders } from '../src/venue/venue-orders';
import { FakeVenue } from './venue.fake';

export interface Stores {
  readonly redis: Redis;
  readonly nats: Awaited<ReturnType<typeof connectNats>>;
  readonly run: RedisRun;
  readonly clock: ExchangeClock;
}

export const APPROVAL_KEY = 'k'.repeat(32);
const ONE_WAY = { current: { positionMode: 'ONE_WAY', assetMode: 'SINGLE', canTrade: true } };
/** So long a dispute lasts in a spec. */
const DISPUTED_MS = 1_500;
const FORGOTTEN_MS = 3_000;

/** Remembers what it was asked to stop instead of asking risk. */
class NotedStops extends HaltRequester {
  readonly asked: string[] = [];
  readonly reasons: string[] = [];

  constructor() {
    super(undefined as never as Bus, createLog('execution', 0, 'fatal'));
  }

  override requestHalt(name: string, scope: StopScope, reason: string): void {
    this.asked.push(`${name}:${scope.type}:${scope.value ?? ''}`);
    this.reasons.push(reason);
  }
}

const PARTS = {
  recorder: OrderRecorder,
  disputes: Disputes,
  exposure: ExposureLedger,
  liveOrders: LiveOrders,
  coverage: AccountCoverage,
  leverage: LeverageSetter,
  leverages: LeverageStore,
  projection: AccountProjection,
  facts: AccountFacts,
  userEvents: UserEventHandler,
  sync: AccountSync,
  gate: SendGate,
  metrics: Metrics,
  outage: OutageOrders,
  engine: ExecutionEngine,
  amendments: Amendments,
  queries: OrderQueries,
  canceller: OrderCanceller,
  reconciler: Reconciler,
  balances: BalanceLedger,
  comparison: Comparison,
};
type Parts = { readonly [Part in keyof typeof PARTS]: InstanceType<(typeof PARTS)[Part]> };
export type Replica = Parts & { readonly stops: NotedStops };

export async function replicaOver(
  { redis, nats, run, clock }: Stores,
  venue: FakeVenue,
  overrides: object = {},
  income: IncomeHistory = { listIncome: () => Promise.resolve([]) },
): Promise<Replica> {
  const config = Object.assign(new ExecutionConfig(), { APPROVAL_KEY, LOG_LEVEL: 'fatal', ...overrides });
  const stops = new NotedStops();
  const building = Test.createTestingModule({
    imports: [PlatformModule.forService(new ServiceIdentity('execution', 0), config), ExecutionModule],
  })
    .overrideModule(RedisModule)
    .useModule({
      module: class {},
      global: true,
      providers: [{ provide: Redis, useValue: redis }],
      exports: [Redis],
    })
    .overrideProvider(NATS)
    .useValue(nats)
    .overrideProvider(Limiter)
    .useValue({ clock, budget: budgetOver(redis, run, clock), calls: {} })
    .overrideProvider(IncomeHistory)
    .useValue(income)
    .overrideProvider(AccountMode)
    .useValue(ONE_WAY)
    .overrideProvider(HaltRequester)
    .useValue(stops)
    .overrideProvider(Disputes)
    .useValue(new Disputes(DISPUTED_MS, FORGOTTEN_MS));
  for (const port of [OrderEntry, VenueOrders, VenueAccounts, VenueMarkets, FuturesLeverage])
    building.overrideProvider(port).useValue(venue);
  const module = await building.compile();
  module.get(EventRelay, { strict: false }).onApplicationBootstrap();
  const parts = Object.entries(PARTS).map(([name, part]) => [name, module.get(part, { strict: false })]);
  return { ...(Object.fromEntries(parts) as Parts), stops };
}

function budgetOver(redis: Redis, run: RedisRun, clock: ExchangeClock): RedisBudget {
  const limits = new MeterLimits(undefined);
  for (const market of MARKETS)
    limits.setAnnounced(market, [
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
  const nothing = (): void => undefined;
  return new RedisBudget(
    new LedgerStore(redis, run, limits, settings),
    clock,
    limits,
    new FreezeMemory(),
    new OutageBudget(1, () => false, nothing),
    { onWaited: nothing, onRefused: nothing, onFrozen: nothing, onThawed: nothing, onClockSuspect: nothing },
  );
}
