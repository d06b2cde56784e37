/**
 * Notices an entry of the exposure that its sums do not count, as a version without sums writes it while it is being
 * replaced: risk refuses everything until the sums are right again, so they are corrected at once.
 */
import { EXPOSURE_KEY, EXPOSURE_SUMS_KEY } from '@elvis/contracts';
import { LOG, Log, Redis, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExposureLedger } from './exposure-ledger';

const PERIOD_MS = 1_000;

@Injectable()
export class SumsReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.look());

  constructor(
    private readonly redis: Redis,
    private readonly exposure: ExposureLedger,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(PERIOD_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  private async look(): Promise<number> {
    if (this.redis.status !== 'ready') return PERIOD_MS;
    try {
      const [entries, counted] = await Promise.all([
        this.redis.hlen(EXPOSURE_KEY),
        this.redis.hget(EXPOSURE_SUMS_KEY, 'n'),
      ]);
      // Written between the two, it only costs a comparison.
      if (entries !== Number(counted)) await this.exposure.compareSums();
    } catch (error) {
      this.log.debug({ err: error }, 'The sums of the exposure could not be checked; retrying');
    }
    return PERIOD_MS;
  }
}
