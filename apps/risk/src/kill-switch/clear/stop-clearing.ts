/**
 * Ends stops in both stores: first in the durable record, by compare-and-set and by name, then in Redis. With two
 * persons asked for, the first one's clear waits in the record itself, so that any replica can take the second's.
 */
import { ClearReply, ClearStop } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { GLOBAL_SCOPE, isVerified } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../../facts/clock';
import { HaltMemory } from '../domain/halt-memory';
import { ClearedStop, HaltRecord, OpenStop, adoptStops, clearStops, isEnded } from '../domain/halt-record';
import { CONFIRM_WITHIN_MS, StopStanding, confirmed, requireClearable } from '../domain/stop-clear';
import { HaltConditions } from '../halt-conditions';
import { RiskConfig } from '../../risk.config';
import { HaltKeys } from '../halt-keys';
import { HaltSync } from '../halt-sync';
import { StopFollower } from '../stop-follower';

const RAMPS_EVERY_MS = 500;

export type Cleared = ClearReply & { readonly ended: readonly OpenStop[] };

@Injectable()
export class StopClearing implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly memory: HaltMemory,
    private readonly keys: HaltKeys,
    private readonly sync: HaltSync,
    private readonly follower: StopFollower,
    private readonly conditions: HaltConditions,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.endRamps(), RAMPS_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** @throws TradingFailure as `KillSwitch.clear` */
  async clear(request: ClearStop, reason: string): Promise<Cleared> {
    await this.sync.refresh();
    const redis = await this.keys.read();
    this.memory.learnStops(redis.stops, redis.epoch);
    await this.follower.read();
    const nowMs = this.clock.nowMs();
    let ended: readonly OpenStop[] = [];
    let pendingUntilMs: number | undefined;
    const record = await this.sync.changeRecord((current) => {
      [ended, pendingUntilMs] = [[], undefined];
      requireClearable(current.stops, request, (stop) => this.standingOf(stop));
      if (current.stops.length === 0) return current;
      const named = this.named(current, request, nowMs);
      if (!named) {
        pendingUntilMs = nowMs + CONFIRM_WITHIN_MS;
        return {
          ...current,
          pendingClear: {
            actor: request.actor,
            persons: request.persons ?? [],
            reason,
            stops: namesOf(current.stops),
            untilMs: pendingUntilMs,
          },
        };
      }
      ended = current.stops.filter((stop) => isEnded(stop, named));
      return this.withRamp(clearStops(current, ended, this.memory.epoch), ended, request, nowMs);
    });
    const redisUpdated = pendingUntilMs === undefined && (await this.restore(record));
    return {
      redisUpdated,
      durable: true,
      wasActive: record.stops.length > 0 || ended.length > 0,
      clearedStops: ended.map(({ stopId }) => stopId),
      epoch: record.epoch,
      reason,
      ...(pendingUntilMs !== undefined && { pendingUntilMs }),
      ...(request.rampSeconds &&
        ended.length > 0 && { reducingUntilMs: nowMs + request.rampSeconds * 1_000 }),
      ended,
    };
  }

  private standingOf(stop: OpenStop): StopStanding {
    const sight = this.follower.sightOf(stop);
    return {
      phase: sight.phase,
      isVerified: isVerified(sight, stop),
      lasts: this.conditions.of(stop),
    };
  }

  /** What this clear may end now; undefined while a second person has to confirm. */
  private named(
    { stops, pendingClear }: HaltRecord,
    by: ClearStop,
    nowMs: number,
  ): readonly ClearedStop[] | undefined {
    return this.config.KILL_SWITCH_TWO_PERSON_CLEAR ? confirmed(pendingClear, by, nowMs) : namesOf(stops);
  }

  /** Out of a halt into REDUCING, if asked: a stop like any other, but one that ends by itself. */
  private withRamp(
    record: HaltRecord,
    ended: readonly OpenStop[],
    { actor, remoteIp, rampSeconds }: ClearStop,
    nowMs: number,
  ): HaltRecord {
    if (!rampSeconds || ended.length === 0) return record;
    const ramp: OpenStop = {
      stopId: randomUUID(),
      scope: GLOBAL_SCOPE,
      state: 'REDUCING',
      actor,
      remoteIp: remoteIp ?? null,
      reason: `the first ${rampSeconds} s after a clear`,
      epoch: record.epoch,
      activatedAtMs: nowMs,
      cancelOpenOrders: false,
      flatten: false,
      endsAtMs: nowMs + rampSeconds * 1_000,
    };
    return adoptStops(record, [ramp]).record;
  }

  /** Any replica may be the one to see that a ramp is over; the record decides which. */
  private async endRamps(): Promise<void> {
    const isOver = ({ endsAtMs }: OpenStop): boolean =>
      endsAtMs !== undefined && endsAtMs <= this.clock.nowMs();
    if (!this.memory.stops.some(isOver)) return;
    try {
      const record = await this.sync.changeRecord((current) => {
        const over = current.stops.filter(isOver);
        return over.length === 0 ? current : clearStops(current, over, this.memory.epoch);
      });
      await this.restore(record);
    } catch (error) {
      this.log.warn(
        { err: error },
        'The reduce-only time after a clear is over, but could not be ended yet; orders that add risk are still refused. Retrying',
      );
    }
  }

  private async restore(record: HaltRecord): Promise<boolean> {
    try {
      await this.keys.restore(record);
      return true;
    } catch (error) {
      this.log.warn(
        { err: error },
        'A stop was cleared in the durable record but not in Redis; it stays in force until Redis answers and is corrected by itself',
      );
      return false;
    }
  }
}

const namesOf = (stops: readonly OpenStop[]): readonly ClearedStop[] =>
  stops.map(({ stopId, epoch }) => ({ stopId, epoch }));
