import { Health, LOG, Redis, ServiceIdentity } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { InjectionToken, Module, Provider } from '@nestjs/common';
import { ExecutionConfig } from '../execution.config';
import { AccountMode } from '../facts/account-mode';
import { AccountFactsModule } from '../facts/account-facts.module';
import { LeverageStore } from '../facts/leverage-store';
import { AccountCoverage } from '../fleet/account-coverage';
import { ReplicasModule } from '../fleet/replicas.module';
import { LedgersModule } from '../ledgers/ledgers.module';
import { LeverageSetter } from '../leverage/leverage-setter';
import { VenueLeverageModule } from '../leverage/venue-leverage.module';
import { LimiterModule } from '../limiter/limiter.module';
import { OrderExecutionModule } from '../orders/order-execution.module';
import { SpotUserStream, UserStream } from '../venue/user-stream';
import { VenueModule } from '../venue/venue.module';
import { AccountFollower } from './account-follower';
import { AccountInterest } from './account-interest';
import { AccountPoller } from './account-poller';
import { AccountProjection } from './account-projection';
import { AccountSync } from './account-sync';
import { BalanceComparison } from './balance-comparison';
import { Comparison } from './comparison';
import { DifferenceWorth } from './difference-worth';
import { ExternalActivity } from './external-activity';
import { FillsToFetch } from './fills-to-fetch';
import { SpotHoldings } from './spot-holdings';
import { UserEventHandler } from './user-event-handler';

/** What a follower of an account needs besides its market, in the order of its constructor. */
const followerNeeds = (stream: typeof UserStream): InjectionToken[] => [
  Redis,
  ServiceIdentity,
  stream,
  AccountPoller,
  UserEventHandler,
  AccountSync,
  AccountCoverage,
  Comparison,
  AccountProjection,
  LeverageStore,
  LeverageSetter,
  AccountMode,
  Health,
  ExecutionConfig,
  LOG,
];
type FollowerNeeds =
  ConstructorParameters<typeof AccountFollower> extends [Market, ...infer Needs] ? Needs : never;

const followerOf = (market: Market, stream: typeof UserStream): Provider => ({
  provide: `AccountFollower:${market}`,
  useFactory: (...needs: FollowerNeeds) => new AccountFollower(market, ...needs),
  inject: followerNeeds(stream),
});

@Module({
  imports: [
    LimiterModule,
    ReplicasModule,
    VenueModule,
    LedgersModule,
    AccountFactsModule,
    VenueLeverageModule,
    OrderExecutionModule,
  ],
  providers: [
    AccountInterest,
    AccountProjection,
    ExternalActivity,
    UserEventHandler,
    FillsToFetch,
    AccountSync,
    AccountPoller,
    BalanceComparison,
    DifferenceWorth,
    SpotHoldings,
    Comparison,
    followerOf('futures', UserStream),
    followerOf('spot', SpotUserStream),
  ],
})
export class AccountModule {}
