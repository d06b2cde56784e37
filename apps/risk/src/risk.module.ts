/** Wires risk: the only file that names its adapters. */
import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { SystemClock } from './facts/adapters/clock.system';
import { AccountFeed } from './facts/account-feed';
import { LossMeter } from './facts/loss-meter';
import { SpotMeter } from './facts/spot-meter';
import { TransferPoller } from './facts/transfer-poller';
import { Clock } from './facts/clock';
import { HaltMemory } from './kill-switch/domain/halt-memory';
import { FleetVersions } from './fleet/fleet-versions';
import { AutomaticHalts } from './halts/automatic-halts';
import { LimitMonitor } from './halts/limit-monitor';
import { AutomaticStops } from './kill-switch/automatic-stops';
import { HaltConditions } from './kill-switch/halt-conditions';
import { OpeningOrders } from './kill-switch/opening-orders';
import { FlattenLock } from './kill-switch/flatten/flatten-lock';
import { Flattener } from './kill-switch/flatten/flattener';
import { HaltKeys } from './kill-switch/halt-keys';
import { HaltRecordStore } from './kill-switch/halt-record-store';
import { HaltSync } from './kill-switch/halt-sync';
import { KillSwitch } from './kill-switch/kill-switch';
import { KillSwitchController } from './kill-switch/kill-switch.controller';
import { StopClearing } from './kill-switch/clear/stop-clearing';
import { StopFollower } from './kill-switch/stop-follower';
import { StopPositions } from './kill-switch/flatten/stop-positions';
import { TradingStateController } from './kill-switch/trading-state.controller';
import { TradingStates } from './kill-switch/clear/trading-states';
import { LeverageController } from './leverage/leverage.controller';
import { LeverageChanges } from './leverage/leverage-changes';
import { RuntimeLimits } from './limits/runtime-limits';
import { LimitStore } from './limits/limit-store';
import { LimitsController } from './limits/limits.controller';
import { Overrides } from './limits/overrides';
import { OverridesController } from './limits/overrides.controller';
import { CoinPrices } from './facts/coin-prices';
import { Instruments } from './facts/instruments';
import { MarketFacts } from './facts/market-facts';
import { SpotFacts } from './facts/spot-facts';
import { OrderAmendments } from './orders/order-amendments';
import { RedisIncarnation } from './exposure/redis-incarnation';
import { ReservationSweeper } from './exposure/reservation-sweeper';
import { OrderFacts } from './orders/order-facts';
import { SubmitBatch } from './orders/submit-batch';
import { DecisionSteps } from './orders/decision-steps';
import { OrderPlacement } from './orders/order-placement';
import { OrdersController } from './orders/orders.controller';
import { OfflineReducer } from './orders/offline/offline-reducer';
import { OfflineSlots } from './orders/offline/offline-slots';
import { ReservationStore } from './exposure/reservation-store';
import { RiskEngine } from './orders/risk-engine';
import { Undecided } from './orders/undecided';
import { RiskEventPublisher } from './events/event-publisher';
import { StartCheck } from './start-check';

@Module({
  imports: [RedisModule],
  controllers: [
    OrdersController,
    KillSwitchController,
    TradingStateController,
    LeverageController,
    LimitsController,
    OverridesController,
  ],
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: HaltMemory, useFactory: () => new HaltMemory() },
    HaltKeys,
    { provide: RedisIncarnation, useExisting: HaltKeys },
    HaltRecordStore,
    HaltSync,
    StopFollower,
    StopPositions,
    StopClearing,
    FlattenLock,
    Flattener,
    KillSwitch,
    TradingStates,
    FleetVersions,
    HaltConditions,
    OpeningOrders,
    AutomaticStops,
    AutomaticHalts,
    LimitMonitor,
    LeverageChanges,
    LimitStore,
    RuntimeLimits,
    Overrides,
    AccountFeed,
    SpotMeter,
    LossMeter,
    TransferPoller,
    Instruments,
    MarketFacts,
    SpotFacts,
    CoinPrices,
    OrderFacts,
    ReservationStore,
    OrderPlacement,
    Undecided,
    DecisionSteps,
    OfflineSlots,
    OfflineReducer,
    RiskEngine,
    SubmitBatch,
    OrderAmendments,
    ReservationSweeper,
    RiskEventPublisher,
    StartCheck,
  ],
})
export class RiskModule {}
