/** Looks at the holders of symbols every few seconds; of several replicas that look, one writes. */
import { LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { SymbolLeases } from './symbol-leases';

const EVERY_MS = 5_000;

@Injectable()
export class LeaseSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.look());

  constructor(
    private readonly leases: SymbolLeases,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(EVERY_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  private async look(): Promise<number> {
    try {
      await this.leases.look();
    } catch (error) {
      this.log.debug({ err: error }, 'Leases of symbols could not be read; they stay as they are. Retrying');
    }
    return EVERY_MS;
  }
}
