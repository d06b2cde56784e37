/**
 * One replica's limiter, put together: budget, clock, limits, and the pulse that keeps them in touch with the fleet.
 *
 * Plain objects, no framework: the service and the benchmark run the same.
 */
import { Answer, BinanceRequest, BinanceTransport, CallCost, Credentials } from '@elvis/binance';
import { FreezeView, MeterView, QueueView, RateLimitsView } from '@elvis/contracts';
import { Log, Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Priority, windowIndex } from './domain/ledger';
import { Asker, askedBy } from './calls/asker';
import { Backoff } from './calls/backoff';
import { BudgetMonitor, RedisBudget } from './budget/budget.redis';
import { ExchangeCalls } from './calls/exchange-calls';
import { ExchangeClock } from './clock/exchange-clock';
import { LimiterChannel, LimiterMessage } from './budget/limiter-channel';
import { Freeze, FreezeMemory, FreezeScope } from './budget/freeze-memory';
import { Heartbeat, LedgerStore } from './budget/ledger-store';
import { DiscoveredLimits } from './calls/discovered-limits';
import { LimitDiscovery } from './calls/limit-discovery';
import { MarketRequests } from './calls/market-requests';
import { Meter, MeterLimits } from './budget/meter-limits';
import { OutageBudget } from './budget/outage-budget';
import { PeerStatus } from './peer-status';
import { RedisRun } from './clock/redis-run';

export interface LimiterSettings {
  readonly owner: string;
  readonly origins: ReadonlyMap<Market, string>;
  readonly requests: ReadonlyMap<Market, MarketRequests>;
  readonly credentials: Credentials;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  readonly weightPerMinute: number | undefined;
  readonly warnFraction: number;
  readonly pauseMs: number;
  readonly maxReplicas: number;
  readonly backoff: Backoff;
}

export interface LimiterMonitor extends Omit<BudgetMonitor, 'onClockSuspect'> {
  readonly onSent: (request: BinanceRequest, cost: CallCost, asker: Asker) => void;
  readonly onBeat: (beat: Heartbeat, meters: readonly (Meter & { readonly market: Market })[]) => void;
}

const SCOPES: readonly FreezeScope[] = ['ip', 'orders'];
const BEAT_MS = 1_000;
const JUMP_MS = 50;
const SUSPECT_EVERY_MS = 1_000;
const OUTAGE_CLOCK_AGE_MS = 30_000;

export class Limiter {
  readonly limits: MeterLimits;
  readonly freezes = new FreezeMemory();
  readonly clock: ExchangeClock;
  readonly budget: RedisBudget;
  readonly calls: ExchangeCalls;
  /** Called when a replica found the exchange's clock elsewhere; the clock leader measures. */
  onClockSuspect: () => void = () => undefined;

  private readonly incarnation: RedisRun;
  private readonly store: LedgerStore;
  private readonly outage: OutageBudget;
  private readonly channel: LimiterChannel;
  private readonly discovery: LimitDiscovery;
  private beating: NodeJS.Timeout | undefined;
  private suspectedAt = -Infinity;
  private slot = -1;
  private lastBeat: Heartbeat | undefined;
  private isStopped = false;

