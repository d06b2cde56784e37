import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { CandleDays } from './candle-days';
import { CandleFiller } from './candle-filler';
import { CandleLists } from './candle-lists';
import { CandleRecorder } from './candle-recorder';
import { CandleStore } from './candle-store';
import { CandlesController } from './candles.controller';
import { DayComparer } from './day-comparer';

@Module({
  imports: [DatabaseModule],
  controllers: [CandlesController],
  providers: [CandleStore, CandleRecorder, CandleFiller, CandleLists, CandleDays, DayComparer],
})
export class CandlesModule {}
