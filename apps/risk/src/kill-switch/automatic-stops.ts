/**
 * Takes the stops that nobody asked for: each once, however many replicas see its reason, with the actor `auto:<name>`,
 * and again until it was taken.
 */
import { LOG, Log, Redis } from '@elvis/platform';
import { StopScope, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { HaltMemory } from './domain/halt-memory';
import { StopState } from './domain/halt-record';
import { KillSwitch } from './kill-switch';
import { OpeningOrders } from './opening-orders';

export interface AutomaticStop {
  readonly name: string;
  readonly scope: StopScope;
  readonly state?: StopState;
  /** With the numbers that tripped it. */
  readonly reason: string;
}

const AGAIN_MS = 1_000;
const TURN_MS = 5_000;

/** Present while a replica takes an automatic stop, so that the others do not; 5 s. */
const turnKey = (stop: string): string => `ELVIS_AUTOMATIC_STOP:${stop}`;

@Injectable()
export class AutomaticStops implements OnModuleDestroy {
  private readonly underWay = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly killSwitch: KillSwitch,
    private readonly memory: HaltMemory,
    private readonly opening: OpeningOrders,
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Whether a stop of this name and scope stands. */
  stands({ name, scope }: Pick<AutomaticStop, 'name' | 'scope'>): boolean {
    return this.memory.stops.some(
      (stop) =>
        stop.actor === `auto:${name}` && stop.scope.type === scope.type && stop.scope.value === scope.value,
    );
  }

  async take(stop: AutomaticStop): Promise<void> {
    const key = `${stop.name}:${stop.scope.type}:${stop.scope.value ?? ''}`;
    if (this.underWay.has(key) || this.stands(stop)) return;
    this.underWay.add(key);
    try {
      if (!(await this.isOurTurn(key))) return;
      await this.takeUntilTaken(stop);
    } finally {
      this.underWay.delete(key);
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async takeUntilTaken({ name, scope, state, reason }: AutomaticStop): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.killSwitch.requestStop({
          actor: `auto:${name}`,
          scope,
          state: state ?? 'HALTED',
          reason: reason.slice(0, 500),
        });
        if (state === 'REDUCING') this.opening.cancel(scope);
        return;
      } catch (error) {
        if (error instanceof TradingFailure && error.code === 'STOP_ADDS_NOTHING') return;
        this.log.error(
          { err: error, name, scope },
          'An automatic stop of trading could not be set; retrying. If it persists, stop trading by hand: npm run halt',
        );
        await pause(AGAIN_MS);
      }
    }
  }

  /** One replica takes it; without Redis each does. */
  private async isOurTurn(key: string): Promise<boolean> {
    try {
      return (await this.redis.set(turnKey(key), '1', 'PX', TURN_MS, 'NX')) === 'OK';
    } catch {
      return true;
    }
  }
}
