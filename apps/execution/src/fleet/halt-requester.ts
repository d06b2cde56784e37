/**
 * Asks risk for an automatic stop. It is asked again until risk has taken it: a reason to stop does not pass by itself,
 * and a scope that risk does not take is widened to everything rather than asked for in vain.
 */
import { requestStop } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { GLOBAL_SCOPE, StopScope, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';

const AGAIN_MS = 1_000;

@Injectable()
export class HaltRequester implements OnModuleDestroy {
  private readonly underWay = new Set<string>();
  private stopping = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @param name of the automatic actor, as in `auto:<name>` */
  requestHalt(name: string, scope: StopScope, reason: string): void {
    const key = `${name}:${scope.type}:${scope.value ?? ''}`;
    if (this.underWay.has(key)) return;
    this.underWay.add(key);
    void this.requestUntilAccepted(name, scope, reason).finally(() => this.underWay.delete(key));
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async requestUntilAccepted(name: string, scope: StopScope, reason: string): Promise<void> {
    this.log.fatal(
      { alert: 'automatic-stop', actor: `auto:${name}`, scope, reason },
      'Trading is being stopped automatically, for the reason in this line; find the cause before clearing the stop',
    );
    let named = scope;
    while (!this.stopping) {
      try {
        const stop = { actor: `auto:${name}`, scope: named, reason: reason.slice(0, 500) };
        await this.bus.request(requestStop, stop);
        return;
      } catch (error) {
        const code = error instanceof TradingFailure ? error.code : undefined;
        if (code === 'STOP_ADDS_NOTHING') return;
        if (code === 'MESSAGE_MALFORMED' && named.type !== 'global') {
          this.log.error(
            { err: error, scope },
            'Risk refused an automatic stop of this scope; all trading is being stopped instead',
          );
          named = GLOBAL_SCOPE;
          continue;
        }
        this.log.error(
          { err: error },
          'Risk did not accept an automatic stop; retrying. If it persists, stop trading by hand: npm run halt',
        );
        await pause(AGAIN_MS);
      }
    }
  }
}
