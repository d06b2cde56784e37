import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { FactsModule } from '../facts/facts.module';
import { KillSwitchModule } from '../kill-switch/kill-switch.module';
import { LeasesModule } from '../leases/leases.module';
import { LimitsModule } from '../limits/limits.module';
import { LeverageChanges } from './leverage-changes';
import { LeverageController } from './leverage.controller';

@Module({
  imports: [FactsModule, EventsModule, KillSwitchModule, LeasesModule, LimitsModule],
  controllers: [LeverageController],
  providers: [LeverageChanges],
  exports: [LeverageChanges],
})
export class LeverageModule {}
