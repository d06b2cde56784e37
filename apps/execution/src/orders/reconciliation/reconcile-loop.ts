/** Every replica looks after every unresolved order, so that one whose replica died is adopted within seconds. */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Reconciler } from './reconciler';

const LOOK_EVERY_MS = 500;

@Injectable()
export class ReconcileLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly reconciler: Reconciler,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.reconciler.reconcileAll().catch((error: Error) => {
        this.log.warn({ reason: error.message }, 'A pass over orders of unknown state failed; retrying');
      });
    }, LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
