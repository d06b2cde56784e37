import { GetLeverage, LeverageView, SetLeverage, getLeverage, setLeverage } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { LeverageChanges } from './leverage-changes';

@Controller()
export class LeverageController {
  constructor(private readonly changes: LeverageChanges) {}

  @MessagePattern(setLeverage.subject)
  set(@Payload() request: SetLeverage): Promise<LeverageView> {
    return this.changes.set(request);
  }

  @MessagePattern(getLeverage.subject)
  get(@Payload() { symbol }: GetLeverage): Promise<LeverageView> {
    return this.changes.get(symbol);
  }
}
