import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/fleet.module';
import { LimiterModule } from '../limiter/limiter.module';
import { OrdersModule } from '../orders/orders.module';
import { VenueModule } from '../venue/venue.module';
import { CountdownCancel } from './countdown-cancel';
import { OpenOrderCanceller } from './open-order-canceller';
import { StopHeartbeat } from './stop-heartbeat';
import { StopStateStore } from './stop-state-store';
import { StopSupervisor } from './stop-supervisor';

@Module({
  imports: [LimiterModule, FleetModule, VenueModule, OrdersModule],
  providers: [CountdownCancel, StopStateStore, StopHeartbeat, OpenOrderCanceller, StopSupervisor],
})
export class StopsModule {}
