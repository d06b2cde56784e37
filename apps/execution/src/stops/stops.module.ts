import { Module } from '@nestjs/common';
import { ReplicasModule } from '../fleet/replicas.module';
import { LimiterModule } from '../limiter/limiter.module';
import { OrderExecutionModule } from '../orders/order-execution.module';
import { VenueModule } from '../venue/venue.module';
import { CountdownCancel } from './countdown-cancel';
import { OpenOrderCanceller } from './open-order-canceller';
import { StopHeartbeat } from './stop-heartbeat';
import { StopStateStore } from './stop-state-store';
import { StopSupervisor } from './stop-supervisor';

@Module({
  imports: [LimiterModule, ReplicasModule, VenueModule, OrderExecutionModule],
  providers: [CountdownCancel, StopStateStore, StopHeartbeat, OpenOrderCanceller, StopSupervisor],
})
export class StopsModule {}
