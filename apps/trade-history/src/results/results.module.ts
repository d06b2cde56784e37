import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { TradedAssets } from './traded-assets';
import { ResultRecorder } from './result-recorder';

@Module({
  imports: [DatabaseModule],
  providers: [TradedAssets, ResultRecorder],
  exports: [TradedAssets, ResultRecorder],
})
export class ResultsModule {}
