import { GetLimits, LimitsView, SetLimits, getLimits, setLimits } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { LossMeter } from '../facts/loss-meter';
import { RuntimeLimits } from './runtime-limits';

@Controller()
export class LimitsController {
  constructor(
    private readonly limits: RuntimeLimits,
    private readonly losses: LossMeter,
  ) {}

  @MessagePattern(setLimits.subject)
  set(@Payload() request: SetLimits): Promise<LimitsView> {
    return this.limits.set(request);
  }

  @MessagePattern(getLimits.subject)
  view(@Payload() query: GetLimits): LimitsView {
    return { ...this.limits.view(query), losses: this.losses.view };
  }
}
