import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { LifecycleModule } from '../lifecycle/lifecycle.module';
import { WorkerModule } from '../worker/worker.module';
import { ResearchAnnouncer } from './research-announcer';
import { ResearchController } from './research.controller';
import { ResearchJobs } from './research-jobs';
import { ResearchJournal } from './research-journal';
import { ResearchWorkers } from './research-workers';

/** Backtests as jobs: any process of the service takes them, those with the role `research` carry them out. */
@Module({
  imports: [BotFactsModule, LifecycleModule, WorkerModule],
  controllers: [ResearchController],
  providers: [ResearchJournal, ResearchAnnouncer, ResearchJobs, ResearchWorkers],
})
export class ResearchModule {}
