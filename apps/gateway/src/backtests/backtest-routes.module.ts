import { Module } from '@nestjs/common';
import { KeptAnswers } from '../bots/kept-answers';
import { BacktestPapersController } from './backtest-papers.controller';
import { BacktestsRestController } from './backtests-rest.controller';
import { OwnBacktests } from './own-backtests';

@Module({
  controllers: [BacktestsRestController, BacktestPapersController],
  providers: [OwnBacktests, KeptAnswers],
})
export class BacktestRoutesModule {}
