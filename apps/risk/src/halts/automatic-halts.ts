/**
 * Watches everything that stops trading by itself, twice a second, in every replica. When a person ends such a stop the
 * measured values are acknowledged: losses count from the present value on, counts from zero, and a state that goes
 * on does not trip again until it has been gone.
 */
import {
  EventEnvelope,
  ExchangeFrozen,
  KillSwitchChanged,
  OrderChanged,
  exchangeFrozen,
  exchangeThawed,
  killSwitchActivated,
  listOpenOrders,
  orderFilled,
  orderPlaced,
  orderRejected,
} from '@elvis/contracts';
import { Bus, LOG, Log, NATS } from '@elvis/platform';
import {
  banFindings,
  buildFindings,
  countOf,
  Dwelling,
  Finding,
  isLoss,
  isLossName,
  lossFindings,
  LossName,
  modeFindings,
  RefusalCounts,
  rejectFindings,
  RepeatedOrder,
  repeatFindings,
  RiskLimits,
  staleFindings,
  unknownFindings,
  UnknownOrder,
} from '@elvis/rules';
import { OrderView } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { JSONCodec, NatsConnection, Subscription } from 'nats';
import { AccountFeed } from '../facts/account-feed';
import { LossMeter } from '../facts/loss-meter';
import { TransferPoller } from '../facts/transfer-poller';
import { Clock } from '../facts/clock';
import { HaltMemory } from '../kill-switch/domain/halt-memory';
import { OpenStop } from '../kill-switch/domain/halt-record';
import { FleetVersions } from '../fleet/fleet-versions';
import { RuntimeLimits } from '../limits/runtime-limits';
import { MarketFacts } from '../facts/market-facts';
import { RiskConfig } from '../risk.config';
import { AutomaticStops } from '../kill-switch/automatic-stops';
import { HaltConditions } from '../kill-switch/halt-conditions';
import { LimitMonitor } from './limit-monitor';

const PERIOD_MS = 500;
const UNKNOWN_EVERY_MS = 5_000;
const AUTO = 'auto:';
/** Nobody's verdict but ours: the exchange did not refuse it. */
const INFERRED = 'NEVER_REACHED_EXCHANGE';

/** What holds or does not; all else is a number that a clear acknowledges. */
const STATES: ReadonlySet<string> = new Set([
  'stale-market',
  'unknown-order',
  'exchange-ban',
  'mixed-builds',
  'account-mode',
]);

type StandingStop = Pick<OpenStop, 'stopId' | 'actor' | 'scope' | 'epoch'>;