  constructor(
    redis: Redis,
    private readonly peers: PeerStatus,
    private readonly settings: LimiterSettings,
    private readonly monitor: LimiterMonitor,
    private readonly log: Log,
  ) {
    const { owner, origins, credentials, recvWindowMs, timeoutMs, maxReplicas } = settings;
    this.limits = new MeterLimits(settings.weightPerMinute);
    this.incarnation = new RedisRun(redis);
    this.store = new LedgerStore(redis, this.incarnation, this.limits, {
      owner,
      maxReplicas,
      warnFraction: settings.warnFraction,
      pauseMs: settings.pauseMs,
      lifetimeMs: Math.max(recvWindowMs, timeoutMs),
    });
    this.outage = new OutageBudget(
      maxReplicas,
      () => maxReplicas > 1 && peers.peerStatus() !== 'down',
      (cause) =>
        log.warn(
          { reason: (cause as Error).message },
          "Redis is unavailable: only cancels, order queries and reduce-only orders are sent, from this replica's share of the rate limits, until Redis answers",
        ),
    );
    const now = (): number => this.clock.now();
    const clock = { now, errorMs: () => this.clock.errorMs() };
    this.budget = new RedisBudget(this.store, clock, this.limits, this.freezes, this.outage, {
      ...monitor,
      onClockSuspect: () => this.suspectClock(),
    });
    const transports = new Map(
      [...origins].map(
        ([market, origin]) => [market, new BinanceTransport(origin, credentials, timeoutMs)] as const,
      ),
    );
    this.calls = new ExchangeCalls(
      ...([transports, this.budget, now, recvWindowMs, settings.backoff, monitor.onSent] as const),
    );
    this.discovery = new LimitDiscovery(
      this.limits,
      new DiscoveredLimits(redis),
      settings.requests,
      this.calls,
      () => this.clock.whenKnown(),
      () => this.budget.wakeAll(),
      log,
    );
    this.clock = new ExchangeClock(redis, (onSend) => this.askTime(onSend), this.incarnation);
    this.budget.probeBy((market) => this.probe(market));
    this.channel = new LimiterChannel(redis, (message) => this.onMessage(message));
  }

