import { IncomeItem, ListIncome, listIncome } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { IncomeBook } from './income-book';

@Controller()
export class IncomeController {
  constructor(private readonly book: IncomeBook) {}

  @MessagePattern(listIncome.subject)
  async list(@Payload() span: ListIncome): Promise<{ readonly items: readonly IncomeItem[] }> {
    return { items: await this.book.list(span) };
  }
}
