import {
  Explanation,
  GetExplanation,
  ListRecord,
  RecordEntry,
  getExplanation,
  listRecord,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Explanations } from './explanations';
import { RecordList } from './record-list';

@Controller()
export class ExplanationsController {
  constructor(
    private readonly explanations: Explanations,
    private readonly record: RecordList,
  ) {}

  @MessagePattern(listRecord.subject)
  list(@Payload() wish: ListRecord): Promise<{ readonly items: readonly RecordEntry[] }> {
    return this.record.list(wish);
  }

  @MessagePattern(getExplanation.subject)
  get(@Payload() wish: GetExplanation): Promise<Explanation> {
    return this.explanations.get(wish);
  }
}
