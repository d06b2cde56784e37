import {
  ClearReply,
  ClearStop,
  GetStopStatus,
  RequestStop,
  StopReply,
  StopStatus,
  clearStop,
  getStopStatus,
  requestStop,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { KillSwitch } from './kill-switch';

@Controller()
export class KillSwitchController {
  constructor(private readonly killSwitch: KillSwitch) {}

  @MessagePattern(requestStop.subject)
  requestStop(@Payload() request: RequestStop): Promise<StopReply> {
    return this.killSwitch.requestStop(request);
  }

  @MessagePattern(clearStop.subject)
  clearStop(@Payload() request: ClearStop): Promise<ClearReply> {
    return this.killSwitch.clear(request);
  }

  @MessagePattern(getStopStatus.subject)
  status(@Payload() _query: GetStopStatus): Promise<StopStatus> {
    return this.killSwitch.status();
  }
}
