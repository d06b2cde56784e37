import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { RunnerModule } from '../runner/runner.module';
import { StartModule } from '../start/start.module';
import { WorkerModule } from '../worker/worker.module';
import { BotClearance } from './bot-clearance';
import { BotSignals } from './bot-signals';
import { BotStarter } from './bot-starter';
import { BotSteering } from './bot-steering';
import { BotCommandsController } from './bot-commands.controller';
import { RunNumbers } from './run-numbers';
import { CodeInUse } from './code-in-use';
import { StrategiesController } from './strategies.controller';
import { StrategyCatalogue } from './strategy-catalogue';

/** Begins, steers and ends runs. */
@Module({
  imports: [JournalModule, BotFactsModule, RunnerModule, StartModule, WorkerModule],
  controllers: [BotCommandsController, StrategiesController],
  providers: [BotClearance, BotStarter, CodeInUse, BotSteering, BotSignals, RunNumbers, StrategyCatalogue],
  exports: [StrategyCatalogue],
})
export class LifecycleModule {}
