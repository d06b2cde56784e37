import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { AlertsModule } from './alerts/alerts.module';
import { AuditTrailModule } from './audit/audit-trail.module';
import { BacktestRoutesModule } from './backtests/backtest-routes.module';
import { GoNoGoRoutesModule } from './go-no-go/go-no-go-routes.module';
import { BotRoutesModule } from './bots/bot-routes.module';
import { ControlModule } from './control/control.module';
import { HistoryModule } from './history/history.module';
import { HttpModule } from './http/http.module';
import { AuthenticationModule } from './identity/authentication.module';
import { KeysModule } from './keys/keys.module';
import { EmergencyStopModule } from './kill-switch/emergency-stop.module';
import { ClientLimitsModule } from './limits/client-limits.module';
import { LiveModule } from './live/live.module';
import { MarketModule } from './market/market.module';
import { RestOrdersModule } from './orders/rest-orders.module';
import { OverviewModule } from './overview/overview.module';
import { UsersModule } from './users/users.module';

/** A module a room: each subject of the API first, then what every request passes. */
@Module({
  imports: [
    RedisModule,
    HttpModule,
    RestOrdersModule,
    HistoryModule,
    BacktestRoutesModule,
    GoNoGoRoutesModule,
    BotRoutesModule,
    MarketModule,
    EmergencyStopModule,
    ControlModule,
    LiveModule,
    UsersModule,
    KeysModule,
    AlertsModule,
    OverviewModule,
    AuditTrailModule,
    AuthenticationModule,
    ClientLimitsModule,
  ],
})
export class GatewayModule {}
