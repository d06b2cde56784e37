import { CreateOverride, OverrideView, createOverride } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { OverrideDesk } from './overrides';

@Controller()
export class OverridesController {
  constructor(private readonly desk: OverrideDesk) {}

  @MessagePattern(createOverride.subject)
  create(@Payload() request: CreateOverride): Promise<OverrideView> {
    return this.desk.create(request);
  }
}
