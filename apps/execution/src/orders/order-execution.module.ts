import { Module } from '@nestjs/common';
import { ReplicasModule } from '../fleet/replicas.module';
import { LedgersModule } from '../ledgers/ledgers.module';
import { VenueLeverageModule } from '../leverage/venue-leverage.module';
import { LimiterModule } from '../limiter/limiter.module';
import { RelayModule } from '../relay/relay.module';
import { VenueModule } from '../venue/venue.module';
import { Amendments } from './amendments';
import { ExecutionEngine } from './execution-engine';
import { InFlightRequests } from './in-flight-requests';
import { LiveOrders } from './live-orders';
import { OrderCanceller } from './order-canceller';
import { OrderQueries } from './order-queries';
import { OrderRecorder } from './recording/order-recorder';
import { OrderExecutionController } from './order-execution.controller';
import { OutageOrders } from './outage-orders';
import { DisputeSettlement } from './reconciliation/dispute-settlement';
import { Disputes } from './reconciliation/disputes';
import { ReconcileLoop } from './reconciliation/reconcile-loop';
import { Reconciler } from './reconciliation/reconciler';
import { SendGate } from './send-gate';

@Module({
  imports: [LimiterModule, ReplicasModule, VenueModule, LedgersModule, VenueLeverageModule, RelayModule],
  controllers: [OrderExecutionController],
  providers: [
    { provide: Disputes, useFactory: () => new Disputes() },
    OrderRecorder,
    LiveOrders,
    InFlightRequests,
    SendGate,
    ExecutionEngine,
    Amendments,
    OrderQueries,
    OrderCanceller,
    DisputeSettlement,
    Reconciler,
    ReconcileLoop,
    OutageOrders,
  ],
  exports: [Disputes, OrderRecorder, LiveOrders, InFlightRequests],
})
export class OrderExecutionModule {}
