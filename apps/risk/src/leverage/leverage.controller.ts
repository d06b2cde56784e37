import {
  GetLeverage,
  LeverageView,
  SetLeverage,
  getLeverage,
  setFrontLeverage,
  setLeverage,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { SymbolLeases } from '../leases/symbol-leases';
import { botOfActor } from '../actors/require-bot';
import { LeverageChanges } from './leverage-changes';

@Controller()
export class LeverageController {
  constructor(
    private readonly changes: LeverageChanges,
    private readonly leases: SymbolLeases,
  ) {}

  @MessagePattern(setLeverage.subject)
  set(@Payload() request: SetLeverage): Promise<LeverageView> {
    return this.changes.set(request);
  }

  @MessagePattern(setFrontLeverage.subject)
  async setOfFront(@Payload() { actor, remoteIp, symbol, leverage }: SetLeverage): Promise<LeverageView> {
    botOfActor(actor);
    await this.leases.require(actor, symbol);
    return this.changes.set({ actor, symbol, leverage, ...(remoteIp !== undefined && { remoteIp }) });
  }

  @MessagePattern(getLeverage.subject)
  get(@Payload() { symbol }: GetLeverage): Promise<LeverageView> {
    return this.changes.get(symbol);
  }
}
