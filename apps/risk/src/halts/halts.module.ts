import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { FactsModule } from '../facts/facts.module';
import { FleetModule } from '../fleet/fleet.module';
import { KillSwitchModule } from '../kill-switch/kill-switch.module';
import { LimitsModule } from '../limits/limits.module';
import { AutomaticHalts } from './automatic-halts';
import { LimitMonitor } from './limit-monitor';

@Module({
  imports: [FactsModule, EventsModule, KillSwitchModule, FleetModule, LimitsModule],
  providers: [AutomaticHalts, LimitMonitor],
  exports: [AutomaticHalts, LimitMonitor],
})
export class HaltsModule {}
