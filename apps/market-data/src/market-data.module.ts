import { Module } from '@nestjs/common';
import { CandleMakingModule } from './candles/candle-making.module';
import { CaptureModule } from './capture/capture.module';
import { FeedsModule } from './feeds/feeds.module';
import { QueriesModule } from './queries/queries.module';

@Module({ imports: [FeedsModule, QueriesModule, CandleMakingModule, CaptureModule] })
export class MarketDataModule {}
