import { StartCapture, startCapture } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Captures } from './captures';

@Controller()
export class CapturesController {
  constructor(private readonly captures: Captures) {}

  @MessagePattern(startCapture.subject)
  start(@Payload() wish: StartCapture): { readonly untilMs: number } {
    return this.captures.start(wish);
  }
}
