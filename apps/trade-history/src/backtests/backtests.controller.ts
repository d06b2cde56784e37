import {
  GetBacktest,
  ListBacktests,
  ListTrials,
  Page,
  StoredBacktest,
  getBacktest,
  listBacktests,
  listTrials,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { BacktestLists } from './backtest-lists';

@Controller()
export class BacktestsController {
  constructor(private readonly lists: BacktestLists) {}

  @MessagePattern(listBacktests.subject)
  list(@Payload() wish: ListBacktests): Promise<Page<StoredBacktest>> {
    return this.lists.list(wish);
  }

  @MessagePattern(getBacktest.subject)
  get(@Payload() wish: GetBacktest): Promise<StoredBacktest> {
    return this.lists.get(wish);
  }

  @MessagePattern(listTrials.subject)
  trials(@Payload() wish: ListTrials): Promise<{ readonly perPeriodSharpes: readonly number[] }> {
    return this.lists.trials(wish);
  }
}
