import { Explanation, GetExplanation, getExplanation } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Explanations } from './explanations';

@Controller()
export class ExplanationsController {
  constructor(private readonly explanations: Explanations) {}

  @MessagePattern(getExplanation.subject)
  get(@Payload() wish: GetExplanation): Promise<Explanation> {
    return this.explanations.get(wish);
  }
}
