import { GetLimits, LimitsView, SetLimits, getLimits, setLimits } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { LossMeter } from '../facts/loss-meter';
import { LimitBook } from './runtime-limits';

@Controller()
export class LimitsController {
  constructor(
    private readonly book: LimitBook,
    private readonly losses: LossMeter,
  ) {}

  @MessagePattern(setLimits.subject)
  set(@Payload() request: SetLimits): Promise<LimitsView> {
    return this.book.set(request);
  }

  @MessagePattern(getLimits.subject)
  view(@Payload() query: GetLimits): LimitsView {
    return { ...this.book.view(query), losses: this.losses.view };
  }
}
