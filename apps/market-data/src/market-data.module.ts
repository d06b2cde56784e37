import { Module } from '@nestjs/common';
import { CandleMakingModule } from './candles/candle-making.module';
import { CaptureModule } from './capture/capture.module';
import { FeedsModule } from './feeds/feeds.module';
import { QueriesModule } from './queries/queries.module';
import { ReferenceModule } from './reference/reference.module';
import { StreamRelayModule } from './relay/stream-relay.module';

@Module({
  imports: [
    FeedsModule,
    QueriesModule,
    CandleMakingModule,
    CaptureModule,
    ReferenceModule,
    StreamRelayModule,
  ],
})
export class MarketDataModule {}
