/** Every replica looks after every unresolved order, so that one whose replica died is adopted within seconds. */
import { LOG, Log, everyBeat } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Reconciler } from './reconciler';

const LOOK_EVERY_MS = 500;

@Injectable()
export class ReconcileLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private stopLooking: () => void = () => undefined;

  constructor(
    private readonly reconciler: Reconciler,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.stopLooking = everyBeat(LOOK_EVERY_MS, () => {
      this.reconciler.reconcileAll().catch((error: Error) => {
        this.log.warn({ reason: error.message }, 'A pass over orders of unknown state failed; retrying');
      });
    });
  }

  onModuleDestroy(): void {
    this.stopLooking();
  }
}
