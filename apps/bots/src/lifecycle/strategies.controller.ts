import {
  BotConfigVerdict,
  CheckBotConfig,
  ListStrategies,
  StrategyView,
  checkBotConfig,
  listStrategies,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { StrategyCatalogue } from './strategy-catalogue';

@Controller()
export class StrategiesController {
  constructor(private readonly catalogue: StrategyCatalogue) {}

  @MessagePattern(listStrategies.subject)
  list(@Payload() { name }: ListStrategies): { readonly items: readonly StrategyView[] } {
    return { items: this.catalogue.list(name) };
  }

  @MessagePattern(checkBotConfig.subject)
  check(@Payload() { body }: CheckBotConfig): BotConfigVerdict {
    return this.catalogue.check(body);
  }
}
