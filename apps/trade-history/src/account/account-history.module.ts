import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { ResultsModule } from '../results/results.module';
import { EquityRecorder } from './equity-recorder';
import { IncomeRecorder } from './income-recorder';
import { PriceRecorder } from './price-recorder';
import { Statements } from './statements';

@Module({
  imports: [DatabaseModule, ResultsModule],
  providers: [EquityRecorder, IncomeRecorder, PriceRecorder, Statements],
  exports: [EquityRecorder, IncomeRecorder, Statements],
})
export class AccountHistoryModule {}
