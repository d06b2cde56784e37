/**
 * The budget over Redis: one script call before each request, one after it that no caller waits for. While Redis is
 * unavailable, cancels and closes go on from this replica's own share.
 */
import { Answer, MeterReading } from '@elvis/binance';
import { MAX_CLOCK_ERROR_MS, Market, TradingFailure } from '@elvis/trading';
import { setTimeout as pause } from 'node:timers/promises';
import { Priority } from '../domain/ledger';
import { ExchangeClock } from '../clock/exchange-clock';
import { heldBackOf, isShared, queueNameOf } from './call-priority';
import { Freeze, FreezeMemory, FreezeScope, freezeAfter } from './freeze-memory';
import { FreezeProbe } from './freeze-probe';
import { FairQueue } from './fair-queue';
import { failureOf, sendRefusalOf } from './budget-refusals';
import { Charge, Granted, LedgerStore, Question, Refused } from './ledger-store';
import { MeterLimits } from './meter-limits';
import { OutageBudget } from './outage-budget';
import {
  BudgetCall,
  BudgetGrant,
  GrantOutcome,
  GrantedShare,
  PlacementGrant,
  Placing,
  RequestBudget,
  SendAnswer,
} from './request-budget';

/** What the budget tells its monitor. */
export interface BudgetMonitor {
  readonly onWaited: (priority: Priority, waitedMs: number) => void;
  readonly onRefused: (priority: Priority, code: string) => void;
  readonly onFrozen: (market: Market, scope: FreezeScope, freeze: Freeze, answer: Answer) => void;
  readonly onThawed: (market: Market) => void;
  readonly onClockSuspect: () => void;
}

type Reply = (Granted & { readonly grant: BudgetGrant & { readonly timestampMs?: number } }) | Refused;

const RESERVE_AHEAD_MS = 250;
const MOST_WAITING = 1_000;
/** Of one key of the front: what it asks for beyond that is refused at once. */
const MOST_WAITING_OF_KEY = 64;
/** Whoever does not come through the front is one sharer. */
const HOUSE = 'house';
const LIMITS_WAIT_MS = 200;
const SHORTEST_JITTER_MS = 50;
const JITTER_MS = 200;

export class RedisBudget extends RequestBudget {
  private readonly queues = new Map<string, FairQueue<Reply>>();
  private readonly probe: FreezeProbe;

  constructor(
    private readonly store: LedgerStore,
    /** Exchange time and its error; both throw while it is not known. */
    private readonly clock: Pick<ExchangeClock, 'now' | 'errorMs'>,
    private readonly limits: MeterLimits,
    private readonly freezes: FreezeMemory,
    private readonly outage: OutageBudget,
    private readonly monitor: BudgetMonitor,
  ) {
    super();
    this.probe = new FreezeProbe(store, monitor, (market, answer) => this.obeyFreeze(market, answer, []));
  }

  /** How the fleet finds out that a ban is over: one small request, sent outside the budget by whoever is elected. */
  probeBy(ask: (market: Market) => Promise<Answer>): void {
    this.probe.ask = ask;
  }

  async acquire(call: Omit<BudgetCall, 'placing'>): Promise<BudgetGrant> {
    const reply = await this.queueCall(call);
    if (reply.granted) return reply.grant;
    throw failureOf(reply);
  }

  async acquirePlacement(call: BudgetCall & { readonly placing: Placing }): Promise<SendAnswer> {
    const reply = await this.queueCall(call);
    if (!reply.granted) {
      const { code, waitMs = 500, place } = reply;
      return { granted: false, refusal: sendRefusalOf(code), retryAfterMs: Math.ceil(waitMs), place };
    }
    const { timestampMs } = reply.grant;
    if (timestampMs === undefined)
      throw new Error(
        'Permission to place an order came without a timestamp, so the order was not sent; this is a bug',
      );
    const grant: PlacementGrant = { ...reply.grant, timestampMs, recvWindowMs: call.placing.recvWindowMs };
    return { granted: true, grant };
  }

  settleGrant(grant: BudgetGrant, outcome: GrantOutcome): void {
    if (grant.isOutageShare) return;
    void this.store
      .settleUsage(grant, outcome, this.nowOr(grant.sentAt))
      .then((isClockSuspect) => (isClockSuspect ? this.monitor.onClockSuspect() : undefined))
      .catch(() => undefined);
  }

