/**
 * The same as the account keeper for the spot account, where spot is traded: another role, another stream, another watch.
 * An outage of spot stops nothing on futures, and the other way round.
 */
import { Health, LOG, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountKeeper } from './account-keeper';
import { AccountFollower } from './account-follower';
import { AccountMode } from './account-mode';
import { AccountNews } from './account-news';
import { AccountPoll } from './account-poll';
import { AccountSync } from './account-sync';
import { AccountWatch } from './account-watch';
import { Comparison } from './comparison';
import { ExecutionConfig } from './execution.config';
import { LeverageKeeper } from './leverage-keeper';
import { LeverageStore } from './leverage-store';
import { SpotUserStream } from './user-stream';

@Injectable()
export class SpotKeeper extends AccountKeeper {
  constructor(
    redis: Redis,
    identity: ServiceIdentity,
    stream: SpotUserStream,
    poll: AccountPoll,
    news: AccountNews,
    sync: AccountSync,
    watch: AccountWatch,
    comparison: Comparison,
    follower: AccountFollower,
    leverages: LeverageStore,
    leverage: LeverageKeeper,
    mode: AccountMode,
    health: Health,
    @Inject(LOG) log: Log,
    private readonly config: ExecutionConfig,
  ) {
    super(
      ...([redis, identity, stream, poll, news, sync, watch, comparison, follower, leverages] as const),
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
