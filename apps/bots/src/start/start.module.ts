import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { RunnerModule } from '../runner/runner.module';
import { Commitment } from './commitment';
import { StartPlanner } from './start-planner';
import { StartRules } from './start-rules';

/** What must hold before a run trades: before it begins, and in its first step. */
@Module({
  imports: [JournalModule, BotFactsModule, RunnerModule],
  providers: [Commitment, StartRules, StartPlanner],
  exports: [StartRules, StartPlanner],
})
export class StartModule {}
