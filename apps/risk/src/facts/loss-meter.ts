/**
 * Measures what the account has lost, futures and spot together. Where it is measured from stands in Redis for all replicas; a replica that
 * remembers it writes it back to a Redis that has lost it. While what stands there cannot be read, nothing is known.
 */
import { BALANCES_KEY, LossesView } from '@elvis/contracts';
import { FieldChange, Health, LOG, Log, Redis, replaceFields } from '@elvis/platform';
import {
  acknowledged,
  EquityHistory,
  LOSS_ASSET,
  LossFact,
  lossOf,
  LossStop,
  MAX_ACCOUNT_AGE_MS,
  SpotLedger,
  Transfer,
  withEquity,
  withTransfers,
  Worth,
} from '@elvis/rules';
import { Decimal, MissingInput, TradingFailure, ZERO } from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { AccountFeed } from './account-feed';
import { EQUITY_FIELDS, EquityUnreadable, readEquity, writeEquity } from './equity-record';
import { AccountState } from './read-account';
import { readSpotLedger } from './spot-ledger';
import { SpotMeter } from './spot-meter';

/** Hash: from which equity losses are measured: the day's start, the peak, transfers since, spot. */
const KEY = 'ELVIS_EQUITY';
const TRIES = 5;
/** A booking may be listed so much later than the balance shows it. */
const LISTED_AFTER_MS = 2_000;

type Make = (history: EquityHistory | undefined, ledger: SpotLedger | undefined) => EquityHistory | undefined;

