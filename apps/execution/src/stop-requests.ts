/** Asks risk for an automatic stop. It is asked again until risk has taken it: a reason to stop does not pass by itself. */
import { requestStop } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { StopScope, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';

const AGAIN_MS = 1_000;

@Injectable()
export class StopRequests implements OnModuleDestroy {
  private readonly underWay = new Set<string>();
  private stopping = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @param name of the automatic actor, as in `auto:<name>` */
  ask(name: string, scope: StopScope, reason: string): void {
    const key = `${name}:${scope.type}:${scope.value ?? ''}`;
    if (this.underWay.has(key)) return;
    this.underWay.add(key);
    void this.askUntilTaken(name, scope, reason).finally(() => this.underWay.delete(key));
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async askUntilTaken(name: string, scope: StopScope, reason: string): Promise<void> {
    this.log.fatal({ alert: 'automatic-stop', actor: `auto:${name}`, scope, reason }, 'Asking for a stop');
    while (!this.stopping) {
      try {
        await this.bus.request(requestStop, { actor: `auto:${name}`, scope, reason: reason.slice(0, 500) });
        return;
      } catch (error) {
        if (error instanceof TradingFailure && error.code === 'STOP_ADDS_NOTHING') return;
        this.log.error({ err: error }, 'Risk did not take the stop; asking again');
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }
}
