import { Module } from '@nestjs/common';
import { BotRecordsModule } from '../bots/bot-records.module';
import { DatabaseModule } from '../database/database.module';
import { Explanations } from './explanations';
import { ExplanationsController } from './explanations.controller';
import { FoundIds } from './found-ids';
import { RecordList } from './record-list';

@Module({
  imports: [DatabaseModule, BotRecordsModule],
  controllers: [ExplanationsController],
  providers: [Explanations, FoundIds, RecordList],
})
export class ExplanationsModule {}
