/**
 * The one replica that follows the account: the user stream, or a look each second where the exchange has none; after
 * every gap everything behind it is fetched before the account counts as watched again; and a comparison on a timer.
 */
import { everyBeat, Health, Leader, LeaseTiming, Log, Redis, ServiceIdentity } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AccountProjection } from './account-projection';
import { AccountMode } from '../facts/account-mode';
import { UserEventHandler } from './user-event-handler';
import { AccountPoller } from './account-poller';
import { AccountSync } from './account-sync';
import { AccountCoverage } from '../fleet/account-coverage';
import { Comparison } from './comparison';
import { AccountChange } from '../domain/known-account';
import { ExecutionConfig } from '../execution.config';
import { LeverageSetter } from '../leverage/leverage-setter';
import { LeverageStore } from '../facts/leverage-store';
import { askedBy } from '../limiter/calls/asker';
import { OrderUpdate, UserStream } from '../venue/user-stream';

/** A dead follower is succeeded within two seconds; one that only slept goes on, for its stream was never let go. */
const LEASE_TIMING: LeaseTiming = { leaseMs: 2_000, renewMs: 400, survivesLapse: true };
const RENEW_MS = 500;
const POLL_MS = 1_000;
/** A little more than half a minute: of any minute two comparisons at most are paid. */
const COMPARE_MS = 32_000;
/** A mark that nobody publishes is read with the account it belongs to. */
const MARKS_MS = 5_000;
/** So is what no stream tells: after orders and fills another margin is free. */
const UNTOLD_MS = 10_000;
const SYNC_AGAIN_MS = 500;

const NOTHING = { marks: false, untold: false };

/** Names of the leases in Redis. */
const ROLES: Readonly<Record<Market, string>> = { futures: 'account-keeper', spot: 'spot-keeper' };

