/**
 * Follows every stop on its way, as execution's driver writes it down in Redis, and tells it to the one that waits.
 * Where nobody drives (Redis or the driver is unavailable) open orders are canceled by the bus, and the full bound of
 * the exchange's own timestamp rule drains: until then nothing is claimed.
 */
import {
  KillSwitchProgressed,
  RemainingOrder,
  RemainingPosition,
  StopProgress,
  cancelAllOrders,
  killSwitchProgressed,
} from '@elvis/contracts';
import { Bus, EventLog, LOG, Log } from '@elvis/platform';
import { StopWay, advance, fullWaitOutMs, isVerified, requestedWay, stopBounds } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { HaltMemory } from './domain/halt-memory';
import { OpenStop } from './domain/halt-record';
import { RiskConfig } from '../risk.config';
import { FlatProgress, HaltKeys } from './halt-keys';
import { StopPositions } from './flatten/stop-positions';

const CHECK_MS = 500;
const CHECK_WHILE_WAITED_MS = 20;
/** For so long execution's driver may leave a stop alone before risk asks for the cancels itself. */
const DRIVER_PATIENCE_MS = 1_000;
const AGAIN_MS = 1_000;
const BEFORE_FLATTEN = 'closed once the open orders are verified gone';
const NOT_FLATTENED = 'the stop was not asked to flatten';

export interface Taken {
  readonly redisPersisted: boolean;
  readonly durable: boolean;
  /** When the first of the stores had it: from then on nothing is granted. */
  readonly blockedAtMs?: number;
}

/** What is known of a stop's way. */
export interface StopSight extends StopProgress, Taken {
  /** Null while it is not known what stands. */
  readonly remainingPositions: readonly RemainingPosition[] | null;
}

interface Follow {
  readonly stop: OpenStop;
  readonly since: number;
  taken: Taken | undefined;
  /** What risk has reached by itself where nobody drives. */
  way: StopWay;
  canceled: readonly string[];
  remaining: readonly RemainingOrder[];
  rounds: number;
  told: string;
}

