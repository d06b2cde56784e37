import { Module } from '@nestjs/common';
import { AccountHistoryModule } from '../account/account-history.module';
import { DatabaseModule } from '../database/database.module';
import { ListsModule } from '../lists/lists.module';
import { Bookings } from './bookings';
import { Bots } from './bots';
import { Equity } from './equity';
import { Fees } from './fees';
import { Fifo } from './fifo';
import { FiguresController } from './figures.controller';
import { PnlBreakdown } from './pnl-breakdown';
import { RollingStats } from './rolling-stats';
import { TradeDistribution } from './trade-distribution';
import { VolumeProfile } from './volume-profile';

@Module({
  imports: [DatabaseModule, AccountHistoryModule, ListsModule],
  controllers: [FiguresController],
  providers: [
    Fees,
    Bookings,
    Fifo,
    PnlBreakdown,
    RollingStats,
    TradeDistribution,
    VolumeProfile,
    Bots,
    Equity,
  ],
})
export class FiguresModule {}
