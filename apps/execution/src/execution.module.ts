import { Health, LOG, Redis, RedisModule, ServiceIdentity } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { InjectionToken, Module, Provider } from '@nestjs/common';
import { AccountFacts } from './facts/account-facts';
import { AccountProjection } from './account/account-projection';
import { AccountFollower } from './account/account-follower';
import { AccountMode } from './facts/account-mode';
import { UserEventHandler } from './account/user-event-handler';
import { AccountPoller } from './account/account-poller';
import { AccountReader } from './facts/account-reader';
import { AccountStore } from './facts/account-store';
import { AccountSync } from './account/account-sync';
import { AccountCoverage } from './fleet/account-coverage';
import { ReconcileLoop } from './orders/reconciliation/reconcile-loop';
import { Amendments } from './orders/amendments';
import { BalanceLedger } from './ledgers/balance-ledger';
import { BalanceComparison } from './account/balance-comparison';
import { BINANCE_PORTS } from './venue/binance/binance-ports';
import { Comparison } from './account/comparison';
import { CountdownCancel } from './stops/countdown-cancel';
import { DifferenceWorth } from './account/difference-worth';
import { DisputeSettlement } from './orders/reconciliation/dispute-settlement';
import { Disputes } from './orders/reconciliation/disputes';
import { ExecutionConfig } from './execution.config';
import { ExecutionEngine } from './orders/execution-engine';
import { ExposureLedger } from './ledgers/exposure-ledger';
import { FactsController } from './facts/facts.controller';
import { FreshPositions } from './facts/fresh-positions';
import { IncomeCache } from './facts/income-cache';
import { IncomeController } from './facts/income.controller';
import { LeverageSetter } from './leverage/leverage-setter';
import { InstrumentCache } from './venue/instrument-cache';
import { LeverageController } from './leverage/leverage.controller';
import { LeverageStore } from './facts/leverage-store';
import { LimiterModule } from './limiter/limiter.module';
import { MarkPrices } from './facts/mark-prices';
import { OrderEventPublisher } from './orders/order-event-publisher';
import { OrderCanceller } from './orders/order-canceller';
import { OrderQueries } from './orders/order-queries';
import { LiveOrders } from './orders/live-orders';
import { OutageOrders } from './orders/outage-orders';
import { OrderRecorder } from './orders/order-recorder';
import { OrdersController } from './orders/orders.controller';
import { PlacementRefusals } from './venue/placement-refusals';
import { Reconciler } from './orders/reconciliation/reconciler';
import { SendGate } from './orders/send-gate';
import { SpotHoldings } from './account/spot-holdings';
import { StopStateStore } from './stops/stop-state-store';
import { StopSupervisor } from './stops/stop-supervisor';
import { InFlightRequests } from './orders/in-flight-requests';
import { StopHeartbeat } from './stops/stop-heartbeat';
import { HaltRequester } from './fleet/halt-requester';
import { OpenOrderCanceller } from './stops/open-order-canceller';
import { ExternalActivity } from './account/external-activity';
import { SymbolAssets } from './venue/symbol-assets';
import { TradeCursor } from './ledgers/trade-cursor';
import { SpotUserStream, UserStream } from './venue/user-stream';
import { OrderLocks } from './fleet/order-locks';

/** What a follower of an account needs besides its market, in the order of its constructor. */
const followerNeeds = (stream: typeof UserStream): InjectionToken[] => [
  ...[
    Redis,
    ServiceIdentity,
    stream,
    AccountPoller,
    UserEventHandler,
    AccountSync,
    AccountCoverage,
    Comparison,
  ],
  ...[AccountProjection, LeverageStore, LeverageSetter, AccountMode, Health, ExecutionConfig, LOG],
];
type FollowerNeeds =
  ConstructorParameters<typeof AccountFollower> extends [Market, ...infer Needs] ? Needs : never;

const followerOf = (market: Market, stream: typeof UserStream): Provider => ({
  provide: `AccountFollower:${market}`,
  useFactory: (...needs: FollowerNeeds) => new AccountFollower(market, ...needs),
  inject: followerNeeds(stream),
});

@Module({
  imports: [RedisModule, LimiterModule],
  controllers: [OrdersController, FactsController, IncomeController, LeverageController],
  providers: [
    ...BINANCE_PORTS,
    PlacementRefusals,
    AccountMode,
    HaltRequester,
    ExposureLedger,
    OrderEventPublisher,
    { provide: Disputes, useFactory: () => new Disputes() },
    OrderRecorder,
    LiveOrders,
    OrderLocks,
    AccountCoverage,
    LeverageSetter,
    SendGate,
    ExecutionEngine,
    Amendments,
    OrderQueries,
    OrderCanceller,
    DisputeSettlement,
    Reconciler,
    ReconcileLoop,
    AccountStore,
    AccountReader,
    AccountProjection,
    LeverageStore,
    MarkPrices,
    InstrumentCache,
    AccountFacts,
    IncomeCache,
    SymbolAssets,
    FreshPositions,
    OutageOrders,
    ExternalActivity,
    TradeCursor,
    UserEventHandler,
    AccountSync,
    AccountPoller,
    BalanceLedger,
    BalanceComparison,
    DifferenceWorth,
    SpotHoldings,
    Comparison,
    followerOf('futures', UserStream),
    followerOf('spot', SpotUserStream),
    CountdownCancel,
    StopStateStore,
    InFlightRequests,
    StopHeartbeat,
    OpenOrderCanceller,
    StopSupervisor,
  ],
})
export class ExecutionModule {}
