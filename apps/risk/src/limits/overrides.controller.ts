import { CreateOverride, OverrideView, createOverride } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Overrides } from './overrides';

@Controller()
export class OverridesController {
  constructor(private readonly overrides: Overrides) {}

  @MessagePattern(createOverride.subject)
  create(@Payload() request: CreateOverride): Promise<OverrideView> {
    return this.overrides.create(request);
  }
}
