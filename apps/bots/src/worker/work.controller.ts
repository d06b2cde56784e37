import { WorkQueueView, getWork } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { WorkWatch } from './work-watch';

@Controller()
export class WorkController {
  constructor(private readonly watch: WorkWatch) {}

  @MessagePattern(getWork.subject)
  async work(): Promise<{ readonly queues: readonly WorkQueueView[] }> {
    return { queues: await this.watch.views() };
  }
}
