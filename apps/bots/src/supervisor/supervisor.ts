/**
 * What one process does for all bots, by a lease in Redis: hears candles, orders' events and halts, follows the journal, and
 * looks once a second for bots that wait without a token. A second one beside it could only write what is written already.
 */
import { LOG, Leader, Log, Metrics, Redis, Rounds, ServiceIdentity } from '@elvis/platform';
import { BOT_STATES } from '@elvis/contracts';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { isLive, nextDue, warmAgain } from '../journal/changes';
import { stopAgain } from '../worker/stop-records';
import { WorkQueue } from '../worker/work-queue';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';
import { BotStateStore } from './bot-state-store';
import { CandleFollower } from './followers/candle-follower';
import { FactFollower } from './followers/fact-follower';
import { FundingFollower } from './followers/funding-follower';
import { HaltWatcher } from './followers/halt-watcher';
import { JournalFollower } from './followers/journal-follower';
import { LiveAnnouncer } from './live-announcer';
import { FeedInterest } from './feed-interest';
import { LimitPauses } from './limit-pauses';
import { MissingPrices } from './missing-prices';
import { OverdueProtections } from './overdue-protections';
import { ProtectionSweep } from './protection-sweep';
import { WorkerPlan } from './worker-plan';

const SWEEP_EVERY_MS = 1_000;
const LOOKS_EVERY_MS = 250;
const STATES_EVERY_MS = 5_000;
const RETRY_MS = 1_000;
/** A stop is proven within seconds. */
const STUCK_AFTER_MS = 10_000;
const WARM_EVERY_MS = 3_000;

@Injectable()
export class Supervisor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly role: Leader;
  private readonly sweeps = new Rounds(() => this.sweep());
  private readonly looks = new Rounds(() => this.halts.look().then(() => LOOKS_EVERY_MS));
  /** Of its own, so that a halt that is hard to read keeps no protection back. */
  private readonly rescues = new Rounds(() => this.rescue());
  private term = 0;
  private statesAt = 0;
  private readonly count: () => void;

  constructor(
    private readonly index: BotIndex,
    private readonly candles: CandleFollower,
    private readonly facts: FactFollower,
    private readonly journal: JournalFollower,
    private readonly halts: HaltWatcher,
    private readonly protection: ProtectionSweep,
    private readonly overdue: OverdueProtections,
    private readonly limits: LimitPauses,
    private readonly funding: FundingFollower,
    private readonly prices: MissingPrices,
    private readonly interest: FeedInterest,
    private readonly states: BotStateStore,
    private readonly live: LiveAnnouncer,
    plan: WorkerPlan,
    private readonly queue: WorkQueue,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    private readonly config: BotsConfig,
    redis: Redis,
    metrics: Metrics,
    identity: ServiceIdentity,
    @Inject(LOG) private readonly log: Log,
  ) {
    const holder = `${identity.replica}-${randomUUID()}`;
    const work = { onElected: (term: number) => void this.begin(term), onLost: () => this.lost() };
    this.role = new Leader(redis, 'bots-supervisor', holder, work, log);
    const gauge = metrics.gauge('elvis_bots_state', 'Bots by their state, as the supervisor has them', [
      'state',
    ]);
    this.count = () => {
      for (const state of BOT_STATES)
        gauge.set({ state }, this.index.all().filter(({ standing }) => standing.state === state).length);
      plan.publish(this.index.all().filter(({ standing }) => isLive(standing)).length);
    };
  }

  onApplicationBootstrap(): void {
    if (this.config.BOTS_ROLE.includes('supervisor')) this.role.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.end();
    await this.role.stop();
  }

  private async begin(term: number): Promise<void> {
    this.term = term;
    while (this.term === term) {
      try {
        await this.index.load();
        break;
      } catch (error) {
        this.log.warn(
          { err: error },
          'The bots could not be read from their journal; it is tried again, and no step falls due until then',
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    if (this.term !== term) return;
    this.journal.start();
    this.facts.start();
    this.candles.start();
    this.sweeps.start(0);
    this.looks.start(0);
    this.rescues.start(0);
  }

  /** Where it is Redis that is lost, nobody knows whether trading is halted: the bots' states say so. */
  private lost(): void {
    this.end();
    void this.halts.look();
  }

  private end(): void {
    this.term = 0;
    for (const follower of [this.candles, this.facts, this.journal, this.sweeps, this.looks, this.rescues])
      follower.stop();
  }

  /** A stop whose step was done and whose end was not written, as after a crash between the two. */
  private async goOnStopping(): Promise<void> {
    const atMs = this.time.nowMs();
    const stuck = this.index
      .all()
      .filter(
        ({ standing, record }) =>
          standing.state === 'STOPPING' && standing.due.length === 0 && atMs - record.atMs > STUCK_AFTER_MS,
      );
    for (const { standing } of stuck)
      await this.changes.change(standing.config.id, ({ standing: now }) => stopAgain(now, atMs));
  }

  /** The history of a bot's indicators comes bit by bit. */
  private async goOnWarming(): Promise<void> {
    const atMs = this.time.nowMs();
    const cold = this.index
      .all()
      .filter(
        ({ standing, record }) =>
          isLive(standing) &&
          !standing.isWarm &&
          standing.due.length === 0 &&
          atMs - record.atMs > WARM_EVERY_MS,
      );
    for (const { standing } of cold)
      await this.changes.change(standing.config.id, ({ standing: now }) =>
        warmAgain(now, atMs, atMs + this.config.BOT_DECIDE_WITHIN_MS),
      );
  }

  private rescue(): Promise<number> {
    this.overdue.look();
    return Promise.resolve(LOOKS_EVERY_MS);
  }

  /** Wakes who waits without a token, as after a crash between a record and its token. */
  private async sweep(): Promise<number> {
    const due = this.index.all().filter(({ standing }) => nextDue(standing) !== undefined);
    try {
      await this.goOnStopping();
      await this.goOnWarming();
      this.interest.say();
      await this.funding.look();
      await this.prices.look();
      await this.limits.look();
      await this.protection.look();
      await Promise.all(due.map(({ standing }) => this.queue.wake(standing.config.id)));
      if (performance.now() - this.statesAt > STATES_EVERY_MS) {
        this.statesAt = performance.now();
        await this.states.write(this.index.all());
      }
    } catch (error) {
      this.log.warn({ err: error }, 'Bots with due steps could not be woken; it is tried again in a second');
    }
    await this.live.queues();
    this.count();
    return SWEEP_EVERY_MS;
  }
}
