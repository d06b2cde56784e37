import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { BacktestLists } from './backtest-lists';
import { BacktestsController } from './backtests.controller';

/** Backtests and trials, as the ingest has written them. */
@Module({ imports: [DatabaseModule], controllers: [BacktestsController], providers: [BacktestLists] })
export class BacktestsModule {}
