import { IncomeItem, ListIncome, listIncome } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { IncomeCache } from './income-cache';
import { askedBy } from '../limiter/calls/asker';

@Controller()
export class IncomeController {
  constructor(private readonly income: IncomeCache) {}

  @MessagePattern(listIncome.subject)
  async listIncome(@Payload() span: ListIncome): Promise<{ readonly items: readonly IncomeItem[] }> {
    return { items: await askedBy('income-query', () => this.income.listIncome(span)) };
  }
}
