import { Module } from '@nestjs/common';
import { Connections } from './connections';
import { HealthController } from './health.controller';
import { RequestSlots } from './request-slots';

@Module({
  controllers: [HealthController],
  providers: [Connections, RequestSlots],
  exports: [Connections, RequestSlots],
})
export class HttpModule {}
