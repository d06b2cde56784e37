import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TradeHistoryConfig } from '../trade-history.config';
import { dataSourceOptions } from './data-source';
import { Database } from './database';
import { Partitions } from './partitions';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [TradeHistoryConfig],
      // The database may be unavailable when this service starts: `Database` opens the connection and keeps trying.
      useFactory: (config: TradeHistoryConfig) => ({
        ...dataSourceOptions(config),
        manualInitialization: true,
      }),
    }),
  ],
  providers: [Database, Partitions],
  exports: [Database, Partitions],
})
export class DatabaseModule {}
