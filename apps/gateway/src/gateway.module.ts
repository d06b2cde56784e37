import { RedisModule } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { Alerts } from './alerts/alerts';
import { AuditTrail } from './audit/audit-trail';
import { CacheCounts } from './market/cache-counts';
import { ControlController } from './control/control.controller';
import { BotsController } from './history/bots.controller';
import { FiguresRestController } from './history/figures-rest.controller';
import { DecisionsController } from './history/decisions.controller';
import { TradesController } from './history/trades.controller';
import { Connections } from './http/connections';
import { HealthController } from './http/health.controller';
import { RequestSlots } from './http/request-slots';
import { Accounts } from './users/accounts';
import { AuthController } from './users/auth.controller';
import { Authentication } from './identity/authentication';
import { KeysController } from './keys/keys.controller';
import { KeyRotation } from './keys/key-rotation';
import { KnownKeys } from './identity/known-keys';
import { KnownUsers } from './identity/known-users';
import { Mail } from './users/mail';
import { OneTimeTokens } from './users/one-time-tokens';
import { Passwords } from './users/passwords';
import { UsersController } from './users/users.controller';
import { Seal } from './keys/seal';
import { Sessions } from './identity/sessions';
import { SignInLimiter } from './users/sign-in-limiter';
import { SignedValues } from './identity/signed-values';
import { Tokens } from './identity/tokens';
import { BareSwitch } from './kill-switch/bare-switch';
import { EmergencyStop } from './kill-switch/emergency-stop';
import { EmergencyStopController } from './kill-switch/emergency-stop.controller';
import { IpLimiter } from './limits/ip-limiter';
import { LiveController } from './live/live.controller';
import { LiveMessages } from './live/live-messages';
import { OpenStreams } from './live/open-streams';
import { Snapshots } from './live/snapshots';
import { StreamPlaces } from './live/stream-places';
import { Tickets } from './identity/tickets';
import { WebSockets } from './live/web-sockets';
import { SymbolCache } from './market/symbol-cache';
import { SymbolsController } from './market/symbols.controller';
import { AccountController } from './market/account.controller';
import { OrderBookCache } from './market/order-book-cache';
import { QuoteCache } from './market/quote-cache';
import { MarketController } from './market/market.controller';
import { OrdersClient } from './orders/orders-client';
import { OrdersRestController } from './orders/orders-rest.controller';

@Module({
  imports: [RedisModule],
  controllers: [
    HealthController,
    OrdersRestController,
    TradesController,
    DecisionsController,
    AccountController,
    MarketController,
    EmergencyStopController,
    ControlController,
    LiveController,
    SymbolsController,
    AuthController,
    KeysController,
    UsersController,
    FiguresRestController,
    BotsController,
  ],
  providers: [
    Alerts,
    AuditTrail,
    Authentication,
    Connections,
    KeyRotation,
    KnownKeys,
    KnownUsers,
    LiveMessages,
    Mail,
    OneTimeTokens,
    OpenStreams,
    Passwords,
    Sessions,
    SignInLimiter,
    SignedValues,
    Snapshots,
    StreamPlaces,
    Tickets,
    WebSockets,
    SymbolCache,
    Tokens,
    Accounts,
    Seal,
    IpLimiter,
    OrdersClient,
    RequestSlots,
    CacheCounts,
    OrderBookCache,
    QuoteCache,
    BareSwitch,
    EmergencyStop,
  ],
})
export class GatewayModule {}
