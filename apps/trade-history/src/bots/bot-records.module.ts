import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { BotConfigChanges } from './bot-config-changes';
import { BotConfigs } from './bot-configs';
import { BotLists } from './bot-lists';
import { BotRecorder } from './bot-recorder';
import { BotRecordsController } from './bot-records.controller';
import { ExplainedSteps } from './explained-steps';
import { SignalSecrets } from './signal-secrets';

@Module({
  imports: [DatabaseModule],
  controllers: [BotRecordsController],
  providers: [BotConfigChanges, BotConfigs, BotLists, BotRecorder, ExplainedSteps, SignalSecrets],
  exports: [BotConfigs, ExplainedSteps],
})
export class BotRecordsModule {}
