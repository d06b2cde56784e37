import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { ProtectionModule } from '../protection/protection.module';
import { RunnerModule } from '../runner/runner.module';
import { StartModule } from '../start/start.module';
import { BotSteps } from './bot-steps';
import { IntentSender } from './intent-sender';
import { StepConsequences } from './step-consequences';
import { StopPlanner } from './stop-planner';
import { StopProof } from './stop-proof';
import { WorkQueue } from './work-queue';
import { WorkController } from './work.controller';
import { WorkMonitor } from './work-monitor';
import { Workers } from './workers';

/** Takes due steps, one token at a time for each worker. */
@Module({
  imports: [JournalModule, BotFactsModule, RunnerModule, StartModule, ProtectionModule],
  controllers: [WorkController],
  providers: [
    WorkQueue,
    WorkMonitor,
    IntentSender,
    StopPlanner,
    StopProof,
    StepConsequences,
    BotSteps,
    Workers,
  ],
  exports: [BotSteps, WorkQueue, WorkMonitor],
})
export class WorkerModule {}
