import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module';
import { CandleMakers } from './candle-makers';
import { CandleStream } from './candle-stream';

@Module({ imports: [FeedsModule], providers: [CandleMakers, CandleStream] })
export class CandleMakingModule {}
