import { RedisModule } from '@elvis/platform';
import { Module, OnApplicationBootstrap } from '@nestjs/common';
import { AccountModule } from './account/account.module';
import { AccountMode } from './facts/account-mode';
import { AccountFactsModule } from './facts/account-facts.module';
import { ExchangeReadsModule } from './reads/exchange-reads.module';
import { ReplicasModule } from './fleet/replicas.module';
import { LedgersModule } from './ledgers/ledgers.module';
import { VenueLeverageModule } from './leverage/venue-leverage.module';
import { LimiterModule } from './limiter/limiter.module';
import { OrderExecutionModule } from './orders/order-execution.module';
import { RelayModule } from './relay/relay.module';
import { StopsModule } from './stops/stops.module';
import { VenueModule } from './venue/venue.module';

/**
 * What the service does. Nest starts room after room in the order of this list, waits for each, and stops them in the
 * reverse one: every room stands behind all that it uses (test/lifecycle.spec.ts).
 */
@Module({
  imports: [
    RedisModule,
    LimiterModule,
    ReplicasModule,
    VenueModule,
    LedgersModule,
    AccountFactsModule,
    ExchangeReadsModule,
    VenueLeverageModule,
    RelayModule,
    OrderExecutionModule,
    AccountModule,
    StopsModule,
  ],
})
export class ExecutionModule implements OnApplicationBootstrap {
  constructor(private readonly accountMode: AccountMode) {}

  /** Last, because it may wait for seconds for the exchange's word, and no stop or order has to wait with it. */
  async onApplicationBootstrap(): Promise<void> {
    await this.accountMode.checkAtStart();
  }
}
