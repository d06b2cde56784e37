import { Module } from '@nestjs/common';
import { BacktestsModule } from './backtests/backtests.module';
import { BotRecordsModule } from './bots/bot-records.module';
import { CandlesModule } from './candles/candles.module';
import { ExplanationsModule } from './explanations/explanations.module';
import { FiguresModule } from './figures/figures.module';
import { GoNoGoModule } from './go-no-go/go-no-go.module';
import { IdentityModule } from './identity/identity.module';
import { IngestModule } from './ingest/ingest.module';
import { ListsModule } from './lists/lists.module';

/** What the service does; the rooms that these import come with them. */
@Module({
  imports: [
    IngestModule,
    ListsModule,
    FiguresModule,
    IdentityModule,
    CandlesModule,
    BotRecordsModule,
    BacktestsModule,
    GoNoGoModule,
    ExplanationsModule,
  ],
})
export class TradeHistoryModule {}
