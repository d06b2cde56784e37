import { Module } from '@nestjs/common';
import { ClearancesModule } from '../clearances/clearances.module';
import { EventsModule } from '../events/events.module';
import { ExposureModule } from '../exposure/exposure.module';
import { FactsModule } from '../facts/facts.module';
import { AutomaticStops } from './automatic-stops';
import { StopClearing } from './clear/stop-clearing';
import { TradingStates } from './clear/trading-states';
import { HaltMemory } from './domain/halt-memory';
import { FlattenLock } from './flatten/flatten-lock';
import { Flattener } from './flatten/flattener';
import { StopPositions } from './flatten/stop-positions';
import { HaltConditions } from './halt-conditions';
import { HaltKeys } from './halt-keys';
import { HaltRecordStore } from './halt-record-store';
import { HaltSync } from './halt-sync';
import { KillSwitch } from './kill-switch';
import { KillSwitchController } from './kill-switch.controller';
import { OpeningOrders } from './opening-orders';
import { StopFollower } from './stop-follower';
import { TradingStateController } from './trading-state.controller';

@Module({
  imports: [FactsModule, EventsModule, ExposureModule, ClearancesModule],
  controllers: [KillSwitchController, TradingStateController],
  providers: [
    { provide: HaltMemory, useFactory: () => new HaltMemory() },
    HaltKeys,
    HaltRecordStore,
    HaltSync,
    StopFollower,
    StopPositions,
    StopClearing,
    FlattenLock,
    Flattener,
    KillSwitch,
    TradingStates,
    HaltConditions,
    OpeningOrders,
    AutomaticStops,
  ],
  exports: [HaltMemory, HaltSync, HaltConditions, AutomaticStops],
})
export class KillSwitchModule {}
