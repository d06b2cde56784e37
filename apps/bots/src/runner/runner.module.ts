import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { HookPool } from './hook-pool';
import { StartPlanner } from './start-planner';
import { StrategyPlanner } from './strategy-planner';

/** Strategies at work, each step in a thread. */
@Module({
  imports: [BotFactsModule],
  providers: [HookPool, StrategyPlanner, StartPlanner],
  exports: [HookPool, StrategyPlanner, StartPlanner],
})
export class RunnerModule {}
