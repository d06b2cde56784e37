/**
 * Takes stops and ends them. A stop is in this replica's memory before anything else happens, and is taken when
 * Redis or the durable record has it; it answers when its orders are verified gone, or with the phase it has reached.
 * A clear needs both stores, names what it ends, and ends nothing that is not verified unless it is forced.
 */
import {
  ClearReply,
  ClearStop,
  RequestStop,
  StopReply,
  StopStatus,
  killSwitchActivated,
  killSwitchCleared,
} from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { GLOBAL_SCOPE, TradingFailure, wellFormed } from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../facts/clock';
import { HaltMemory } from './domain/halt-memory';
import { OpenStop, StopState, StopWish, globalHalt, planStop } from './domain/halt-record';
import { RiskEventPublisher } from '../events/event-publisher';
import { RiskConfig } from '../risk.config';
import { HaltKeys, SwitchReading } from './halt-keys';
import { HaltSync } from './halt-sync';
import { StopClearing } from './clear/stop-clearing';
import { StopFollower, Taken } from './stop-follower';
import { UNKNOWN_STATUS, stopChanged, stopReply, stopStatus, switchStatus } from './stop-views';

/** A stop waits this long for Redis alone before it turns to the durable record as well. */
const REDIS_HEAD_START_MS = 100;
/** Kept back from the caller's time for the answer's own way. */
const ANSWER_MARGIN_MS = 150;
const NO_REASON = 'none given';

export interface StopRequest extends RequestStop {
  readonly state?: StopState;
}

@Injectable()
export class KillSwitch implements OnModuleInit {
  constructor(
    private readonly memory: HaltMemory,
    private readonly keys: HaltKeys,
    private readonly sync: HaltSync,
    private readonly follower: StopFollower,
    private readonly clearing: StopClearing,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sync.onUnexplainedSwitch((stop) => {
      this.announce(stop, true, false);
      this.follower.begin(stop, { redisPersisted: true, durable: false });
    });
  }

