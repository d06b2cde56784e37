/**
 * Leverage as the exchange has it and as the policy wants it. A change is judged by the policy, the symbol's cap and
 * the brackets, confirmed by the exchange, and only then remembered. Drift takes the symbol to REDUCING, with its
 * opening orders canceled; it is never set right while a person has not looked.
 */
import {
  EventEnvelope,
  LeverageDrifted,
  LeverageView,
  SetLeverage,
  SymbolLeverage,
  leverageChanged,
  leverageDrifted,
  listVenueLeverages,
  setVenueLeverage,
} from '@elvis/contracts';
import { Bus, Health, LOG, Log, NATS, Rounds } from '@elvis/platform';
import { checkLeverage, bracketVerdict, LeverageBracket } from '@elvis/rules';
import { Decimal, TradingFailure, Verdict } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { JSONCodec, NatsConnection, Subscription } from 'nats';
import { AccountFeed } from '../facts/account-feed';
import { AccountState } from '../facts/read-account';
import { Clock } from '../facts/clock';
import { RuntimeLimits } from '../limits/runtime-limits';
import { Condition, HaltConditions } from '../kill-switch/halt-conditions';
import { AutomaticStops } from '../kill-switch/automatic-stops';
import { RiskEventPublisher } from '../events/event-publisher';
import { RiskConfig } from '../risk.config';

const REFRESH_MS = 60_000;
const RETRY_MS = 1_000;
/** A position seen on too much leverage this many times in a row is drift: one look may be older than a change. */
const LOOKS = 3;
const SET_TIMEOUT_MS = 9_000;

