/**
 * The same as the account keeper for the spot account, where spot is traded: another role, another stream, another watch.
 * An outage of spot stops nothing on futures, and the other way round.
 */
import { Health, LOG, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountFollower } from './account-follower';
import { AccountProjection } from './account-projection';
import { AccountMode } from '../facts/account-mode';
import { UserEventHandler } from './user-event-handler';
import { AccountPoller } from './account-poller';
import { AccountSync } from './account-sync';
import { AccountCoverage } from '../fleet/account-coverage';
import { Comparison } from './comparison';
import { ExecutionConfig } from '../execution.config';
import { LeverageSetter } from '../leverage/leverage-setter';
import { LeverageStore } from '../facts/leverage-store';
import { SpotUserStream } from '../venue/user-stream';

@Injectable()
export class SpotFollower extends AccountFollower {
  constructor(
    redis: Redis,
    identity: ServiceIdentity,
    stream: SpotUserStream,
    poll: AccountPoller,
    userEvents: UserEventHandler,
    sync: AccountSync,
    coverage: AccountCoverage,
    comparison: Comparison,
    projection: AccountProjection,
    leverages: LeverageStore,
    leverage: LeverageSetter,
    mode: AccountMode,
    health: Health,
    @Inject(LOG) log: Log,
    private readonly config: ExecutionConfig,
  ) {
    super(
      ...([
        redis,
        identity,
        stream,
        poll,
        userEvents,
        sync,
        coverage,
        comparison,
        projection,
        leverages,
      ] as const),
      ...([leverage, mode, health, log] as const),
    );
  }

  override onApplicationBootstrap(): void {
    if (this.config.markets().includes('spot')) super.onApplicationBootstrap();
  }

  protected override get market(): Market {
    return 'spot';
  }

  protected override get roleName(): string {
    return 'spot-keeper';
  }
}
