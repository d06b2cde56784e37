import {
  CandleDayCompared,
  CandleList,
  CompareCandles,
  ListCandles,
  compareCandles,
  listCandles,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CandleDays } from './candle-days';
import { CandleLists } from './candle-lists';

@Controller()
export class CandlesController {
  constructor(
    private readonly lists: CandleLists,
    private readonly days: CandleDays,
  ) {}

  @MessagePattern(listCandles.subject)
  list(@Payload() wish: ListCandles): Promise<CandleList> {
    return this.lists.list(wish);
  }

  @MessagePattern(compareCandles.subject)
  async compare(
    @Payload() { day }: CompareCandles,
  ): Promise<{ readonly days: readonly CandleDayCompared[] }> {
    return { days: await this.days.compare(day) };
  }
}
