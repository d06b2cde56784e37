/**
 * The limits in force: the environment's, and over them what was changed while running. A change is stored before it
 * counts and told to all replicas; each looks again every second. Until they have been read once nothing is judged.
 */
import {
  GetLimits,
  LimitView,
  LimitsView,
  RUNTIME_LIMITS,
  RuntimeLimit,
  SetLimits,
  leverageChanged,
  limitsChanged,
} from '@elvis/contracts';
import { Health, LOG, Log, NATS } from '@elvis/platform';
import { RiskLimits, limitsOf } from '@elvis/rules';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { NatsConnection, Subscription } from 'nats';
import { Clock } from '../facts/clock';
import { RiskEventPublisher } from '../events/event-publisher';
import { RiskConfig } from '../risk.config';
import { LimitStore, LimitsReading } from './limit-store';
import { LeverageOfSymbol, haltSettings, leverageOfSymbols, problemWith } from './limits';
import { environmentLimits } from './limits.config';

const PERIOD_MS = 1_000;
const WRITE_TRIES = 5;

@Injectable()
export class RuntimeLimits implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly environment;
  private readonly configured;
  private reading: LimitsReading | undefined;
  private inForce: RiskLimits;
  private leverages: ReadonlyMap<string, LeverageOfSymbol>;
  private timer: NodeJS.Timeout | undefined;
  private subscriptions: readonly Subscription[] = [];
  private isAway = false;

  constructor(
    private readonly store: LimitStore,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
    health: Health,
  ) {
    this.environment = environmentLimits(config);
    this.configured = leverageOfSymbols(config);
    this.inForce = limitsOf(this.environment);
    this.leverages = this.configured;
    health.require('limits', () => (this.reading ? undefined : 'runtime limits are still loading'));
  }

  /** @throws TradingFailure LIMITS_UNKNOWN what was changed while running has not been read yet */
  get current(): RiskLimits {
    if (!this.reading) {
      throw new TradingFailure(
        'LIMITS_UNKNOWN',
        'The runtime limits have not been read yet, so no order is judged; nothing was sent. Retry',
        {
          retryAfterMs: PERIOD_MS,
        },
      );
    }
    return this.inForce;
  }

  /** What each symbol is to be traded on. */
  get leverageOfSymbols(): ReadonlyMap<string, LeverageOfSymbol> {
    return this.leverages;
  }

  onApplicationBootstrap(): void {
    this.subscriptions = [limitsChanged, leverageChanged].map(({ type }) =>
      this.connection.subscribe(type, { callback: () => void this.refresh() }),
    );
    this.timer = setInterval(() => void this.refresh(), PERIOD_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  view(_query: GetLimits): LimitsView {
    const changed = this.reading?.changed ?? {};
    const limits = RUNTIME_LIMITS.map((name): LimitView => ({
      name,
      value: changed[name] ?? this.environment[name],
      setBy: changed[name] === undefined ? 'environment' : 'operator',
      environment: this.environment[name],
    }));
    const leverage = Object.fromEntries(
      [...this.leverages].map(([symbol, { leverage: wanted, cap }]) => [
        symbol,
        { wanted, cap: cap ?? null },
      ]),
    );
    return { limits, revision: this.reading?.revision ?? 0, halts: haltSettings(this.config), leverage };
  }

  /** @throws TradingFailure MESSAGE_MALFORMED naming every problem; nothing was changed */
  async set({ limits, actor, remoteIp, reason }: SetLimits): Promise<LimitsView> {
    const problems = Object.entries(limits).flatMap(([name, value]) =>
      value === null && (RUNTIME_LIMITS as readonly string[]).includes(name)
        ? []
        : (problemWith(name, value) ?? []),
    );
    if (problems.length > 0) throw new TradingFailure('MESSAGE_MALFORMED', problems.join('; '));
    const { before, after, revision } = await this.change((reading) => {
      const changed = Object.entries({ ...reading.changed, ...limits }).filter(([, value]) => value !== null);
      return { ...reading, changed: Object.fromEntries(changed) };
    });
    const names = Object.keys(limits) as RuntimeLimit[];
    const valuesIn = ({ changed }: LimitsReading): Record<string, string> =>
      Object.fromEntries(names.map((name) => [name, changed[name] ?? this.environment[name]]));
    const told = {
      actor,
      remoteIp: remoteIp ?? null,
      reason: reason ?? 'none given',
      revision,
      before: valuesIn(before),
      after: valuesIn(after),
    };
    this.log.warn(told, 'Risk limits were changed');
    for (const name of names) {
      if (told.after[name] === 'off') this.log.warn(`${name} is off: this risk limit is not enforced`);
    }
    await this.eventPublisher.publish(limitsChanged, told, actor, this.clock.nowMs());
    return this.view({});
  }

  /** Remembers the leverage that was confirmed for the symbol, for every replica and over restarts. */
  async setLeverage(symbol: string, leverage: number): Promise<void> {
    await this.change((reading) => ({ ...reading, leverage: { ...reading.leverage, [symbol]: leverage } }));
  }

  private async change(
    make: (reading: LimitsReading) => LimitsReading,
  ): Promise<{ readonly before: LimitsReading; readonly after: LimitsReading; readonly revision: number }> {
    for (let attempt = 0; attempt < WRITE_TRIES; attempt += 1) {
      const before = await this.store.read();
      const after = make(before);
      const revision = await this.store.write(after);
      if (revision === undefined) continue;
      this.apply({ ...after, revision });
      return { before, after, revision };
    }
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      'The limits were being changed by others at the same time; nothing was changed. Retry',
    );
  }

  async refresh(): Promise<void> {
    try {
      this.apply(await this.store.read());
      if (this.isAway) this.log.warn('The runtime limits can be read again');
      this.isAway = false;
    } catch (error) {
      if (!this.isAway)
        this.log.warn(
          { reason: String(error) },
          'The runtime limits could not be read from JetStream; the last known limits apply, and before the first reading no order is accepted. Retrying',
        );
      this.isAway = true;
    }
  }

  private apply(reading: LimitsReading): void {
    if (this.reading && reading.revision <= this.reading.revision) return;
    this.reading = reading;
    this.inForce = limitsOf({ ...this.environment, ...reading.changed });
    this.leverages = new Map(
      [...this.configured].map(([symbol, known]) => [
        symbol,
        { ...known, leverage: reading.leverage[symbol] ?? known.leverage },
      ]),
    );
  }
}
