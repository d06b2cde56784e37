import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { FleetModule } from './fleet/fleet.module';
import { KillSwitchModule } from './kill-switch/kill-switch.module';
import { LimitsModule } from './limits/limits.module';
import { OrdersModule } from './orders/orders.module';
import { StartCheck } from './start-check';

/** What the service does; the rooms that these import come with them. */
@Module({
  imports: [RedisModule, KillSwitchModule, LimitsModule, FleetModule, OrdersModule],
  providers: [StartCheck],
})
export class RiskModule {}
