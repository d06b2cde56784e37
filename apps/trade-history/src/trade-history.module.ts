import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountKeeper } from './account/account-keeper';
import { IncomeKeeper } from './account/income-keeper';
import { PriceRecorder } from './account/price-recorder';
import { Statements } from './account/statements';
import { Checkpointer } from './audit/checkpointer';
import { Retention } from './audit/retention';
import { Bookkeeper } from './books/bookkeeper';
import { Instruments } from './books/instruments';
import { dataSourceOptions } from './database/data-source';
import { Database } from './database/database';
import { Partitions } from './database/partitions';
import { FiguresController } from './figures.controller';
import { HistoryController } from './history.controller';
import { AccessKeys } from './identity/access-keys';
import { ExchangeKeys } from './identity/exchange-keys';
import { IdentityController } from './identity/identity.controller';
import { Users } from './identity/users';
import { EventStore } from './ingest/event-store';
import { Ingestor } from './ingest/ingestor';
import { Bookings } from './queries/bookings';
import { Bots } from './queries/bots';
import { Decisions } from './queries/decisions';
import { Equity } from './queries/equity';
import { Fees } from './queries/fees';
import { Fifo } from './queries/fifo';
import { Orders } from './queries/orders';
import { PnlBreakdown } from './queries/pnl-breakdown';
import { RollingStats } from './queries/rolling-stats';
import { TradeDistribution } from './queries/trade-distribution';
import { TradeExports } from './queries/trade-exports';
import { Trades } from './queries/trades';
import { VolumeProfile } from './queries/volume-profile';
import { TradeHistoryConfig } from './trade-history.config';

const ACCOUNT = [AccountKeeper, PriceRecorder, IncomeKeeper, Statements];
const QUERIES = [
  Trades,
  TradeExports,
  Orders,
  Decisions,
  Fees,
  Bookings,
  Fifo,
  PnlBreakdown,
  RollingStats,
  TradeDistribution,
  VolumeProfile,
  Bots,
  Equity,
];

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [TradeHistoryConfig],
      // The database may be away when this service starts: `Database` opens the connection and keeps trying.
      useFactory: (config: TradeHistoryConfig) => ({
        ...dataSourceOptions(config),
        manualInitialization: true,
      }),
    }),
  ],
  controllers: [HistoryController, FiguresController, IdentityController],
  providers: [
    Database,
    Partitions,
    Instruments,
    Bookkeeper,
    EventStore,
    Ingestor,
    Checkpointer,
    Retention,
    ...ACCOUNT,
    ...QUERIES,
    Users,
    AccessKeys,
    ExchangeKeys,
  ],
})
export class TradeHistoryModule {}
