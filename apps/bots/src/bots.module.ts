import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { LifecycleModule } from './lifecycle/lifecycle.module';
import { ParityModule } from './parity/parity.module';
import { ResearchModule } from './research/research.module';
import { SupervisorModule } from './supervisor/supervisor.module';
import { WorkerModule } from './worker/worker.module';

/** What the service does; the rooms that these import come with them. `BOTS_ROLE` says which of them work. */
@Module({
  imports: [RedisModule, LifecycleModule, WorkerModule, SupervisorModule, ParityModule, ResearchModule],
})
export class BotsModule {}
