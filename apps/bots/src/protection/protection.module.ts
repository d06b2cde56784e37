import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { OpenOrders } from './open-orders';
import { ProtectionFacts } from './protection-facts';
import { ProtectionPlanner } from './protection-planner';

/** Plans what keeps a position from being bare. */
@Module({
  imports: [FactsModule],
  providers: [OpenOrders, ProtectionFacts, ProtectionPlanner],
  exports: [OpenOrders, ProtectionFacts, ProtectionPlanner],
})
export class ProtectionModule {}
