import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module';
import { MarketQueriesController } from './market-queries.controller';

@Module({ imports: [FeedsModule], controllers: [MarketQueriesController] })
export class QueriesModule {}
