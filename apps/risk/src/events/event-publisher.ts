/**
 * Events that must not be lost because the log was unavailable for a moment: tried again under the same id until
 * stored. What is not stored when the process ends is lost, and said.
 */
import { EventContract } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 500;

@Injectable()
export class RiskEventPublisher implements OnModuleDestroy {
  private readonly waiting = new Set<string>();
  private readonly gauge;
  private isStopping = false;

  constructor(
    private readonly events: EventLog,
    @Inject(LOG) private readonly log: Log,
    metrics: Metrics,
  ) {
    this.gauge = metrics.gauge('elvis_risk_outbox_waiting', 'Events that the log has not confirmed yet');
  }

  /** Resolves when the event is stored, or after its first try failed; it is then tried on in the background. */
  async publish<Payload extends object>(
    contract: EventContract<Payload>,
    data: Payload,
    actor: string,
    timeMs: number,
    id = randomUUID() as string,
  ): Promise<void> {
    const options = { id, actor, timeMs };
    try {
      await this.events.publish(contract, data, options);
    } catch (error) {
      this.log.warn(
        { err: error, type: contract.type },
        'An event could not be stored in the event log; it is kept in memory and retried',
      );
      this.waiting.add(options.id);
      this.gauge.set(this.waiting.size);
      void this.keepTrying(contract, data, options);
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    if (this.waiting.size > 0)
      this.log.error(
        { events: this.waiting.size },
        'The service stopped before these events could be stored in the event log; they are lost',
      );
  }

  private async keepTrying<Payload extends object>(
    contract: EventContract<Payload>,
    data: Payload,
    options: { readonly id: string; readonly actor: string; readonly timeMs: number },
  ): Promise<void> {
    while (!this.isStopping) {
      await pause(PAUSE_MS);
      try {
        await this.events.publish(contract, data, options);
        this.waiting.delete(options.id);
        this.gauge.set(this.waiting.size);
        return;
      } catch {
        // Said once already; the gauge shows how many wait.
      }
    }
  }
}