  endGrant(approvalId: string): void {
    this.store.endGrant(approvalId);
  }

  obeyFreeze(market: Market, answer: Answer, meters: readonly MeterReading[]): void {
    if (answer.kind === 'CLOCK') this.monitor.onClockSuspect();
    const jitterMs = SHORTEST_JITTER_MS + Math.random() * JITTER_MS;
    const ordered = freezeAfter(answer, meters, this.limits.metersOf(market), this.nowOr(0), jitterMs);
    if (!ordered) return;
    const { scope, freeze } = ordered;
    const isNew = freeze.endsAt > this.freezes.freezeOf(market, scope).endsAt;
    this.freezes.extendFreeze(market, scope, freeze);
    if (isNew) this.monitor.onFrozen(market, scope, freeze, answer);
    void this.store.freeze(market, scope, freeze).catch(() => undefined);
  }

  /** Waiting callers of each class, in this replica. */
  queueLengths(market: Market): Record<Priority, number> {
    const length = (priority: Priority): number =>
      [...this.queues].reduce(
        (sum, [key, queue]) => (key.startsWith(`${market}:${priority}`) ? sum + queue.length : sum),
        0,
      );
    return { P0: length('P0'), P1: length('P1'), P2: length('P2'), P3: length('P3') };
  }

  /** Something is different now, such as the clock or a freeze: whoever heads a queue asks again. */
  wakeAll(): void {
    for (const queue of this.queues.values()) queue.retryNow();
  }

  private async queueCall(call: BudgetCall): Promise<Reply> {
    const startedAt = performance.now();
    const isPlacement = call.cost.orders > 0;
    const name = queueNameOf(call);
    const queue = this.queueOf(call, name);
    const arrivedAt = this.nowOr(0);
    for (;;) {
      const leftMs = call.withinMs - (performance.now() - startedAt);
      const reply = await queue.enqueue(
        (asked, left) => this.decideNow(call, name, arrivedAt, asked, left),
        leftMs,
      );
      if (!reply.granted) {
        this.monitor.onRefused(call.priority, reply.code);
        return reply;
      }
      if (reply.waitMs > 0) await pause(reply.waitMs);
      // A booked call that met a freeze on its way gives its place back and queues again.
      if (reply.waitMs === 0 || !this.frozenNow(call.market, isPlacement)) {
        this.monitor.onWaited(call.priority, performance.now() - startedAt);
        return reply;
      }
      this.settleGrant(reply.grant, { landed: false, meters: [] });
    }
  }

  private async decideNow(
    call: BudgetCall,
    queue: string,
    arrivedAt: number,
    asked: number,
    leftMs: number,
  ): Promise<Reply> {
    const { market, priority, cost } = call;
    if (this.outage.isAway) return this.decideFromShare(call);
    if (!this.limits.isKnown(market) && (cost.orders > 0 || priority === 'P2' || priority === 'P3'))
      return { granted: false, code: 'BUDGET', now: 0, waitMs: LIMITS_WAIT_MS };
    // Of a window that others have used beyond the small budget of the start there would be no way to learn that it is larger.
    const isFree = call.readsLimits === true && !this.limits.isKnown(market);
    const charges = isFree
      ? []
      : this.limits
          .chargesOf(market, cost)
          .filter((charge) => charge.cost > 0)
          .map((charge) => ({
            ...charge,
            heldBack: heldBackOf(call, charge),
            shared: isShared(call, charge),
          }));
    const timestampMs = call.placing?.stamp();
    try {
      const reply = await this.store.decide({
        market,
        priority,
        charges,
        sharer: call.sharer ?? HOUSE,
        queue,
        arrivedAt,
        asked,
        sends: sendsOf(call.placing, timestampMs),
        isPlacement: cost.orders > 0,
        withinMs: Math.floor(leftMs),
        reserveAheadMs: RESERVE_AHEAD_MS,
        memory: { ip: this.freezes.freezeOf(market, 'ip'), orders: this.freezes.freezeOf(market, 'orders') },
      });
      return reply.granted
        ? this.grantOf(market, charges, reply, timestampMs)
        : this.rememberFreeze(market, reply);
    } catch (error) {
      this.outage.startOutage(error);
      if (call.placing && !maySendWithoutRedis(call.placing)) throw error;
      return this.decideFromShare(call);
    }
  }

