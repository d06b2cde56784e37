/**
 * The trading state of everything, a symbol or a bot, as people set and read it. It has no store of its own: REDUCING
 * and HALTED are stops, ACTIVE is the end of those of exactly this scope. Where a halt becomes REDUCING both happen in
 * one write of the record, so that there is no moment without either.
 */
import {
  SetTradingState,
  StopReply,
  TradingStateView,
  killSwitchActivated,
  killSwitchCleared,
} from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { StopScope, TradingFailure, isSameScope, isVerified, strictestState } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../../facts/clock';
import { HaltMemory } from '../domain/halt-memory';
import { HaltRecord, OpenStop, adoptStops, clearStops } from '../domain/halt-record';
import { requireClearable } from '../domain/stop-clear';
import { HaltConditions } from '../halt-conditions';
import { OpeningOrders } from '../opening-orders';
import { RiskEventPublisher } from '../../events/event-publisher';
import { RiskConfig } from '../../risk.config';
import { HaltKeys } from '../halt-keys';
import { HaltSync } from '../halt-sync';
import { KillSwitch } from '../kill-switch';
import { StopFollower } from '../stop-follower';
import { stopChanged } from '../stop-views';

type Asked = Pick<SetTradingState, 'actor' | 'remoteIp' | 'reason' | 'force' | 'mayClear'>;

@Injectable()
export class TradingStates {
  constructor(
    private readonly killSwitch: KillSwitch,
    private readonly memory: HaltMemory,
    private readonly sync: HaltSync,
    private readonly keys: HaltKeys,
    private readonly follower: StopFollower,
    private readonly conditions: HaltConditions,
    private readonly opening: OpeningOrders,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @throws TradingFailure STOP_ADDS_NOTHING the scope is at least as strict already
   * @throws TradingFailure SCOPE_MISSING a halt would end, and the caller may not clear
   * @throws TradingFailure STOP_NOT_VERIFIED a halt has not reached what it was asked for yet
   * @throws TradingFailure STOP_CONDITION_LASTS the state that tripped an automatic stop still holds
   * @throws TradingFailure STORE_UNAVAILABLE the change was not taken
   */
  async set({ scope, state, mayClear, ...asked }: SetTradingState): Promise<TradingStateView> {
    let stop: StopReply | undefined;
    // A gateway from before the field has asked for the scope itself where the state is ACTIVE, and only there.
    const by = { ...asked, mayClear: mayClear ?? state === 'ACTIVE' };
    const isHalted = this.memory.stops.some(
      (open) => open.state === 'HALTED' && isSameScope(open.scope, scope),
    );
    if (state === 'ACTIVE') await this.loosen(scope, undefined, by);
    else if (state === 'REDUCING' && isHalted) await this.loosen(scope, this.reducing(scope, by), by);
    else stop = await this.killSwitch.requestStop({ ...asked, scope, state });
    if (state === 'REDUCING') this.opening.cancel(scope);
    return { ...(await this.view()), ...(stop && { stop }) };
  }

  async view(): Promise<TradingStateView> {
    await this.killSwitch.status();
    const { stops, epoch, isKnown } = this.memory;
    const global = stops.filter(({ scope }) => scope.type === 'global').map(({ state }) => state);
    return {
      state: isKnown ? strictestState(global) : 'HALTED',
      epoch,
      scopes: stops.map(({ scope, state, stopId, actor, reason, activatedAtMs }) => ({
        scope,
        state,
        stopId,
        actor,
        reason,
        sinceMs: activatedAtMs,
      })),
    };
  }

  /** Ends the stops of this scope; `instead` stands from the same write on. */
  private async loosen(scope: StopScope, instead: OpenStop | undefined, by: Asked): Promise<void> {
    await this.sync.refresh();
    const redis = await this.keys.read();
    this.memory.learnStops(redis.stops, redis.epoch);
    let ended: readonly OpenStop[] = [];
    const record = await this.sync.changeRecord((current) => {
      ended = current.stops.filter((stop) => isSameScope(stop.scope, scope));
      this.requireLoosening(ended, by);
      if (ended.length === 0) return current;
      const cleared: HaltRecord = clearStops(current, ended, this.memory.epoch);
      return instead ? adoptStops(cleared, [{ ...instead, epoch: cleared.epoch }]).record : cleared;
    });
    let redisPersisted = true;
    await this.keys.restore(record).catch((error: unknown) => {
      redisPersisted = false;
      this.log.warn(
        { err: error },
        'A trading state was loosened in the durable record but not in Redis; the stricter state holds until Redis answers and is corrected by itself',
      );
    });
    void this.sync.refresh();
    const taken = { redisPersisted, durable: true };
    const facts = { actor: by.actor, remoteIp: by.remoteIp ?? null, reason: by.reason ?? 'none given' };
    for (const stop of ended) {
      this.log.fatal(
        { ...facts, stopId: stop.stopId, scope },
        `TRADING STATE: a stop was ended by ${by.actor}; the trading state shows what still holds`,
      );
      const told = { ...stopChanged(stop, taken), ...facts, epoch: record.epoch };
      void this.eventPublisher.publish(killSwitchCleared, told, by.actor, this.clock.nowMs());
    }
    if (instead && ended.length > 0) {
      const told = stopChanged({ ...instead, epoch: record.epoch }, taken);
      void this.eventPublisher.publish(killSwitchActivated, told, by.actor, this.clock.nowMs());
    }
  }

  /** A halt ends no more easily here than by its own clear. */
  private requireLoosening(ended: readonly OpenStop[], by: Asked): void {
    const halts = ended.filter(({ state }) => state === 'HALTED');
    if (halts.length > 0 && !by.mayClear) {
      throw new TradingFailure(
        'SCOPE_MISSING',
        'Ending a halt requires the scope clear; the halt is still in force',
        {
          context: { scope: 'clear' },
        },
      );
    }
    if (halts.length > 0 && this.config.KILL_SWITCH_TWO_PERSON_CLEAR) {
      throw new TradingFailure(
        'STOP_NOT_VERIFIED',
        'Clearing a halt needs two people; the halt is still in force. Use DELETE /emergency_stop',
      );
    }
    requireClearable(ended, by, (stop) => {
      const sight = this.follower.sightOf(stop);
      const lasts = this.conditions.of(stop);
      return { phase: sight.phase, isVerified: isVerified(sight, stop), lasts };
    });
  }

  private reducing(scope: StopScope, { actor, remoteIp, reason }: Asked): OpenStop {
    return {
      stopId: randomUUID(),
      scope,
      state: 'REDUCING',
      actor,
      remoteIp: remoteIp ?? null,
      reason: reason ?? 'none given',
      epoch: this.memory.epoch + 1,
      activatedAtMs: this.clock.nowMs(),
      cancelOpenOrders: true,
      flatten: false,
    };
  }
}
