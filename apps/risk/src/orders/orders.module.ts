import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { ExposureModule } from '../exposure/exposure.module';
import { ClearancesModule } from '../clearances/clearances.module';
import { FactsModule } from '../facts/facts.module';
import { FleetModule } from '../fleet/fleet.module';
import { HaltsModule } from '../halts/halts.module';
import { KillSwitchModule } from '../kill-switch/kill-switch.module';
import { LeasesModule } from '../leases/leases.module';
import { LeverageModule } from '../leverage/leverage.module';
import { LimitsModule } from '../limits/limits.module';
import { DecisionSteps } from './decision-steps';
import { OfflineReducer } from './offline/offline-reducer';
import { OfflineSlots } from './offline/offline-slots';
import { OrderAmendments } from './order-amendments';
import { OrderFacts } from './order-facts';
import { OrderPlacement } from './order-placement';
import { OrdersController } from './orders.controller';
import { RiskEngine } from './risk-engine';
import { SubmitBatch } from './submit-batch';
import { SubmitList } from './submit-list';
import { Undecided } from './undecided';

@Module({
  imports: [
    FactsModule,
    EventsModule,
    ExposureModule,
    KillSwitchModule,
    FleetModule,
    LimitsModule,
    HaltsModule,
    LeverageModule,
    LeasesModule,
    ClearancesModule,
  ],
  controllers: [OrdersController],
  providers: [
    OrderFacts,
    OrderPlacement,
    Undecided,
    DecisionSteps,
    OfflineSlots,
    OfflineReducer,
    RiskEngine,
    SubmitBatch,
    SubmitList,
    OrderAmendments,
  ],
})
export class OrdersModule {}
