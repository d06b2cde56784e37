import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './database/data-source';
import { Database } from './database/database';
import { Partitions } from './database/partitions';
import { HistoryController } from './history.controller';
import { EventStore } from './ingest/event-store';
import { Ingestor } from './ingest/ingestor';
import { Decisions } from './queries/decisions';
import { Orders } from './queries/orders';
import { Trades } from './queries/trades';
import { TradeHistoryConfig } from './trade-history.config';

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
  controllers: [HistoryController],
  providers: [Database, Partitions, EventStore, Ingestor, Trades, Orders, Decisions],
})
export class TradeHistoryModule {}
