import { ExchangeAnswer, ReadExchange, readExchange } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ExchangeReads } from './exchange-reads';

@Controller()
export class ExchangeReadsController {
  constructor(private readonly reads: ExchangeReads) {}

  @MessagePattern(readExchange.subject)
  read(@Payload() question: ReadExchange): Promise<ExchangeAnswer> {
    return this.reads.read(question);
  }
}