export class AccountFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: Leader;
  private readonly endings: (() => void)[] = [];
  private isOpen = false;
  private isPolling = false;
  private isStale = false;
  private reading: Promise<unknown> | undefined;
  /** The span of watching without a gap; undefined while something behind a gap may be missing. */
  private span: string | undefined;
  private syncing: Promise<void> | undefined;

  /** @param market each is an account of its own on the exchange, and a failure of one is not the other's */
  constructor(
    private readonly market: Market,
    redis: Redis,
    identity: ServiceIdentity,
    private readonly stream: UserStream,
    private readonly poll: AccountPoller,
    private readonly userEvents: UserEventHandler,
    private readonly sync: AccountSync,
    private readonly coverage: AccountCoverage,
    private readonly comparison: Comparison,
    private readonly projection: AccountProjection,
    private readonly leverages: LeverageStore,
    private readonly leverage: LeverageSetter,
    private readonly mode: AccountMode,
    private readonly health: Health,
    private readonly config: ExecutionConfig,
    private readonly log: Log,
  ) {
    this.role = new Leader(
      redis,
      ROLES[market],
      identity.instance,
      { onElected: () => this.startFollowing(), onLost: () => this.stopFollowing() },
      log,
      LEASE_TIMING,
    );
  }

  private get part(): string {
    return this.market === 'futures' ? 'account' : `account-${this.market}`;
  }

  onApplicationBootstrap(): void {
    if (this.config.markets().includes(this.market)) this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.role.stop();
  }

  private startFollowing(): void {
    this.health.require(this.part, () => (this.span ? undefined : 'the account is not synchronised yet'));
    this.stream.start({
      onOpen: () => {
        this.isOpen = true;
        this.isPolling = false;
        this.projection.streamOpened(this.market);
        this.syncAfterGap('the user stream opened');
      },
      onLost: (reason) => {
        this.isOpen = false;
        this.projection.streamLost(this.market);
        this.log.warn(
          { market: this.market, reason },
          'User stream lost; missed events are fetched on reconnect. Until then orders that add risk may be refused',
        );
        if (!this.isPolling) this.endCoverage();
      },
      onRefused: (reason) => {
        this.isPolling = true;
        this.log.warn(
          { market: this.market, reason },
          'The exchange refuses the user stream; the account is polled every second until the stream opens again',
        );
        this.syncAfterGap('the user stream is refused');
      },
      onOrder: (update) => void this.onOrderUpdate(update),
      onAccount: (change) => this.inBackground(this.onChange(change)),
      onAlive: (sinceMs) => this.inBackground(this.projection.confirmUpTo(this.market, sinceMs)),
      onLeverage: (symbol, leverage) => this.inBackground(this.onLeverage(symbol, leverage)),
      onModes: (hint) => this.mode.doubt(hint),
    });
    this.every(RENEW_MS, () => this.tendCoverage());
    this.every(POLL_MS, () => (this.isPolling && this.span ? this.poll.poll(this.market) : undefined));
    this.every(POLL_MS, () => (this.isPolling ? this.readOnce() : undefined));
    this.every(MARKS_MS, () => (this.readingNeeds().marks ? this.readOnce() : undefined));
    this.every(UNTOLD_MS, () => (this.readingNeeds().untold ? this.readOnce() : undefined));
    this.every(COMPARE_MS, () => (this.span ? this.compareAndReconnect() : undefined));
  }

  private stopFollowing(): void {
    for (const end of this.endings.splice(0)) end();
    this.stream.stop();
    this.projection.stopFollowing(this.market);
    this.isOpen = false;
    this.isPolling = false;
    this.span = undefined;
    this.health.require(this.part, () => undefined);
  }

  private readingNeeds(): { readonly marks: boolean; readonly untold: boolean } {
    return this.span && !this.isPolling ? this.projection.needsReading(this.market) : NOTHING;
  }

  /** One reading at a time; the next look finds what this one leaves. */
  private async readOnce(): Promise<void> {
    this.reading ??= askedBy('account', () => this.projection.readAccount(this.market)).finally(
      () => (this.reading = undefined),
    );
    await this.reading;
  }

  /** What the stream had to tell and has not told shows in what is read; then another connection takes its place. */
  private async compareAndReconnect(): Promise<void> {
    await this.comparison.compareAccount(this.market);
    const missed = this.projection.takeMissed(this.market);
    if (missed.length === 0 || !this.isOpen) return;
    this.log.error(
      { market: this.market, missed },
      'The user stream did not report changes that a reading shows; the state was corrected and the connection is replaced',
    );
    this.stream.reconnect('it did not report a change that a reading showed');
  }

  private async onChange(change: AccountChange): Promise<void> {
    await this.projection.applyChange(this.market, change);
    // It says that something changed and not what it is now.
    if (change.balances.length === 0 && change.positions.length === 0) await this.readOnce();
  }

  private async onLeverage(symbol: string, leverage: number): Promise<void> {
    await this.leverages.changeLeverage(symbol, leverage);
    await this.leverage.checkForDrift(symbol, leverage);
  }

  private async onOrderUpdate(update: OrderUpdate): Promise<void> {
    this.projection.orderChanged(this.market);
    try {
      const isOurs = await this.userEvents.applyUpdate(update);
      if (!isOurs && update.fill) await this.compareAndReconnect();
    } catch (error) {
      this.log.warn(
        { clientOrderId: update.clientOrderId, reason: (error as Error).message },
        'An order update could not be recorded; fetching the whole account again',
      );
      this.syncAfterGap('an order update could not be recorded');
    }
  }

  /** Something may be missing: the account is not watched until it has been fetched. */
  private syncAfterGap(reason: string): void {
    this.isStale = true;
    this.endCoverage();
    this.syncing ??= this.syncUntilDone(reason).finally(() => (this.syncing = undefined));
  }

  private endCoverage(): void {
    if (this.span === undefined) return;
    this.span = undefined;
    void this.coverage.interrupt(this.market);
  }

  private async syncUntilDone(reason: string): Promise<void> {
    while (this.isStale && this.role.isHeldNow) {
      this.isStale = false;
      try {
        await this.coverage.interrupt(this.market);
        await this.sync.synchronize(reason, this.market);
        if (this.isStale || !(this.isOpen || this.isPolling)) continue;
        this.span = randomUUID();
        await this.renewCoverage();
        // What happened while it was being fetched may be counted twice or not at all: the comparison sets it right.
        this.inBackground(this.compareAndReconnect());
      } catch (error) {
        this.isStale = true;
        this.log.warn(
          { market: this.market, reason: (error as Error).message },
          'Account synchronization failed; retrying. Orders that add risk are refused until it succeeds',
        );
        await pause(SYNC_AGAIN_MS);
      }
    }
  }

  /** Keeps saying that the account is followed; a look that was given up while the lease seemed lost is taken up again. */
  private async tendCoverage(): Promise<void> {
    if (this.span) return this.renewCoverage();
    const isFollowing = this.isOpen || this.isPolling;
    if (isFollowing && !this.syncing && this.role.isHeldNow)
      this.syncAfterGap('the account was not followed');
  }

  /** A holder whose lease ran out while it slept says nothing any more. */
  private async renewCoverage(): Promise<void> {
    if (this.span && this.role.isHeldNow) await this.coverage.renewSpan(this.span, this.market);
  }

  private every(periodMs: number, work: () => Promise<unknown> | undefined): void {
    this.endings.push(everyBeat(periodMs, () => this.inBackground(work())));
  }

  private inBackground(work: Promise<unknown> | undefined): void {
    work?.catch((error: Error) =>
      this.log.warn(
        { market: this.market, reason: error.message },
        'A change or a periodic reading of the account could not be processed; the next reading sets the account right',
      ),
    );
  }
}