@Injectable()
export class LossMeter implements OnModuleInit {
  private history: EquityHistory | undefined;
  private worth: Worth | undefined;
  private wallet: { readonly amount: string; readonly changedAtMs: number } | undefined;
  private isUnreadable = false;
  private work: Promise<unknown> = Promise.resolve();
  private changing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly feed: AccountFeed,
    private readonly spot: SpotMeter,
    private readonly redis: Redis,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    let wasKnown = false;
    health.require('losses', () => {
      wasKnown ||= this.history !== undefined;
      if (this.isUnreadable && !wasKnown)
        return 'the recorded equity of the account (ELVIS_EQUITY in Redis) is malformed';
      return wasKnown ? undefined : 'the loss of the account is not known yet';
    });
  }

  onModuleInit(): void {
    this.feed.onChange((account) => void (this.work = this.work.then(() => this.follow(account))));
  }

  /** Undefined until the history has been read once, and while it cannot be read. */
  get fact(): LossFact | undefined {
    if (this.isUnreadable || !this.history || !this.worth) return undefined;
    const { lacks } = this;
    return { ...lossOf(this.history, this.worth), ...(lacks && { lacks }) };
  }

  /** As people read it; undefined while it is not known. */
  get view(): LossesView | undefined {
    const { fact, history } = this;
    if (!fact || !history) return undefined;
    const { today, drawdown, todayByMarket, lacks } = fact;
    return {
      asset: LOSS_ASSET,
      day: history.day,
      today: today.toFixed(),
      drawdown: drawdown.toFixed(),
      ...(todayByMarket && {
        todayByMarket: { futures: todayByMarket.futures.toFixed(), spot: todayByMarket.spot.toFixed() },
      }),
      ...(lacks && { lacks: { code: lacks.code, ...lacks.context } }),
    };
  }

  /** The exchange's bookings are known until then. */
  get bookedToMs(): number | undefined {
    return this.history?.bookedToMs;
  }

  /** Whether the wallet has changed since the bookings were last read: a loss may be money that went elsewhere. */
  get isWalletUnexplained(): boolean {
    if (!this.history || !this.wallet) return false;
    return this.history.bookedToMs < this.wallet.changedAtMs + LISTED_AFTER_MS;
  }

  /**
   * What had been lost when this stop was ended counts no more.
   * @throws TradingFailure STORE_UNAVAILABLE, or ACCOUNT_UNAVAILABLE before the account has been read
   */
  async acknowledge(stop: LossStop): Promise<void> {
    const { worth } = this;
    if (!worth)
      throw new TradingFailure(
        'ACCOUNT_UNAVAILABLE',
        'The equity of the account is not known yet; the loss was not acknowledged. Retry',
      );
    const without = (known: EquityHistory | undefined): EquityHistory | undefined => {
      const history = known ?? this.history;
      return history && acknowledged(history, worth, stop);
    };
    await this.change(without, worth.atMs);
  }

  /** All money that came or went until then. @throws TradingFailure STORE_UNAVAILABLE */
  async learn(transfers: readonly Transfer[], bookedToMs: number): Promise<void> {
    const learnt = (history: EquityHistory | undefined): EquityHistory | undefined =>
      history && withTransfers(history, transfers, bookedToMs);
    await this.change(learnt, bookedToMs);
  }

  private get lacks(): MissingInput | undefined {
    const { latest } = this.feed;
    if (!latest) return { code: 'ACCOUNT_MISSING', context: {} };
    const { ageMs } = latest;
    if (ageMs <= MAX_ACCOUNT_AGE_MS) return this.spot.lacks;
    return { code: 'ACCOUNT_STALE', context: { ageMs: `${ageMs}`, maximumMs: `${MAX_ACCOUNT_AGE_MS}` } };
  }

  private async follow(account: AccountState): Promise<void> {
    const balance = account.balances.get(LOSS_ASSET);
    if (!balance) return;
    const atMs = account.asOfMs;
    const amount = balance.wallet.toFixed();
    if (this.wallet?.amount !== amount) this.wallet = { amount, changedAtMs: atMs };
    const day = new Date(atMs).toISOString().slice(0, 10);
    let spot = this.worth?.spot;
    const worthNow = (): Worth => ({
      atMs,
      equity: balance.equity.plus(spot ?? ZERO),
      ...(spot && { spot }),
    });
    try {
      await this.change((known, ledger) => {
        const history = known ?? this.history;
        const measured = this.spot.measure(history?.spot, ledger, atMs);
        spot = measured?.value ?? lastResult(history, this.worth);
        return withEquity(history, worthNow(), day, measured);
      }, atMs);
    } catch (error) {
      // Without Redis nothing opens anyway; what is remembered is measured on.
      this.history &&= withEquity(this.history, worthNow(), day);
      this.log.debug({ err: error }, 'The equity of the account could not be recorded; retrying');
    }
    this.worth = worthNow();
  }

  /** One after another: of two that overlap the one that was read first could be remembered last. */
  private change(make: Make, nowMs: number): Promise<void> {
    const changed = this.changing.then(() => this.write(make, nowMs));
    this.changing = changed.catch(() => undefined);
    return changed;
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  private async write(make: Make, nowMs: number): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      // The ledger after the record: it is never older than what the record was measured on.
      const known = await this.redis.hmget(KEY, ...EQUITY_FIELDS);
      const ledger = readSpotLedger(await this.redis.hgetall(BALANCES_KEY));
      const next = make(this.read(known, nowMs), ledger);
      if (!next) return;
      const text = writeEquity(next);
      const before = known.map((value) => value ?? '');
      const isSame = text.every((value, index) => value === before[index]);
      if (isSame || (await replaceFields(this.redis, KEY, changesOf(before, text)))) {
        this.history = next;
        return;
      }
    }
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      'The recorded equity was being changed by other replicas at the same time; it was not changed. Retry',
    );
  }

  /** @throws EquityUnreadable */
  private read(known: readonly (string | null)[], nowMs: number): EquityHistory | undefined {
    try {
      const history = readEquity(known, nowMs);
      this.isUnreadable = false;
      return history;
    } catch (error) {
      if (error instanceof EquityUnreadable && !this.isUnreadable)
        this.log.error(
          { err: error, key: KEY },
          'The recorded equity of the account in Redis is malformed; orders that add risk are refused. See the runbook: ELVIS_EQUITY',
        );
      this.isUnreadable = true;
      throw error;
    }
  }
}

/** Where there is nothing to write, what stands there stays. */
const changesOf = (before: readonly string[], after: readonly string[]): FieldChange[] =>
  EQUITY_FIELDS.map((field, place) => [field, before[place] ?? '', after[place] || (before[place] ?? '')]);

/** What spot had come to when it was last measured, by this replica or another. */
const lastResult = (history: EquityHistory | undefined, worth: Worth | undefined): Decimal | undefined =>
  !worth?.spot || (history?.spot && history.spot.valueAtMs > worth.atMs) ? history?.spot?.value : worth.spot;
