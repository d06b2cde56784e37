/**
 * The account, asked of execution each second: what it is worth, what is free, and what the exchange says is held. Its
 * age is what execution said it was, and what has passed since on the monotonic clock. An answer that cannot be read takes
 * the fact away: no account is better than a wrong one.
 */
import { AccountView, getAccount } from '@elvis/contracts';
import { Bus, Health, LOG, Log, Metrics, Rounds } from '@elvis/platform';
import { AccountFact } from '@elvis/rules';
import { Decimal } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from './clock';
import { Instruments } from './instruments';
import { AccountState, readAccount } from './read-account';

const PERIOD_MS = 1_000;
/** Long after a position was closed execution's comparison has set our books right. */
const CLOSED_MARK_MS = 120_000;

@Injectable()
export class AccountFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private state: { readonly account: AccountState; readonly atMs: number } | undefined;
  private readonly lastMarks = new Map<string, { readonly mark: Decimal; readonly atMs: number }>();
  private listeners: ((account: AccountState) => void)[] = [];
  private readonly rounds = new Rounds(() => this.requestAccount());
  private readonly malformed;

  constructor(
    private readonly bus: Bus,
    private readonly instruments: Instruments,
    private readonly clock: Clock,
    health: Health,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    let wasKnown = false;
    health.require('account', () => {
      wasKnown ||= this.state !== undefined;
      return wasKnown ? undefined : 'the account is not known yet';
    });
    this.malformed = metrics.counter(
      'elvis_risk_malformed_accounts_total',
      'Answers about the account that could not be read',
    );
  }

  onChange(listener: (account: AccountState) => void): void {
    this.listeners.push(listener);
  }

  /** The account in the asset that an instrument is quoted in; undefined if it is not known, or has none of it. */
  fact(asset: string | undefined): AccountFact | undefined {
    const balance = asset === undefined ? undefined : this.state?.account.balances.get(asset);
    if (!balance || !this.state) return undefined;
    const { equity, free } = balance;
    return { equity, free, ageMs: this.ageMs(this.state.atMs) };
  }

  /** The newest state, with its age. */
  get latest(): { readonly account: AccountState; readonly ageMs: number } | undefined {
    return this.state && { account: this.state.account, ageMs: this.ageMs(this.state.atMs) };
  }

  /** What the exchange marks a held position at; for symbols that market data does not follow. */
  markOf(symbol: string): Decimal | undefined {
    return this.state?.account.positions.get(symbol)?.mark;
  }

  /**
   * What positions were marked at last that the exchange does not list any more: our books still hold one for a moment after
   * it was closed, and it is counted at its last mark until they have followed.
   */
  get closedMarks(): ReadonlyMap<string, Decimal> {
    const held = this.state?.account.positions;
    const now = this.clock.monotonicMs();
    const closed = [...this.lastMarks].filter(
      ([symbol, { atMs }]) => !held?.has(symbol) && now - atMs <= CLOSED_MARK_MS,
    );
    return new Map(closed.map(([symbol, { mark }]) => [symbol, mark]));
  }

  onApplicationBootstrap(): void {
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Answers when to ask again. */
  private async requestAccount(): Promise<number> {
    try {
      this.accept(await this.bus.request(getAccount, { market: 'futures' }));
    } catch (error) {
      this.log.debug({ err: error }, 'The account could not be read from execution; retrying');
    }
    return PERIOD_MS;
  }

  private accept(view: AccountView): void {
    const account = readAccount(view, (symbol) => this.instruments.assetsOf('futures', symbol)?.quoteAsset);
    if (!account) {
      this.malformed.inc();
      this.state = undefined;
      this.log.error(
        'The account that execution sent is malformed; orders that add risk are refused until it is readable. Check that all replicas run the same build',
      );
      return;
    }
    const isOld = this.state !== undefined && account.asOfMs <= this.state.account.asOfMs;
    const atMs = this.clock.monotonicMs() - (account.ageMs ?? 0);
    this.state = { account, atMs: isOld && this.state ? this.state.atMs : atMs };
    this.rememberMarks(account);
    for (const listener of this.listeners) listener(account);
  }

  private rememberMarks({ positions }: AccountState): void {
    const atMs = this.clock.monotonicMs();
    for (const [symbol, { mark }] of positions) if (mark) this.lastMarks.set(symbol, { mark, atMs });
  }

  private ageMs(atMs: number): number {
    return Math.ceil(this.clock.monotonicMs() - atMs);
  }
}