@Injectable()
export class LeverageChanges implements OnApplicationBootstrap, OnModuleDestroy {
  private bySymbol: ReadonlyMap<string, SymbolLeverage> | undefined;
  private brackets: ReadonlyMap<string, readonly LeverageBracket[]> = new Map();
  private readonly looks = new Map<string, number>();
  /** What the exchange was last seen to have in place of what is wanted. */
  private readonly drifted = new Map<string, Condition>();
  private readAtMs = 0;
  private readonly rounds = new Rounds(() => this.refresh());
  private subscription: Subscription | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly limits: RuntimeLimits,
    private readonly account: AccountFeed,
    private readonly stops: AutomaticStops,
    conditions: HaltConditions,
    private readonly eventPublisher: RiskEventPublisher,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
    health: Health,
  ) {
    health.require('leverage', () =>
      this.bySymbol ? undefined : 'the leverage brackets have not been read yet',
    );
    account.onChange((state) => this.compare(state));
    conditions.register(() => [...this.drifted.values()]);
  }

  onApplicationBootstrap(): void {
    this.subscription = this.connection.subscribe(leverageDrifted.type, {
      callback: (error, message) => {
        if (!error) this.hear(message.data);
      },
    });
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
    this.subscription?.unsubscribe();
  }

  /** Smallest notional first; undefined if they are not known. */
  bracketsOf(symbol: string): readonly LeverageBracket[] | undefined {
    return this.brackets.get(symbol);
  }

  /** @throws TradingFailure INSTRUMENT_NOT_FOUND, UNAVAILABLE kinds */
  async get(symbol: string): Promise<LeverageView> {
    const wanted = this.wantedOf(symbol);
    await this.read();
    const leverage = this.bySymbol?.get(symbol)?.leverage ?? 0;
    return { symbol, leverage, confirmedAtMs: this.readAtMs, wanted };
  }

  /** @throws TradingFailure LEVERAGE_REFUSED by the policy, a cap, a bracket or the exchange; nothing was changed */
  async set({ symbol, leverage, actor, remoteIp, reason }: SetLeverage): Promise<LeverageView> {
    this.wantedOf(symbol);
    await this.assertAllowed(symbol, leverage);
    const confirmed = await this.bus.request(
      setVenueLeverage,
      { symbol, leverage },
      { timeoutMs: SET_TIMEOUT_MS },
    );
    if (confirmed.leverage !== leverage) {
      throw new TradingFailure(
        'LEVERAGE_REFUSED',
        `The exchange reports a leverage of ${confirmed.leverage}x for ${symbol} instead of ${leverage}x, so the new one was not stored. Set it again`,
      );
    }
    await this.limits.setLeverage(symbol, leverage);
    this.drifted.delete(symbol);
    const told = {
      symbol,
      leverage,
      actor,
      remoteIp: remoteIp ?? null,
      confirmedAtMs: confirmed.confirmedAtMs,
    };
    this.log.warn({ ...told, reason }, 'The leverage of a symbol was changed');
    await this.eventPublisher.publish(leverageChanged, told, actor, this.clock.nowMs());
    return { ...confirmed, wanted: leverage };
  }

  private async assertAllowed(symbol: string, leverage: number): Promise<void> {
    const symbolCap = this.limits.leverageOfSymbols.get(symbol)?.cap;
    refuseUnless(checkLeverage(leverage, { symbolCap, isOverridden: this.config.OVERRIDE_HIGH_LEVERAGE }));
    await this.read();
    const brackets = this.brackets.get(symbol);
    if (!brackets) {
      throw new TradingFailure(
        'ACCOUNT_UNAVAILABLE',
        `The leverage brackets of ${symbol} are not known, so its leverage was not changed. Retry`,
        {
          retryAfterMs: RETRY_MS,
        },
      );
    }
    const held = this.account.latest?.account.positions.get(symbol);
    const notional = held?.mark ? held.quantity.abs().times(held.mark) : new Decimal(0);
    refuseUnless(bracketVerdict(notional, leverage, brackets));
  }

  private wantedOf(symbol: string): number {
    const wanted = this.limits.leverageOfSymbols.get(symbol)?.leverage;
    if (wanted === undefined) {
      throw new TradingFailure(
        'INSTRUMENT_NOT_FOUND',
        `${symbol} is not in SYMBOLS; this system does not trade it`,
      );
    }
    return wanted;
  }

  private async read(): Promise<void> {
    const { items, asOfMs } = await this.bus.request(listVenueLeverages, {});
    this.bySymbol = new Map(items.map((item) => [item.symbol, item]));
    this.brackets = new Map(
      items.map(({ symbol, brackets }) => [
        symbol,
        brackets.map(([cap, maximum]) => ({ notionalCap: new Decimal(cap), maximum })),
      ]),
    );
    this.readAtMs = asOfMs;
    for (const symbol of this.drifted.keys()) {
      const wanted = this.limits.leverageOfSymbols.get(symbol)?.leverage;
      if (wanted !== undefined && this.bySymbol.get(symbol)?.leverage === wanted) this.drifted.delete(symbol);
    }
  }

  /** Answers when to read again. */
  private async refresh(): Promise<number> {
    try {
      await this.read();
    } catch (error) {
      this.log.debug({ err: error }, 'The leverages could not be read from execution; retrying');
    }
    return this.bySymbol ? REFRESH_MS : RETRY_MS;
  }

  /** A held position on more leverage than is wanted: somebody raised it, perhaps while nobody listened. */
  private compare({ positions }: AccountState): void {
    for (const [symbol, { leverage: wanted }] of this.limits.leverageOfSymbols) {
      const found = positions.get(symbol)?.leverage;
      if (found === undefined || found <= wanted) {
        this.looks.delete(symbol);
        continue;
      }
      const looks = (this.looks.get(symbol) ?? 0) + 1;
      this.looks.set(symbol, looks);
      if (looks === LOOKS) this.restrict(symbol, wanted, found);
    }
  }

  private hear(data: Uint8Array): void {
    try {
      const { symbol, confirmed, found } = JSONCodec<EventEnvelope<LeverageDrifted>>().decode(data).data;
      this.restrict(symbol, confirmed, found);
    } catch (error) {
      this.log.error(
        { err: error },
        'An event about a changed leverage is malformed and was ignored. Check that all replicas run the same build',
      );
    }
  }

  private restrict(symbol: string, wanted: number, found: number): void {
    this.log.error(
      { alert: 'leverage-drift', symbol, wanted, found },
      'The leverage at the exchange is not the one that was set; only reduce-only orders of this symbol are accepted. Set the leverage again, then clear the stop',
    );
    const drift: Condition = {
      name: 'leverage-drift',
      scope: { type: 'symbol', value: symbol },
      reason: `the leverage of ${symbol} is ${found} at the exchange, but was set to ${wanted}`,
    };
    this.drifted.set(symbol, drift);
    void this.stops.take({ ...drift, state: 'REDUCING' });
  }
}

function refuseUnless(verdict: Verdict): void {
  if (verdict.approved) return;
  const { code, context } = verdict.denial;
  throw new TradingFailure(
    'LEVERAGE_REFUSED',
    `The leverage was not changed, because the leverage policy refuses it: ${code}`,
    {
      context: { ...context, denial: code },
    },
  );
}
