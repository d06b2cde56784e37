import { Module } from '@nestjs/common';
import { CandlesModule } from './candles/candles.module';
import { CaptureModule } from './capture/capture.module';
import { FeedsModule } from './feeds/feeds.module';
import { QueriesModule } from './queries/queries.module';

@Module({ imports: [FeedsModule, QueriesModule, CandlesModule, CaptureModule] })
export class MarketDataModule {}
