import {
  GetTradingState,
  SetTradingState,
  TradingStateView,
  getTradingState,
  setTradingState,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { TradingStates } from './clear/trading-states';

@Controller()
export class TradingStateController {
  constructor(private readonly states: TradingStates) {}

  @MessagePattern(setTradingState.subject)
  set(@Payload() request: SetTradingState): Promise<TradingStateView> {
    return this.states.set(request);
  }

  @MessagePattern(getTradingState.subject)
  view(@Payload() _query: GetTradingState): Promise<TradingStateView> {
    return this.states.view();
  }
}
