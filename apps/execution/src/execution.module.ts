import { RedisModule } from '@elvis/platform';
import { Module, OnApplicationBootstrap } from '@nestjs/common';
import { AccountModule } from './account/account.module';
import { AccountMode } from './facts/account-mode';
import { FactsModule } from './facts/facts.module';
import { FleetModule } from './fleet/fleet.module';
import { LedgersModule } from './ledgers/ledgers.module';
import { LeverageModule } from './leverage/leverage.module';
import { LimiterModule } from './limiter/limiter.module';
import { OrdersModule } from './orders/orders.module';
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
    FleetModule,
    VenueModule,
    LedgersModule,
    FactsModule,
    LeverageModule,
    OrdersModule,
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
