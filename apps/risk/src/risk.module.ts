/** Wires risk: the only file that names its adapters. */
import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { SystemClock } from './adapters/clock.system';
import { AccountFeed } from './account/account-feed';
import { LossMeter } from './account/loss-meter';
import { SpotMeter } from './account/spot-meter';
import { TransferWatch } from './account/transfer-watch';
import { Clock } from './clock';
import { HaltMemory } from './domain/halt-memory';
import { BuildWatch } from './fleet/build-watch';
import { AutomaticHalts } from './halts/automatic-halts';
import { LimitWatch } from './halts/limit-watch';
import { AutomaticStops } from './halts/automatic-stops';
import { LastingConditions } from './halts/lasting-conditions';
import { OpeningOrders } from './halts/opening-orders';
import { FlattenKeys } from './kill-switch/flatten-keys';
import { Flattener } from './kill-switch/flattener';
import { HaltKeys } from './kill-switch/halt-keys';
import { HaltRecordStore } from './kill-switch/halt-record-store';
import { HaltSync } from './kill-switch/halt-sync';
import { KillSwitch } from './kill-switch/kill-switch';
import { KillSwitchController } from './kill-switch/kill-switch.controller';
import { StopClearing } from './kill-switch/stop-clearing';
import { StopFollower } from './kill-switch/stop-follower';
import { StopPositions } from './kill-switch/stop-positions';
import { TradingStateController } from './kill-switch/trading-state.controller';
import { TradingStates } from './kill-switch/trading-states';
import { LeverageController } from './leverage/leverage.controller';
import { LeverageDesk } from './leverage/leverage-desk';
import { LimitBook } from './limits/limit-book';
import { LimitStore } from './limits/limit-store';
import { LimitsController } from './limits/limits.controller';
import { OverrideDesk } from './limits/override-desk';
import { OverridesController } from './limits/overrides.controller';
import { CoinPrices } from './market/coin-prices';
import { Instruments } from './market/instruments';
import { MarketFacts } from './market/market-facts';
import { SpotFacts } from './market/spot-facts';
import { AmendmentDesk } from './orders/amendment-desk';
import { ReservationSweeper } from './orders/reservation-sweeper';
import { OrderFacts } from './orders/order-facts';
import { BatchDesk } from './orders/batch-desk';
import { OrderJudge } from './orders/order-judge';
import { OrderPlacement } from './orders/order-placement';
import { OrdersController } from './orders/orders.controller';
import { OutageDesk } from './orders/outage-desk';
import { OutageSlots } from './orders/outage-slots';
import { ReservationStore } from './orders/reservation-store';
import { RiskEngine } from './orders/risk-engine';
import { Undecided } from './orders/undecided';
import { Outbox } from './outbox';
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
    HaltRecordStore,
    HaltSync,
    StopFollower,
    StopPositions,
    StopClearing,
    FlattenKeys,
    Flattener,
    KillSwitch,
    TradingStates,
    BuildWatch,
    LastingConditions,
    OpeningOrders,
    AutomaticStops,
    AutomaticHalts,
    LimitWatch,
    LeverageDesk,
    LimitStore,
    LimitBook,
    OverrideDesk,
    AccountFeed,
    SpotMeter,
    LossMeter,
    TransferWatch,
    Instruments,
    MarketFacts,
    SpotFacts,
    CoinPrices,
    OrderFacts,
    ReservationStore,
    OrderPlacement,
    Undecided,
    OrderJudge,
    OutageSlots,
    OutageDesk,
    RiskEngine,
    BatchDesk,
    AmendmentDesk,
    ReservationSweeper,
    Outbox,
    StartCheck,
  ],
})
export class RiskModule {}