  private grantOf(
    market: Market,
    charges: readonly Charge[],
    reply: Granted,
    timestampMs: number | undefined,
  ): Reply {
    const shares = charges.map(({ kind, windowMs, cost }, place): GrantedShare => {
      const { index, header, used } = reply.meters[place] ?? { index: -1, header: 0, used: 0 };
      this.outage.recordUsage(market, { kind, windowMs, index }, used);
      return { kind, windowMs, cost, index, header };
    });
    this.freezes.thaw(market, 'ip', reply.now);
    if (timestampMs !== undefined) this.freezes.thaw(market, 'orders', reply.now);
    const sentAt = reply.now + reply.waitMs;
    return {
      ...reply,
      grant: { market, shares, sentAt, errorMs: reply.error + 2, isOutageShare: false, timestampMs },
    };
  }

  /** A refusal that tells of a freeze is remembered; one that elects this replica starts the probe. */
  private rememberFreeze(market: Market, reply: Refused): Refused {
    if (reply.code !== 'FROZEN' && reply.code !== 'PROBE') return reply;
    const { endsAt = 0, kind = 'WEIGHT_LIMITED', probe = 0 } = reply;
    this.freezes.extendFreeze(market, kind === 'ORDERS_LIMITED' ? 'orders' : 'ip', { endsAt, kind, probe });
    if (reply.code === 'PROBE') void this.probe.runProbe(market, endsAt);
    return reply;
  }

  private decideFromShare({ market, priority, cost, placing, refreshes }: BudgetCall): Reply {
    const now = this.nowOr(undefined);
    const isKeptBack = placing ? !maySendWithoutRedis(placing) : priority === 'P2' || priority === 'P3';
    if (isKeptBack || refreshes === 'account' || now === undefined) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable: only cancels, order queries and reduce-only orders are accepted; nothing was sent. Retry when Redis is back',
        { retryAfterMs: 1_000 },
      );
    }
    if (placing && this.clock.errorMs() > MAX_CLOCK_ERROR_MS) return { granted: false, code: 'CLOCK', now };
    if (placing?.orders.some(({ sendByMs }) => now > sendByMs)) return { granted: false, code: 'LATE', now };
    const frozen = this.frozenNow(market, cost.orders > 0);
    if (frozen) return { granted: false, code: 'FROZEN', now, ...frozen, waitMs: frozen.endsAt - now };
    const charges = this.limits.chargesOf(market, cost).filter((charge) => charge.cost > 0);
    const waitMs = this.outage.spend(market, charges, now);
    if (waitMs > 0) return { granted: false, code: 'BUDGET', now, waitMs };
    const shares = charges.map((charge): GrantedShare => ({ ...charge, index: -1, header: 0 }));
    const timestampMs = placing?.stamp();
    const grant = { market, shares, sentAt: now, errorMs: 0, isOutageShare: true, timestampMs };
    return { granted: true, now, error: 0, waitMs: 0, meters: [], grant };
  }

  private frozenNow(market: Market, isPlacement: boolean): Freeze | undefined {
    const now = this.nowOr(0);
    const scopes: readonly FreezeScope[] = isPlacement ? ['ip', 'orders'] : ['ip'];
    return scopes.map((scope) => this.freezes.freezeOf(market, scope)).find(({ endsAt }) => endsAt > now);
  }

  private queueOf({ market, sharer }: BudgetCall, name: string): FairQueue<Reply> {
    const key = `${market}:${name}`;
    const known = this.queues.get(key);
    if (known) return known;
    const queue = new FairQueue<Reply>(sharer === undefined ? MOST_WAITING : MOST_WAITING_OF_KEY, () =>
      this.store.removeFromQueue(market, name),
    );
    this.queues.set(key, queue);
    return queue;
  }

  private nowOr<Fallback>(fallback: Fallback): number | Fallback {
    try {
      return this.clock.now();
    } catch {
      return fallback;
    }
  }
}

/** What was judged on the exchange's own position, because Redis is unavailable, and can only reduce it. */
const maySendWithoutRedis = ({ orders }: Placing): boolean =>
  orders.every(({ purpose }) => purpose === 'reduce');

const sendsOf = (placing: Placing | undefined, timestampMs = 0): Question['sends'] =>
  placing?.orders.map((order) => ({ ...order, timestampMs, recvWindowMs: placing.recvWindowMs }));
