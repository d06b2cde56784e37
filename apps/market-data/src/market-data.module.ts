import { Module } from '@nestjs/common';
import { FeedsModule } from './feeds/feeds.module';
import { QueriesModule } from './queries/queries.module';

@Module({ imports: [FeedsModule, QueriesModule] })
export class MarketDataModule {}