  /** Redis is known, and the first sign of life was given, when this returns; the limits follow. */
  async start(): Promise<void> {
    await this.incarnation.refresh().catch(() => undefined);
    await this.discovery.readShared();
    await this.sendHeartbeat();
    this.discovery.start();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.beating);
    this.discovery.stop();
    this.channel.close();
    await this.store.signOff(this.slot).catch(() => undefined);
  }

  /** Unique to this process. */
  get owner(): string {
    return this.settings.owner;
  }

  /** How things stand, as of the last sign of life. @throws TradingFailure CLOCK_UNCERTAIN */
  viewLimits(): RateLimitsView {
    const [asOfMs, wallMs] = [this.clock.now(), Date.now()];
    const { meters = [], vanished = 0 } = this.lastBeat ?? {};
    const markets = this.limits.markets();
    return {
      meters: this.metersOf().flatMap((meter, place): MeterView[] => {
        const { index, ...told } = meters[place] ?? { index: -1, used: 0, reserved: 0, foreign: 0 };
        return [
          {
            ...meter,
            ...told,
            windowEndsAtMs: (Math.max(index, windowIndex(asOfMs, meter.windowMs)) + 1) * meter.windowMs,
          },
        ];
      }),
      freezes: this.memories().flatMap(({ market, scope, freeze: { kind, endsAt } }): FreezeView[] =>
        endsAt > asOfMs ? [{ market, scope, kind, untilMs: endsAt }] : [],
      ),
      queues: markets.flatMap((market) =>
        Object.entries(this.budget.queueLengths(market)).map(([priority, waiting]): QueueView => ({
          market,
          priority: priority as Priority,
          waiting,
        })),
      ),
      clock: {
        offsetMs: asOfMs - wallMs,
        errorMs: Math.ceil(this.clock.errorMs()),
        ageMs: Math.round(this.clock.ageMs()),
      },
      vanishedReplicas: vanished,
      isLedgerShared: this.seesRedis,
      asOfMs,
    };
  }

  get seesRedis(): boolean {
    return !this.outage.isAway;
  }

  private async sendHeartbeat(): Promise<void> {
    try {
      if (this.incarnation.id === '') await this.incarnation.refresh();
      await this.discovery.readShared();
      await this.discovery.writeShared(this.incarnation.id);
      const meters = this.metersOf();
      const memories = this.memories();
      const sentAt = performance.now();
      const beat = await this.store.heartbeat(meters, memories);
      memories.forEach(({ market, scope }, place) => {
        const told = beat.freezes[place];
        if (told && told.endsAt > beat.now) this.freezes.extendFreeze(market, scope, told);
      });
      await this.applyHeartbeat(beat, meters, sentAt, performance.now());
    } catch (error) {
      this.outage.startOutage(error);
      if (this.clock.ageMs() > OUTAGE_CLOCK_AGE_MS) await this.clock.measure().catch(() => undefined);
    }
    this.peers.publishStatus(this.seesRedis);
    if (!this.isStopped) this.beating = setTimeout(() => void this.sendHeartbeat(), BEAT_MS);
  }

  private metersOf(): (Meter & { readonly market: Market })[] {
    return this.limits
      .markets()
      .flatMap((market) => this.limits.metersOf(market).map((meter) => ({ ...meter, market })));
  }

  private memories(): { readonly market: Market; readonly scope: FreezeScope; readonly freeze: Freeze }[] {
    return this.limits
      .markets()
      .flatMap((market) =>
        SCOPES.map((scope) => ({ market, scope, freeze: this.freezes.freezeOf(market, scope) })),
      );
  }

  private async applyHeartbeat(
    beat: Heartbeat,
    meters: readonly (Meter & { readonly market: Market })[],
    sentAt: number,
    receivedAt: number,
  ): Promise<void> {
    if (beat.slot !== this.slot && beat.slot < 0) {
      this.log.warn(
        'More execution replicas run than EXECUTION_MAX_REPLICAS allows: while Redis is unavailable they may together exceed the rate limits of the exchange. Raise EXECUTION_MAX_REPLICAS, or run fewer',
      );
    }
    this.slot = beat.slot;
    if (beat.clockValid) this.followClock(beat, sentAt, receivedAt);
    if (this.outage.isAway) {
      await this.store.addBack(this.outage.spentShares());
      this.outage.endOutage();
      this.log.warn(
        'Redis is available again; the requests sent without it were added to the shared rate limits',
      );
      this.budget.wakeAll();
    }
    meters.forEach((meter, place) => {
      const told = beat.meters[place];
      if (told) this.outage.recordUsage(meter.market, { ...meter, index: told.index }, told.used);
    });
    this.lastBeat = beat;
    this.monitor.onBeat(beat, meters);
  }

  /** Redis' clock, the exchange's and this process's must go alike; where they part, all go by none of them. */
  private followClock({ now, errorMs }: Heartbeat, sentAt: number, receivedAt: number): void {
    const isFirst = this.clock.ageMs() === Infinity;
    if (!isFirst && this.clock.ageMs() < OUTAGE_CLOCK_AGE_MS) {
      const expected = this.clock.now() - (performance.now() - (sentAt + receivedAt) / 2);
      const tolerated = errorMs + this.clock.errorMs() + (receivedAt - sentAt) / 2 + JUMP_MS;
      if (Math.abs(now - expected) > tolerated) {
        this.log.warn(
          { byMs: Math.round(now - expected) },
          'The clocks of Redis and of this machine diverge; no orders are sent until the time is measured again',
        );
        void this.clock.distrust().catch(() => undefined);
        this.suspectClock();
      }
    }
    this.clock.adoptTime(now, errorMs, sentAt, receivedAt);
  }

  private onMessage(message: LimiterMessage): void {
    if (message.type === 'clock-suspect') return this.onClockSuspect();
    if (message.type === 'freeze') this.freezes.extendFreeze(message.market, message.scope, message);
    else this.freezes.thaw(message.market, message.scope, message.endsAt);
    this.budget.wakeAll();
  }

  private suspectClock(): void {
    if (performance.now() - this.suspectedAt < SUSPECT_EVERY_MS) return;
    this.suspectedAt = performance.now();
    this.log.warn(
      'The clocks of the exchange, of Redis and of the replicas do not agree; orders may be refused until the time is measured again',
    );
    this.channel.publishMessage({ type: 'clock-suspect' });
  }

  private async askTime(onSend: () => void): Promise<number> {
    const [first] = this.settings.requests.values();
    if (!first)
      throw new Error('No market is configured, so the time of the exchange cannot be asked; this is a bug');
    const answer = await askedBy('clock', () =>
      this.calls.call(first.time(), { refreshes: 'clock', onSend }),
    );
    const { serverTime } = answer as { serverTime: number };
    return serverTime;
  }

  private probe(market: Market): Promise<Answer> {
    const requests = this.settings.requests.get(market);
    if (!requests)
      throw new Error(`The ${market} market is not configured, so nothing was sent to it; this is a bug`);
    this.log.warn({ market }, 'The rate limit should have ended; one small request is sent to check');
    return askedBy('limits', () => this.calls.probe(requests.ping()));
  }
}