@Injectable()
export class StopFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly follows = new Map<string, Follow>();
  private readonly waiters = new Set<() => void>();
  private driven: ReadonlyMap<string, StopProgress> = new Map();
  private flat: ReadonlyMap<string, FlatProgress> = new Map();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly keys: HaltKeys,
    private readonly positions: StopPositions,
    private readonly bus: Bus,
    private readonly events: EventLog,
    private readonly memory: HaltMemory,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    void this.check();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  /** Takes the stop into its care: this replica asks for the cancels if no other sees to them. */
  begin(stop: OpenStop, taken: Taken): void {
    this.followOf(stop).taken = taken;
    void this.drivenElsewhere(stop);
  }

  /** What it has reached when everything asked of it is verified, or when the caller's time is over. */
  async reached(stop: OpenStop, withinMs: number): Promise<StopSight> {
    const until = this.clock.monotonicMs() + withinMs;
    void this.check();
    for (;;) {
      const sight = this.sightOf(stop);
      const leftMs = until - this.clock.monotonicMs();
      // A flatten takes as long as the market takes: its caller is told that the book is empty, and what stands.
      const isTold = !stop.flatten || sight.remainingPositions !== null;
      if ((isVerified(sight, { ...stop, flatten: false }) && isTold) || leftMs <= 0) return sight;
      await this.nextCheck(leftMs);
    }
  }

  sightOf(stop: OpenStop): StopSight {
    const follow = this.followOf(stop);
    const driven = this.driven.get(stop.stopId);
    const taken = follow.taken ?? { redisPersisted: true, durable: this.memory.isDurable(stop) };
    const base = driven && driven.epoch >= stop.epoch ? driven : this.ownSight(stop, follow);
    const way = this.isWaitedOut(follow) ? advance(base, { kind: 'drained' }, this.clock.nowMs()) : base;
    const flat = this.flat.get(stop.stopId);
    const isFlattening = flat?.epoch === stop.epoch && way.phases.verified !== null;
    return {
      ...base,
      ...taken,
      phase: isFlattening ? flat.phase : way.phase,
      phases: { ...way.phases, blocked: earlier(way.phases.blocked, taken.blockedAtMs) },
      remainingPositions: isFlattening ? flat.positions : this.standing(stop, follow.since),
    };
  }

  /** What stands before a flatten has come to it, or without one. */
  private standing(
    { scope, flatten, state }: OpenStop,
    sinceMs: number,
  ): readonly RemainingPosition[] | null {
    if (state !== 'HALTED') return [];
    return this.positions.of(scope, sinceMs, flatten ? BEFORE_FLATTEN : NOT_FLATTENED);
  }

  /** Reads again how far every stop has come; what risk reaches by itself is told where Redis is unavailable. */
  async read(): Promise<void> {
    const halts = this.memory.stops.filter(({ state }) => state === 'HALTED');
    if (halts.length > 0) this.positions.refresh(Math.max(...halts.map((stop) => this.followOf(stop).since)));
    try {
      ({ driven: this.driven, flat: this.flat } = await this.keys.readProgress());
    } catch {
      this.driven = new Map();
    }
  }

  private async check(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isStopping) return;
    if (this.memory.stops.length > 0) {
      await this.read();
      this.tell();
    }
    this.forgetEnded();
    for (const waiter of this.waiters) waiter();
    this.waiters.clear();
    clearTimeout(this.timer);
    if (!this.isStopping) this.timer = setTimeout(() => void this.check(), CHECK_MS);
  }

  private nextCheck(atMostMs: number): Promise<void> {
    const watched = new Promise<void>((resolve) => this.waiters.add(resolve));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), Math.min(CHECK_WHILE_WAITED_MS, atMostMs));
    return watched;
  }

  private followOf(stop: OpenStop): Follow {
    const known = this.follows.get(stop.stopId);
    if (known && known.stop.epoch >= stop.epoch) return known;
    const way = advance(requestedWay(stop.activatedAtMs), { kind: 'blocked' }, this.clock.nowMs());
    const follow: Follow = {
      stop,
      since: this.clock.monotonicMs(),
      taken: undefined,
      way,
      canceled: [],
      remaining: [],
      rounds: 0,
      told: '',
    };
    this.follows.set(stop.stopId, follow);
    return follow;
  }

  private ownSight({ stopId, epoch }: OpenStop, { way, canceled, remaining }: Follow): StopProgress {
    return {
      ...way,
      stopId,
      epoch,
      inFlight: 0,
      canceledOrders: canceled,
      filledOrders: [],
      remainingOrders: remaining,
      unprotectedPositions: [],
      frozenUntilMs: null,
    };
  }

  /** Whatever was granted before the stop, by whichever Redis: the exchange accepts it no more. */
  private isWaitedOut({ since, taken, stop }: Follow): boolean {
    if (!taken && !this.memory.isDurable(stop)) return false;
    const bounds = stopBounds(this.config.BINANCE_RECV_WINDOW_MS);
    return this.clock.monotonicMs() - since >= fullWaitOutMs(bounds);
  }

  /** Waits for execution's driver, and cancels by the bus while there is none. */
  private async drivenElsewhere(stop: OpenStop): Promise<void> {
    if (!stop.cancelOpenOrders || stop.state !== 'HALTED') return;
    const follow = this.followOf(stop);
    await pause(DRIVER_PATIENCE_MS);
    while (!this.isStopping && this.follows.get(stop.stopId) === follow && !this.memory.isEnded(stop)) {
      if ((this.driven.get(stop.stopId)?.epoch ?? -1) < stop.epoch) await this.cancelByBus(follow);
      await pause(AGAIN_MS);
    }
  }

  private async cancelByBus(follow: Follow): Promise<void> {
    const { stopId, scope } = follow.stop;
    const wasDrained = this.isWaitedOut(follow);
    if (wasDrained) {
      follow.way = advance(follow.way, { kind: 'drained' }, this.clock.nowMs());
      follow.way = advance(follow.way, { kind: 'cancelling' }, this.clock.nowMs());
    }
    try {
      const { canceled, remaining } = await this.bus.request(cancelAllOrders, {
        actor: `kill-switch:${stopId}`,
        ...(scope.type === 'symbol' && { symbol: scope.value }),
        ...(scope.type === 'bot' && { botConfigId: scope.value }),
      });
      follow.canceled = [...follow.canceled, ...canceled];
      follow.remaining = remaining;
      follow.rounds = remaining.length > 0 ? follow.rounds + 1 : 0;
      this.log.warn(
        { stopId, canceled, remaining },
        'No execution replica reports progress on this stop (none holds the role, or Redis is unavailable); risk has execution cancel its open orders and repeats it every second. Orders in `remaining` are still open',
      );
      const open = canceled.length + remaining.length;
      if (wasDrained)
        follow.way = advance(follow.way, { kind: 'listed', open, rounds: follow.rounds }, this.clock.nowMs());
    } catch (error) {
      this.log.error(
        { err: error, stopId },
        'The open orders of a stop could not be canceled; retrying. If it persists, cancel them at the exchange',
      );
      const reason = `execution could not cancel: ${(error as Error).message}`;
      follow.remaining = [{ clientOrderId: '*', symbol: '*', reason }];
    }
  }

  /** One event for each phase a stop reaches, under an id that every replica derives alike. */
  private tell(): void {
    for (const stop of this.memory.stops) {
      const { stopId, epoch } = stop;
      const follow = this.followOf(stop);
      const sight = this.sightOf(stop);
      const { remainingPositions } = sight;
      const positions = stop.flatten ? { remainingPositions } : {};
      const told = `${epoch}:${sight.phase}:${sight.remainingOrders.length}`;
      if (sight.phase === 'BLOCKED' || follow.told === told) continue;
      follow.told = told;
      const { phase, phases, canceledOrders, filledOrders, remainingOrders, unprotectedPositions } = sight;
      const data: KillSwitchProgressed = {
        stopId,
        epoch,
        phase,
        phases,
        canceledOrders,
        filledOrders,
        remainingOrders,
        unprotectedPositions,
        ...positions,
      };
      this.log.fatal(
        { ...data, canceledOrders: canceledOrders.length },
        `KILL SWITCH: a stop has reached the phase ${phase}`,
      );
      const id = `${stopId}:${told}`;
      const timeMs = this.clock.nowMs();
      this.events.publish(killSwitchProgressed, data, { id, actor: stop.actor, timeMs }).catch(() => {
        // The log is unavailable: told again at the next watch.
        if (follow.told === told) follow.told = '';
      });
    }
  }

  private forgetEnded(): void {
    for (const [stopId, { stop }] of this.follows) if (this.memory.isEnded(stop)) this.follows.delete(stopId);
  }
}

/** The driver tells when it saw the block; the one that blocked knows it better. */
const earlier = (seenAtMs: number | null, takenAtMs: number | undefined): number | null =>
  seenAtMs === null || takenAtMs === undefined ? seenAtMs : Math.min(seenAtMs, takenAtMs);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