  /**
   * Stops what the scope names; every automatic stop comes through here too, with actor `auto:<name>`.
   *
   * @throws TradingFailure MESSAGE_MALFORMED a bot has no position of its own to flatten
   * @throws TradingFailure STOP_ADDS_NOTHING what stands already does all of it; the context shows it
   * @throws TradingFailure STORE_UNAVAILABLE neither store took it; it stands in this replica's memory alone
   */
  async requestStop(asked: StopRequest): Promise<StopReply> {
    const request = wellFormed(asked);
    const startedAt = this.clock.monotonicMs();
    const wish: StopWish = {
      scope: request.scope ?? GLOBAL_SCOPE,
      state: request.state ?? 'HALTED',
      cancelOpenOrders: request.cancelOpenOrders ?? true,
      flatten: request.flatten ?? false,
    };
    if (wish.flatten && wish.scope.type === 'bot') {
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        'The positions of one bot cannot be closed, because the account has one position per symbol; nothing was stopped. Flatten the symbol instead',
      );
    }
    const standing = await this.take(wish, request);
    const spentMs = this.clock.monotonicMs() - startedAt;
    const leftMs = this.config.KILL_SWITCH_ANSWER_TIMEOUT_MS - ANSWER_MARGIN_MS - spentMs;
    // A stop that leaves everybody some freedom has nothing to drain to zero: it is in force, and that is all.
    const sight =
      standing.state === 'HALTED'
        ? await this.follower.reached(standing, leftMs)
        : this.follower.sightOf(standing);
    return stopReply(standing, sight, true);
  }

  /**
   * Ends every stop that stands, under a newer epoch.
   *
   * @throws TradingFailure STOP_NEWER_THAN_CLEAR a stop stands that the caller has not seen, or the switch stands again
   * @throws TradingFailure STOP_NOT_VERIFIED     a stop has not reached what it was asked for, and no force was given
   * @throws TradingFailure STOP_CONDITION_LASTS  the state that tripped an automatic stop still holds, likewise
   * @throws TradingFailure STORE_UNAVAILABLE     a clear needs Redis and the durable record
   */
  async clear(asked: ClearStop): Promise<ClearReply> {
    const request = wellFormed(asked);
    const reason = request.reason ?? NO_REASON;
    const { ended, ...reply } = await this.clearing.clear(request, reason);
    for (const stop of ended) this.announceClear(stop, request, reason, reply.epoch, reply.redisUpdated);
    void this.sync.refresh();
    if (reply.redisUpdated && (await this.isSet())) {
      throw new TradingFailure(
        'STOP_NEWER_THAN_CLEAR',
        'The stops in `clearedStops` were ended, but the kill switch was set in Redis meanwhile, again or by hand. Trading is stopped; read the status, then clear again',
        { context: { clearedStops: reply.clearedStops } },
      );
    }
    return reply;
  }

  /** Asks Redis each time; what it says can make this replica's view stricter, never laxer. */
  async status(): Promise<StopStatus> {
    let source: StopStatus['source'] = 'redis';
    let unexplained: SwitchReading | undefined;
    try {
      const reading = await this.keys.read();
      this.memory.learnStops(reading.stops, reading.epoch);
      if (reading.isUnexplained) await this.sync.refresh();
      // The key alone stops every order, so it is told also where no stop could be made of it.
      if (reading.isSet && !globalHalt(this.memory.stops)) unexplained = await this.keys.read();
    } catch {
      source = 'memory';
    }
    if (!this.memory.isKnown) {
      await this.sync.refresh();
      if (!this.memory.isKnown) return { ...UNKNOWN_STATUS, source };
    }
    if (this.memory.stops.length > 0) await this.follower.read();
    const status = stopStatus(
      this.memory.stops,
      this.memory.epoch,
      source,
      (stop) => this.follower.sightOf(stop),
      (stop) => this.memory.isDurable(stop),
    );
    return unexplained?.isSet ? switchStatus(status, unexplained) : status;
  }

  /** What cannot be read is taken for gone: the clear has just been written there. */
  private async isSet(): Promise<boolean> {
    return this.keys.read().then(
      ({ isSet }) => isSet,
      () => false,
    );
  }

  /** The stop, taken by a store and announced; of identical ones that race, over all replicas, one is taken. */
  private async take(
    wish: StopWish,
    request: StopRequest,
    mode: 'first' | 'always' = 'first',
  ): Promise<OpenStop> {
    const seenEpoch = this.memory.epoch;
    const stop = await this.nextVersion(wish, request, this.clock.nowMs());
    const taken = await this.persist(stop, seenEpoch, mode);
    if (taken === 'another-stands') {
      // If a clear has ended it meanwhile, it is not read any more, and this one is taken.
      await this.learnNow();
      return this.take(wish, request, 'always');
    }
    const standing = this.memory.stops.find(({ stopId }) => stopId === stop.stopId) ?? stop;
    this.announce(standing, taken.redisPersisted, taken.durable);
    if (!taken.redisPersisted && !taken.durable) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The stop could not be stored in Redis or in the durable record; this replica keeps it in memory and nothing may trade. Repeat the stop to store it',
      );
    }
    void this.sync.refresh();
    this.follower.begin(standing, taken);
    return standing;
  }

  /** What Redis has now; a pass under way may have read before the other stop was there. */
  private async learnNow(): Promise<void> {
    try {
      const { stops, epoch } = await this.keys.read();
      this.memory.learnStops(stops, epoch);
    } catch {
      await this.sync.refresh();
    }
  }

  /** The stop to take, in force here at once: a new one, or the next version of one that stands. */
  private async nextVersion(wish: StopWish, request: StopRequest, nowMs: number): Promise<OpenStop> {
    let plan = planStop(wish, this.memory.stops);
    if (plan.kind === 'adds-nothing') {
      // Before anybody is refused a stop, look whether the one that stands has not been cleared a moment ago.
      await this.sync.refresh();
      plan = planStop(wish, this.memory.stops);
    }
    if (plan.kind === 'adds-nothing') {
      const { standing } = plan;
      throw new TradingFailure(
        'STOP_ADDS_NOTHING',
        'An active stop already covers this request; nothing was changed',
        {
          context: { ...stopReply(standing, this.follower.sightOf(standing), false) },
        },
      );
    }
    const { actor, remoteIp = null, reason = NO_REASON } = request;
    const epoch = this.memory.epoch + 1;
    const stop: OpenStop =
      plan.kind === 'escalates'
        ? {
            ...plan.standing,
            scope: wish.scope,
            cancelOpenOrders: plan.standing.cancelOpenOrders || wish.cancelOpenOrders,
            flatten: plan.standing.flatten || wish.flatten,
            epoch,
          }
        : { stopId: randomUUID(), ...wish, actor, remoteIp, reason, epoch, activatedAtMs: nowMs };
    // Not after another turn of the event loop: an identical request that comes then has to see it.
    this.memory.wish(stop);
    return stop;
  }

  /** Redis first, alone for a moment; then, or with it, the durable record. */
  private async persist(
    stop: OpenStop,
    seenEpoch: number,
    mode: 'first' | 'always',
  ): Promise<Taken | 'another-stands'> {
    let blockedAtMs: number | undefined;
    let other: OpenStop | undefined;
    const redis = this.keys.block(stop, seenEpoch, mode).then(
      (taken) => {
        blockedAtMs = this.clock.nowMs();
        this.memory.learnStops([taken], taken.epoch);
        if (taken.stopId !== stop.stopId) other = taken;
        return true;
      },
      () => false,
    );
    await Promise.race([redis, pause(REDIS_HEAD_START_MS)]);
    if (!other) this.memory.learnStops([stop], stop.epoch);
    this.memory.forgetWish(stop);
    if (other) return 'another-stands';
    const record = this.sync
      .changeRecord((same) => same, { isStop: true })
      .then(
        () => true,
        () => false,
      );
    const [redisPersisted, durable] = await Promise.all([redis, record]);
    return { redisPersisted, durable, blockedAtMs };
  }

  private announce(stop: OpenStop, redisPersisted: boolean, durable: boolean): void {
    const { stopId, scope, state, actor, remoteIp, reason, epoch, activatedAtMs } = stop;
    this.log.fatal(
      { stopId, scope, state, actor, remoteIp, reason, epoch, redisPersisted, durable },
      `KILL SWITCH: ${state} by ${actor} from ${remoteIp ?? 'inside'} at ${new Date(activatedAtMs).toISOString()}`,
    );
    const changed = stopChanged(stop, { redisPersisted, durable });
    void this.eventPublisher.publish(killSwitchActivated, changed, actor, this.clock.nowMs());
  }

  private announceClear(
    stop: OpenStop,
    { actor, persons, remoteIp }: ClearStop,
    reason: string,
    epoch: number,
    redisPersisted: boolean,
  ): void {
    this.log.fatal(
      { stopId: stop.stopId, scope: stop.scope, actor, remoteIp, reason, epoch },
      `KILL SWITCH: cleared by ${actor} from ${remoteIp ?? 'inside'} at ${new Date(this.clock.nowMs()).toISOString()}`,
    );
    const facts = { actor, ...(persons && { persons }), remoteIp: remoteIp ?? null, reason, epoch };
    const changed = { ...stopChanged(stop, { redisPersisted, durable: true }), ...facts };
    void this.eventPublisher.publish(killSwitchCleared, changed, actor, this.clock.nowMs());
  }
}

/** An answer that has arrived by then is heard before the time is called over, also after a busy moment. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(() => setImmediate(resolve), ms).unref());
