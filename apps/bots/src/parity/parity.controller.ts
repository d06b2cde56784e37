import { BotParity, GetBotParity, getBotParity } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { RunParities } from './run-parities';

@Controller()
export class ParityController {
  constructor(private readonly parities: RunParities) {}

  @MessagePattern(getBotParity.subject)
  get(@Payload() wish: GetBotParity): Promise<BotParity> {
    return this.parities.get(wish);
  }
}
