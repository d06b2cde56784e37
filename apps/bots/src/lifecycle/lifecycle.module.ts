import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { RunnerModule } from '../runner/runner.module';
import { WorkerModule } from '../worker/worker.module';
import { BotSignals } from './bot-signals';
import { BotStarter } from './bot-starter';
import { BotSteering } from './bot-steering';
import { BotsController } from './bots.controller';
import { RunNumbers } from './run-numbers';
import { StrategiesController } from './strategies.controller';
import { StrategyCatalogue } from './strategy-catalogue';

/** Begins, steers and ends runs. */
@Module({
  imports: [JournalModule, FactsModule, RunnerModule, WorkerModule],
  controllers: [BotsController, StrategiesController],
  providers: [BotStarter, BotSteering, BotSignals, RunNumbers, StrategyCatalogue],
})
export class LifecycleModule {}
