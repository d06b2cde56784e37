/**
 * Keeps what is known of each account in step with what its stream tells, in the one replica that holds the stream. Its age
 * is honest: it is known until the exchange last answered, or until the stream last proved that it had told everything.
 * Before a reading has followed the opening of a stream, that stream proves nothing.
 */
import { LOG, Log, Metrics } from '@elvis/platform';
import { Decimal, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AccountReader } from '../facts/account-reader';
import { AccountStore } from '../facts/account-store';
import {
  AccountChange,
  AccountReading,
  KnownAccount,
  changedBy,
  differencesFrom,
  readAgain,
  told,
} from '../domain/known-account';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { LeverageStore } from '../facts/leverage-store';
import { MarkPrices } from '../facts/mark-prices';

/** Changes that follow each other within this time are written together: with each fill the account is another. */
const GATHER_MS = 25;
/** The stream is never so far behind a reading. */
const TOLD_WITHIN_MS = 1_000;

/** One account, from the moment on that this replica follows it. */
class Followed {
  known: KnownAccount | undefined;
  /** Names the version that was written last. */
  version = '';
  writing: Promise<unknown> = Promise.resolve();
  /** Has not begun: what is known until it does goes with it. */
  nextWriting: Promise<void> | undefined;
  /** Which opening of the stream is the present one; 0: none is open. */
  opening = 0;
  /** Nothing has been missed since a reading: what the stream tells from then on is all. */
  isContinuous = false;
  /** What no stream tells, such as the free margin, may have changed. */
  isUntold = false;
  /** For each reading under way, what the stream has told since it was asked for. */
  readonly listening = new Set<AccountChange[]>();
  /** What a reading showed that the stream had not told, and when; what it tells after all is taken out. */
  readonly missed = new Map<string, number>();
}

@Injectable()
export class AccountProjection {
  private readonly accounts = new Map<Market, Followed>();
  private openings = 0;
  private readonly misses;

  constructor(
    private readonly store: AccountStore,
    private readonly reader: AccountReader,
    private readonly leverages: LeverageStore,
    private readonly marks: MarkPrices,
    private readonly clock: ExchangeClock,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.misses = metrics.counter(
      'elvis_account_untold_total',
      'Account changes found by a reading that the user stream had not reported',
      ['market'],
    );
  }

  /** The stream is open; what happened before is in the next reading. */
  streamOpened(market: Market): void {
    this.openings += 1;
    Object.assign(this.followedOf(market), { opening: this.openings, isContinuous: false });
  }

  /** The stream is gone; what is known becomes old. */
  streamLost(market: Market): void {
    Object.assign(this.followedOf(market), { opening: 0, isContinuous: false });
  }

  /** Another replica follows the account now, or nobody. */
  stopFollowing(market: Market): void {
    this.accounts.delete(market);
  }

  /** What the stream tells. */
  async applyChange(market: Market, change: AccountChange): Promise<void> {
    const followed = this.followedOf(market);
    for (const heard of followed.listening) heard.push(change);
    for (const name of told(change)) followed.missed.delete(name);
    followed.isUntold = true;
    if (!followed.known) return;
    await this.writeNewest(market, followed, changedBy(followed.known, change));
  }

  /** An order has changed: what is free has, too. */
  orderChanged(market: Market): void {
    this.followedOf(market).isUntold = true;
  }

  /** Whatever had been told by then (`performance.now`) has come. */
  async confirmUpTo(market: Market, sinceMs: number): Promise<void> {
    const followed = this.followedOf(market);
    if (!followed.isContinuous || !followed.known) return;
    const provenToMs = this.clock.now() - (performance.now() - sinceMs);
    if (provenToMs <= followed.known.knownToMs) return;
    followed.known = { ...followed.known, knownToMs: provenToMs };
    if (!(await this.store.confirm(market, provenToMs, followed.version)))
      await this.writeNewest(market, followed, followed.known);
  }

  /** @throws TradingFailure the exchange, or Redis, could not be asked */
  async readAccount(market: Market): Promise<AccountReading> {
    const followed = this.followedOf(market);
    const { opening } = followed;
    const heard: AccountChange[] = [];
    followed.listening.add(heard);
    try {
      followed.isUntold = false;
      const reading = await this.reader.readFromExchange(market);
      if (followed.isContinuous && followed.known) this.compareReading(market, followed, reading, heard);
      followed.isContinuous = opening > 0 && followed.opening === opening;
      await this.writeNewest(market, followed, readAgain(followed.known, reading, heard));
      return reading;
    } catch (error) {
      followed.isUntold = true;
      throw error;
    } finally {
      followed.listening.delete(heard);
    }
  }

  /** Whether something of it has to be read that no stream tells: the free margin, or a mark that nobody publishes. */
  needsReading(market: Market): { readonly marks: boolean; readonly untold: boolean } {
    const { known, isUntold } = this.followedOf(market);
    const isMarked = (symbol: string): boolean => this.marks.markOf(symbol) !== undefined;
    return {
      marks: market === 'futures' && (known?.positions.some(({ symbol }) => !isMarked(symbol)) ?? false),
      untold: market === 'futures' && isUntold,
    };
  }

  /** Whether any order may rest there: on spot each one locks something. */
  mayRest(market: Market): boolean {
    const { known } = this.followedOf(market);
    return (
      market !== 'spot' || !known || known.balances.some(({ wallet, free }) => !new Decimal(wallet).eq(free))
    );
  }

  /** Whether a reading has shown something that the stream has not told until now. */
  hasMissed(market: Market): boolean {
    return this.followedOf(market).missed.size > 0;
  }

  /** What a reading showed and the stream has not told in all the time since; asking takes it away. */
  takeMissed(market: Market): readonly string[] {
    const { missed } = this.followedOf(market);
    const names = [...missed].filter(([, atMs]) => performance.now() - atMs >= TOLD_WITHIN_MS);
    for (const [name] of names) missed.delete(name);
    if (names.length > 0) this.misses.inc({ market }, names.length);
    return names.map(([name]) => name);
  }

  private compareReading(
    market: Market,
    { known, missed }: Followed,
    reading: AccountReading,
    heard: readonly AccountChange[],
  ): void {
    if (!known) return;
    const since = new Set(heard.flatMap(told));
    for (const name of differencesFrom(known, reading))
      if (!since.has(name)) missed.set(name, performance.now());
    if (missed.size > 0)
      this.log.debug(
        { market, missed: [...missed.keys()] },
        'A reading shows changes that the user stream has not reported',
      );
  }

  /** One after the other, and each writes what is the newest by then. */
  private writeNewest(market: Market, followed: Followed, known: KnownAccount): Promise<void> {
    followed.known = known;
    followed.version = randomUUID();
    if (followed.nextWriting) return followed.nextWriting;
    const writing = followed.writing.then(async () => {
      followed.nextWriting = undefined;
      const { known: newest = known, version } = followed;
      await this.store.writeKnown(market, await this.leverages.withLeverages(newest), version);
    });
    followed.nextWriting = writing;
    followed.writing = writing.catch(() => undefined).then(() => pause(GATHER_MS, undefined, { ref: false }));
    return writing;
  }

  private followedOf(market: Market): Followed {
    const known = this.accounts.get(market) ?? new Followed();
    this.accounts.set(market, known);
    return known;
  }
}
