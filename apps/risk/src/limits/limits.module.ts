import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { FactsModule } from '../facts/facts.module';
import { LimitStore } from './limit-store';
import { LimitsController } from './limits.controller';
import { Overrides } from './overrides';
import { OverridesController } from './overrides.controller';
import { RuntimeLimits } from './runtime-limits';

@Module({
  imports: [FactsModule, EventsModule],
  controllers: [LimitsController, OverridesController],
  providers: [LimitStore, RuntimeLimits, Overrides],
  exports: [RuntimeLimits, Overrides],
})
export class LimitsModule {}
