/**
 * Cancels what a stop covers, through execution, again each second until nothing is left or the stop has ended; the
 * one who asked for the stop waits for the first answer at most as long as his own time-out.
 */
import { CancelAllOrdersReply, StopPhase, cancelAllOrders } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock';
import { HaltMemory } from '../domain/halt-memory';
import { OpenStop } from '../domain/halt-record';
import { RiskConfig } from '../risk.config';
import { StopProgress } from './stop-views';

const AGAIN_MS = 1_000;
/** Kept back from the caller's time-out for the answer's own way. */
const ANSWER_MARGIN_MS = 300;

interface Taken {
  readonly redisPersisted: boolean;
  readonly durable: boolean;
  readonly requestedMs?: number;
}

@Injectable()
export class OpenOrderCanceler implements OnModuleDestroy {
  private readonly progress = new Map<string, StopProgress>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly bus: Bus,
    private readonly memory: HaltMemory,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  phaseOf({ stopId }: OpenStop): StopPhase {
    return this.progress.get(stopId)?.phase ?? 'BLOCKED';
  }

  progressOf(stop: OpenStop): StopProgress {
    return this.progress.get(stop.stopId) ?? this.blocked(stop, { redisPersisted: true, durable: true });
  }

  /** Answers with what the first round achieved, or with BLOCKED if that takes longer than the caller waits. */
  async begin(stop: OpenStop, taken: Taken): Promise<StopProgress> {
    this.forgetEnded();
    this.progress.set(stop.stopId, this.blocked(stop, taken));
    if (!stop.cancelOpenOrders || stop.state !== 'HALTED') return this.progressOf(stop);
    await this.round(stop);
    return this.progressOf(stop);
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async round(stop: OpenStop): Promise<void> {
    const { type, value } = stop.scope;
    try {
      const reply = await this.bus.request(
        cancelAllOrders,
        {
          actor: `kill-switch:${stop.stopId}`,
          ...(type === 'symbol' && { symbol: value }),
          ...(type === 'bot' && { botConfigId: value }),
        },
        { timeoutMs: this.config.KILL_SWITCH_ANSWER_TIMEOUT_MS - ANSWER_MARGIN_MS },
      );
      this.note(stop, reply);
      if (reply.remaining.length === 0) return;
    } catch (error) {
      this.log.error({ err: error, stopId: stop.stopId }, 'Open orders could not be cancelled; trying again');
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.memory.isEnded(stop)) void this.round(stop);
    }, AGAIN_MS);
    this.timers.add(timer);
  }

  private note(stop: OpenStop, { canceled, remaining }: CancelAllOrdersReply): void {
    const before = this.progressOf(stop);
    const canceledOrders = before.canceledOrders + canceled.length;
    this.progress.set(stop.stopId, { ...before, canceledOrders, remainingOrders: remaining });
    this.log.warn({ stopId: stop.stopId, canceled, remaining }, 'Open orders were cancelled for a stop');
  }

  private blocked(
    { activatedAtMs }: OpenStop,
    { redisPersisted, durable, requestedMs }: Taken,
  ): StopProgress {
    const blocked = this.clock.nowMs();
    return {
      phase: 'BLOCKED',
      phases: {
        requested: requestedMs ?? activatedAtMs,
        blocked,
        drained: null,
        cancelling: null,
        verified: null,
      },
      canceledOrders: 0,
      remainingOrders: [],
      redisPersisted,
      durable,
    };
  }

  private forgetEnded(): void {
    for (const { stopId } of this.memory.clears) this.progress.delete(stopId);
  }
}
