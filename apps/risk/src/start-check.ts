/**
 * What has to be true, or at least said, before risk takes its first order: no Redis Cluster, every warning the limits
 * deserve, and the limits, the builds and the trading state read once. The rooms begin all at once, so that a store that
 * is slow holds back none of the others.
 */
import { LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { FleetVersions } from './fleet/fleet-versions';
import { HaltMemory } from './kill-switch/domain/halt-memory';
import { globalHalt } from './kill-switch/domain/halt-record';
import { HaltSync } from './kill-switch/halt-sync';
import { startWarnings } from './limits/limits';
import { RuntimeLimits } from './limits/runtime-limits';
import { RiskConfig } from './risk.config';

@Injectable()
export class StartCheck implements OnApplicationBootstrap {
  constructor(
    private readonly config: RiskConfig,
    private readonly redis: Redis,
    private readonly memory: HaltMemory,
    private readonly sync: HaltSync,
    private readonly limits: RuntimeLimits,
    private readonly builds: FleetVersions,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const warning of startWarnings(this.config)) this.log.warn(warning);
    await Promise.all([this.limits.refresh(), this.builds.refresh(), this.checkStops()]);
  }

  private async checkStops(): Promise<void> {
    await this.checkRedis();
    await this.sync.refresh();
    const halt = globalHalt(this.memory.stops);
    if (halt) {
      const { stopId, actor, reason, epoch } = halt;
      this.log.fatal(
        { stopId, actor, reason, epoch },
        'KILL SWITCH: trading is still halted by a stop from before this start; clear the stop when its cause is gone',
      );
    }
  }

  private async checkRedis(): Promise<void> {
    if (this.redis.status !== 'ready') await untilReady(this.redis);
    let info: string;
    try {
      info = await this.redis.info();
    } catch {
      this.log.warn(
        'Redis is unavailable at start: the trading state is unknown, and trading is blocked until Redis answers',
      );
      return;
    }
    if (/redis_mode:cluster/.test(info))
      throw new Error(
        'Redis Cluster cannot be used, because the kill switch needs a single Redis; set REDIS_HOST to one',
      );
    if (!/aof_enabled:1/.test(info)) {
      this.log.warn(
        'Redis does not write to disk (appendonly is off): after a restart stops have to be restored from the durable record. Set appendonly yes',
      );
    }
  }
}

const READY_WITHIN_MS = 2_000;

const untilReady = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, READY_WITHIN_MS);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