@Injectable()
export class AutomaticHalts implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly dwelling = new Dwelling();
  private readonly refusals = new RefusalCounts();
  private readonly repeated = new Map<string, RepeatedOrder>();
  private readonly standing = new Map<string, StandingStop>();
  private readonly subscriptions: Subscription[] = [];
  private unknown: readonly UnknownOrder[] = [];
  private bannedUntilMs: number | undefined;
  private startedAtMs = 0;
  private askedAtMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stops: AutomaticStops,
    private readonly conditions: HaltConditions,
    private readonly memory: HaltMemory,
    private readonly market: MarketFacts,
    private readonly account: AccountFeed,
    private readonly losses: LossMeter,
    private readonly transfers: TransferPoller,
    private readonly limits: RuntimeLimits,
    private readonly monitor: LimitMonitor,
    private readonly builds: FleetVersions,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.startedAtMs = this.clock.monotonicMs();
    this.conditions.register(() => this.findings({}).filter(({ name }) => STATES.has(name)));
    this.listen(orderRejected.type, ({ data }) => this.hearRejected((data as OrderChanged).order));
    for (const { type } of [orderPlaced, orderFilled])
      this.listen(
        type,
        ({ data }) => this.refusals.taken((data as OrderChanged).order),
        // Nearly always: then no order's event has to be read.
        () => this.refusals.isEmpty,
      );
    this.listen(killSwitchActivated.type, ({ data }) => this.hearStop(data as KillSwitchChanged));
    this.listen(exchangeFrozen.type, ({ data }) => this.hearFreeze(data as ExchangeFrozen));
    this.listen(exchangeThawed.type, () => (this.bannedUntilMs = undefined));
    this.timer = setInterval(() => this.look(), PERIOD_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /** An order was refused as a repeat of another, for the `repeats`th time. */
  noteRepeat(order: RepeatedOrder): void {
    this.repeated.set(JSON.stringify([order.actor, order.symbol, order.botConfigId ?? null]), order);
  }

  private look(): void {
    try {
      const limits = this.limits.current;
      this.acknowledgeEnded();
      const { fact } = this.losses;
      if (fact) this.monitor.ofLoss(fact, limits);
      for (const { actor, botConfigId, refusals } of this.refusals.all)
        this.monitor.ofRejects(botConfigId ?? actor, countOf(refusals), limits);
      const findings = this.findings(limits);
      const mayBeNoLoss = this.transfers.mayExplain(findings.some(isLoss));
      for (const finding of this.dwelling.due(findings, this.clock.monotonicMs()))
        if (!mayBeNoLoss || !isLoss(finding)) void this.stops.take(finding);
    } catch (error) {
      this.log.debug(
        { err: error },
        'A check of the conditions that stop trading failed; it is repeated in the next round',
      );
    }
    this.askAfterUnknown();
  }

  private findings(limits: RiskLimits): readonly Finding[] {
    return [
      ...lossFindings(this.losses.fact, limits),
      ...rejectFindings(this.refusals.all, limits.maxConsecutiveRejects),
      ...(limits.duplicateWindowMs === undefined ? [] : repeatFindings([...this.repeated.values()])),
      ...staleFindings(this.priceAges(), numberOrOff(this.config.HALT_ON_STALE_MARKET_MS)),
      ...unknownFindings(this.unknown, numberOrOff(this.config.HALT_ON_UNKNOWN_AGE_MS)),
      ...banFindings(this.bannedUntilMs, this.clock.nowMs(), numberOrOff(this.config.HALT_ON_BAN)),
      ...modeFindings(this.account.latest?.account.modes),
      ...buildFindings(this.builds.disagreement, numberOrOff(this.config.HALT_ON_MIXED_BUILDS_MS)),
    ];
  }

  private priceAges(): { readonly symbol: string; readonly ageMs: number }[] {
    const sinceStart = this.clock.monotonicMs() - this.startedAtMs;
    return this.config.SYMBOLS.map((symbol) => ({
      symbol,
      ageMs: Math.min(this.market.silenceMs(symbol) ?? sinceStart, sinceStart),
    }));
  }

  /** A stop of ours that a clear names was ended by a person. */
  private acknowledgeEnded(): void {
    for (const stop of this.memory.stops)
      if (stop.actor.startsWith(AUTO)) this.standing.set(stop.stopId, stop);
    for (const [stopId, stop] of this.standing) {
      if (!this.memory.isEnded(stop)) continue;
      this.standing.delete(stopId);
      this.acknowledge(stop);
    }
  }

  /** Heard of at once: a stop may stand for less than the time between two looks. */
  private hearStop({ stopId, actor, scope, epoch }: KillSwitchChanged): void {
    if (actor.startsWith(AUTO)) this.standing.set(stopId, { stopId, actor, scope, epoch });
  }

  private acknowledge(stop: StandingStop): void {
    const { actor, scope } = stop;
    const name = actor.slice(AUTO.length);
    this.dwelling.acknowledge({ name, scope });
    if (isLossName(name)) void this.acknowledgeLoss(stop, name);
    else if (name === 'consecutive-rejects') this.refusals.acknowledge(scope);
    else if (name === 'repeated-orders') this.forget(this.repeated, scope.value);
  }

  /** Until this is done the loss does not trip; a loss that comes right after it does. */
  private async acknowledgeLoss(stop: StandingStop, name: LossName): Promise<void> {
    try {
      await this.losses.acknowledge({ stopId: stop.stopId, name });
      this.dwelling.beginAnew({ name, scope: stop.scope });
    } catch (error) {
      this.standing.set(stop.stopId, stop);
      this.log.error(
        { err: error, name },
        'The clear of a stop for a loss could not be recorded, so the loss still counts; retrying',
      );
    }
  }

  private forget(
    counts: Map<string, { readonly symbol: string; readonly botConfigId?: string }>,
    value: string | undefined,
  ): void {
    for (const [key, { symbol, botConfigId }] of counts) {
      if (symbol === value || botConfigId === value) counts.delete(key);
    }
  }

  private hearRejected(order: OrderView): void {
    if (order.code !== INFERRED) this.refusals.note(order);
  }

  private hearFreeze({ kind, untilMs }: ExchangeFrozen): void {
    if (kind === 'BANNED' || kind === 'BLOCKED')
      this.bannedUntilMs = Math.max(this.bannedUntilMs ?? 0, untilMs);
  }

  private askAfterUnknown(): void {
    const now = this.clock.monotonicMs();
    if (this.config.HALT_ON_UNKNOWN_AGE_MS === 'off' || now - this.askedAtMs < UNKNOWN_EVERY_MS) return;
    this.askedAtMs = now;
    this.bus.request(listOpenOrders, { status: 'UNKNOWN', limit: 1_000 }).then(
      ({ items }) => {
        const unknown = items.filter(({ status }) => status === 'UNKNOWN');
        this.unknown = unknown.map((order) => ({ ...order, ageMs: this.clock.nowMs() - firstSeen(order) }));
      },
      (error: unknown) =>
        this.log.debug(
          { err: error },
          'The orders of unknown state could not be read from execution; retrying',
        ),
    );
  }

  private listen(
    subject: string,
    handle: (event: EventEnvelope) => void,
    isIdle: () => boolean = () => false,
  ): void {
    const codec = JSONCodec<EventEnvelope>();
    const callback = (error: Error | null, message: { readonly data: Uint8Array }): void => {
      if (error || isIdle()) return;
      try {
        handle(codec.decode(message.data));
      } catch (problem) {
        this.log.error(
          { err: problem, subject },
          'An event that could stop trading is malformed and was ignored. Check that all replicas run the same build',
        );
      }
    };
    this.subscriptions.push(this.connection.subscribe(subject, { callback }));
  }
}

const numberOrOff = (text: string): number | undefined => (text === 'off' ? undefined : Number(text));

const firstSeen = ({ createdAtMs }: OrderView): number => createdAtMs;
