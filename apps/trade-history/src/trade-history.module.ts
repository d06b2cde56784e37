import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EquityRecorder } from './account/equity-recorder';
import { IncomeRecorder } from './account/income-recorder';
import { PriceRecorder } from './account/price-recorder';
import { Statements } from './account/statements';
import { Checkpointer } from './audit/checkpointer';
import { Retention } from './audit/retention';
import { ResultRecorder } from './results/result-recorder';
import { Instruments } from './results/instruments';
import { dataSourceOptions } from './database/data-source';
import { Database } from './database/database';
import { Partitions } from './database/partitions';
import { FiguresController } from './figures/figures.controller';
import { HistoryController } from './lists/history.controller';
import { AccessKeys } from './identity/access-keys';
import { ExchangeKeys } from './identity/exchange-keys';
import { IdentityController } from './identity/identity.controller';
import { Users } from './identity/users';
import { EventStore } from './ingest/event-store';
import { Ingestor } from './ingest/ingestor';
import { Bookings } from './figures/bookings';
import { Bots } from './figures/bots';
import { Decisions } from './lists/decisions';
import { Equity } from './figures/equity';
import { Fees } from './figures/fees';
import { Fifo } from './figures/fifo';
import { Orders } from './lists/orders';
import { PnlBreakdown } from './figures/pnl-breakdown';
import { RollingStats } from './figures/rolling-stats';
import { TradeDistribution } from './figures/trade-distribution';
import { TradeExports } from './lists/trade-exports';
import { Trades } from './lists/trades';
import { VolumeProfile } from './figures/volume-profile';
import { TradeHistoryConfig } from './trade-history.config';

const ACCOUNT = [EquityRecorder, PriceRecorder, IncomeRecorder, Statements];
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
    ResultRecorder,
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
