import { GetLeverage, LeverageView, SetLeverage, getLeverage, setLeverage } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { LeverageDesk } from './leverage-changes';

@Controller()
export class LeverageController {
  constructor(private readonly desk: LeverageDesk) {}

  @MessagePattern(setLeverage.subject)
  set(@Payload() request: SetLeverage): Promise<LeverageView> {
    return this.desk.set(request);
  }

  @MessagePattern(getLeverage.subject)
  get(@Payload() { symbol }: GetLeverage): Promise<LeverageView> {
    return this.desk.get(symbol);
  }
}
