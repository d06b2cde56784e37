import { Module } from '@nestjs/common';
import { CandlesModule } from './candles/candles.module';
import { FeedsModule } from './feeds/feeds.module';
import { QueriesModule } from './queries/queries.module';

@Module({ imports: [FeedsModule, QueriesModule, CandlesModule] })
export class MarketDataModule {}
