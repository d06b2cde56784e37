import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { BotOpenOrders } from './bot-open-orders';
import { ProtectionFacts } from './protection-facts';
import { ProtectionPlanner } from './protection-planner';

/** Plans what keeps a position from being bare. */
@Module({
  imports: [BotFactsModule],
  providers: [BotOpenOrders, ProtectionFacts, ProtectionPlanner],
  exports: [BotOpenOrders, ProtectionFacts, ProtectionPlanner],
})
export class ProtectionModule {}
