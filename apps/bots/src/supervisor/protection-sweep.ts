/**
 * The invariant, looked at each second and after each fill: a bot with a position and a configured stop has a live one that
 * covers it. What it lacks is made a due step; what stays bare is alerted after two seconds, and closed and faulted after
 * ten in which it could have been protected. It holds for a bot that was STOPPED or is FAULTED as for one that runs. While trading is halted, or the exchange has frozen us, nothing is sent: the
 * position is alarmed and listed.
 */
import { BotCloseReason, BotStanding, OrderView, botUnprotected, getRateLimits } from '@elvis/contracts';
import { Bus, EventLog, LOG, Log, Metrics, Redis, readHalts } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { faulted, hasDue, stepDue } from '../journal/changes';
import { Breach, breachAfter } from '../protection/domain/breach';
import { isCovered } from '../protection/domain/coverage';
import { closable } from '../protection/domain/levels';
import { planProtection } from '../protection/domain/plan-protection';
import { roleOf } from '../protection/domain/protection-ids';
import { expiredEntries } from '../protection/expired-entries';
import { FaultingClose, NO_GUARD, endsInFault, isFlattening } from '../protection/guard';
import { BotOpenOrders } from '../protection/bot-open-orders';
import { ProtectionFacts } from '../protection/protection-facts';
import { readGiven } from '../protection/protection-outcome';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';

/** For the sweep's own plans, which are looked at and not sent. */
const NO_STEP = 'b.0.0.0';
/** A breach so old is worth the question whether the exchange has frozen us. */
const ASK_FREEZE_AFTER_MS = 1_000;

