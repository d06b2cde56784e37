import { GetRateLimits, RateLimitsView, getRateLimits } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Limiter } from './limiter';

@Controller()
export class RateLimitsController {
  constructor(private readonly limiter: Limiter) {}

  @MessagePattern(getRateLimits.subject)
  show(_question: GetRateLimits): RateLimitsView {
    return this.limiter.viewLimits();
  }
}
