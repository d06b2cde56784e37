import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { HookPool } from './hook-pool';
import { StrategyPlanner } from './strategy-planner';

/** Strategies at work, each step in a thread. */
@Module({
  imports: [BotFactsModule],
  providers: [HookPool, StrategyPlanner],
  exports: [HookPool, StrategyPlanner],
})
export class RunnerModule {}
