import { WorkQueueView, getWork } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { WorkMonitor } from './work-monitor';

@Controller()
export class WorkController {
  constructor(private readonly monitor: WorkMonitor) {}

  @MessagePattern(getWork.subject)
  async work(): Promise<{ readonly queues: readonly WorkQueueView[] }> {
    return { queues: await this.monitor.views() };
  }
}
