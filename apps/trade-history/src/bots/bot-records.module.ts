import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { BotChanges } from './bot-changes';
import { BotConfigs } from './bot-configs';
import { BotLists } from './bot-lists';
import { BotRecorder } from './bot-recorder';
import { BotRecordsController } from './bot-records.controller';
import { BotSteps } from './bot-steps';
import { SignalSecrets } from './signal-secrets';

@Module({
  imports: [DatabaseModule],
  controllers: [BotRecordsController],
  providers: [BotChanges, BotConfigs, BotLists, BotRecorder, BotSteps, SignalSecrets],
})
export class BotRecordsModule {}
