import {
  BotConfigVerdict,
  CheckBotConfig,
  GetRunningCode,
  ListStrategies,
  RunningCode,
  StrategyView,
  checkBotConfig,
  getRunningCode,
  listStrategies,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CodeInUse } from './code-in-use';
import { StrategyCatalogue } from './strategy-catalogue';

@Controller()
export class StrategiesController {
  constructor(
    private readonly catalogue: StrategyCatalogue,
    private readonly code: CodeInUse,
  ) {}

  @MessagePattern(listStrategies.subject)
  async list(@Payload() { name }: ListStrategies): Promise<{ readonly items: readonly StrategyView[] }> {
    return { items: await this.catalogue.list(name) };
  }

  @MessagePattern(checkBotConfig.subject)
  check(@Payload() { body }: CheckBotConfig): Promise<BotConfigVerdict> {
    return this.catalogue.check(body);
  }

  @MessagePattern(getRunningCode.subject)
  runningCode(@Payload() { strategy }: GetRunningCode): RunningCode {
    return this.code.of(strategy);
  }
}