@Injectable()
export class ProtectionSweep {
  private readonly breaches = new Map<string, Breach>();
  private readonly resting = new Map<string, readonly OrderView[]>();
  /** The best price since the entry, of spot bots whose stop follows it. */
  private readonly best = new Map<string, string>();
  private readonly age;

  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly open: BotOpenOrders,
    private readonly facts: ProtectionFacts,
    private readonly time: ExchangeTime,
    private readonly bus: Bus,
    private readonly redis: Redis,
    private readonly events: EventLog,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.age = metrics.gauge(
      'elvis_bots_unprotected_seconds',
      'For how long the position of a bot has been without the stop it wants; 0 where it has it',
      ['bot'],
    );
  }

  /** Since when the bot's position is bare, on the exchange's clock; null where it is not. */
  bareSinceMs(botId: string): number | null {
    const breach = this.breaches.get(botId);
    return breach ? Math.round(this.time.nowMs() - (performance.now() - breach.sinceMs)) : null;
  }

  /** Its protections as they were last seen. */
  restingOf(botId: string): readonly OrderView[] {
    return this.resting.get(botId) ?? [];
  }

  /** Null where the exchange follows the price, or nothing does. */
  bestPriceOf(botId: string): string | null {
    return this.best.get(botId) ?? null;
  }

  /** All bots. Never throws: the next look comes in a second. */
  async look(): Promise<void> {
    const guarded = this.index.all().filter(({ standing }) => isGuarded(standing, this.time.nowMs()));
    const ids = new Set(guarded.map(({ standing }) => standing.config.id));
    for (const id of [...this.breaches.keys(), ...this.resting.keys()]) if (!ids.has(id)) this.forget(id);
    if (guarded.length === 0) return;
    try {
      const isHalted = await readHalts(this.redis);
      const orders = await this.open.list();
      await Promise.all(
        guarded.map(({ standing }) => {
          const { id, symbol } = standing.config;
          const own = orders.filter(({ botConfigId }) => botConfigId === id);
          return this.checkCoverage(standing, own, isHalted({ symbol, botConfigId: id }));
        }),
      );
    } catch (error) {
      this.log.warn(
        { err: error },
        'The protections of bots could not be compared with the exchange; it is tried again in a second, and a position that lost its stop meanwhile is noticed then',
      );
    }
  }

  private async checkCoverage(
    standing: BotStanding,
    orders: readonly OrderView[],
    isHalted: boolean,
  ): Promise<void> {
    const { id, market } = standing.config;
    if (isFlattening(standing)) return;
    if (await this.endClosed(standing, orders)) return;
    const given = readGiven(await this.facts.gather(standing, orders, NO_STEP));
    const { held, terms, instrument } = given;
    this.resting.set(
      id,
      orders.filter(({ clientOrderId }) => roleOf(clientOrderId) !== undefined),
    );
    if (held && market === 'spot' && terms.trailing) this.best.set(id, held.extreme.toFixed());
    else this.best.delete(id);
    const before = this.breaches.get(id);
    const mayReduce = !isHalted && !(before && (await this.isFrozen(before, market)));
    const needed = held && closable(market, held, instrument);
    const { breach, ageMs, alert, mustClose } = breachAfter(before, {
      isCovered: !held || isCovered(held, terms, orders, needed),
      mayReduce,
      atMs: performance.now(),
    });
    if (breach) this.breaches.set(id, breach);
    else this.breaches.delete(id);
    this.age.set({ bot: id }, ageMs / 1_000);
    if (alert) await this.alarm(standing, ageMs, !mayReduce);
    if (!mayReduce) return;
    if (mustClose && standing.guard.closing === null) return this.makeDue(standing, 'unprotected');
    const isWanting =
      planProtection(given).actions.length > 0 || expiredEntries(standing, given.nowMs).length > 0;
    if (isWanting) await this.makeDue(standing, null);
  }

  private async makeDue({ config }: BotStanding, closing: BotCloseReason | null): Promise<void> {
    const atMs = this.time.nowMs();
    await this.changes.change(config.id, ({ standing }) => {
      if (hasDue(standing, 'protection')) return undefined;
      const guard = closing === null ? standing.guard : { ...standing.guard, closing };
      const cause = {
        cause: 'protection',
        causeId: `sweep:${atMs}`,
        dueAtMs: atMs,
        decideByMs: atMs,
      } as const;
      return stepDue({ ...standing, guard }, cause);
    });
  }

  /** A position that was closed because it could not be protected is flat: now a person has to look. */
  private async endClosed(standing: BotStanding, orders: readonly OrderView[]): Promise<boolean> {
    const { guard, position, config } = standing;
    if (!endsInFault(guard.closing) || position.entryPrice !== null || orders.length > 0) return false;
    await this.changes.change(config.id, ({ standing: now }) => {
      const { closing } = now.guard;
      if (!endsInFault(closing) || now.position.entryPrice !== null) return undefined;
      return faulted({ ...now, guard: NO_GUARD }, { ...FAULTS[closing], atMs: this.time.nowMs() });
    });
    return true;
  }

  private async alarm(standing: BotStanding, ageMs: number, isHeldBack: boolean): Promise<void> {
    const { config, position, run } = standing;
    const { id: botConfigId, owner, name, market, symbol } = config;
    const reason = isHeldBack
      ? 'trading is halted or the exchange refuses requests, so nothing is sent'
      : 'its stop was lost, refused or not answered';
    this.log.error(
      {
        alert: 'UNPROTECTED_POSITION',
        botConfigId,
        symbol,
        position: position.quantity,
        forMs: Math.round(ageMs),
      },
      `The position of a bot has no live stop: ${reason}. It is closed at market ten seconds after it could have been protected; look at it`,
    );
    const atMs = this.time.nowMs();
    const sinceMs = Math.round(atMs - ageMs);
    const of = { botConfigId, owner, name, market, symbol, run, atMs };
    const data = { ...of, position: position.quantity, sinceMs, isHeldBack, reason };
    const id = `bot:${botConfigId}:unprotected:${sinceMs}`;
    await this.events.publish(botUnprotected, data, { id, actor: `bot:${botConfigId}`, timeMs: atMs });
  }

  private async isFrozen({ sinceMs }: Breach, market: string): Promise<boolean> {
    if (performance.now() - sinceMs < ASK_FREEZE_AFTER_MS) return false;
    const { freezes } = await this.bus.request(getRateLimits, {});
    return freezes.some((freeze) => freeze.market === market && freeze.untilMs > this.time.nowMs());
  }

  private forget(botId: string): void {
    this.breaches.delete(botId);
    this.resting.delete(botId);
    this.best.delete(botId);
    this.age.set({ bot: botId }, 0);
  }
}

/** Whether there is something to protect, to take away or to tell. */
const isGuarded = (standing: BotStanding, nowMs: number): boolean =>
  standing.position.entryPrice !== null ||
  standing.guard.closing !== null ||
  standing.orders.some(({ clientOrderId }) => roleOf(clientOrderId) !== undefined) ||
  expiredEntries(standing, nowMs).length > 0;

const FAULTS: Readonly<Record<FaultingClose, { readonly code: string; readonly message: string }>> = {
  'stop-passed': {
    code: 'STOP_PASSED',
    message:
      'The market was beyond the stop before it could be placed, or before it could fill; the position was closed at market. Look at the fills, then acknowledge',
  },
  'stop-refused': {
    code: 'STOP_REFUSED',
    message:
      'The stop was refused three times; the position was closed at market. The reasons stand in its steps; change what they name, then acknowledge',
  },
  unprotected: {
    code: 'POSITION_UNPROTECTED',
    message:
      'The position was without a live stop for ten seconds; it was closed at market. Look at what the exchange answered in its steps, then acknowledge',
  },
};
