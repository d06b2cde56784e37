import { Module } from '@nestjs/common';
import { KeptAnswers } from '../bots/kept-answers';
import { BacktestPapersController } from './backtest-papers.controller';
import { BacktestsController } from './backtests.controller';
import { OwnBacktests } from './own-backtests';

@Module({
  controllers: [BacktestsController, BacktestPapersController],
  providers: [OwnBacktests, KeptAnswers],
})
export class BacktestRoutesModule {}
