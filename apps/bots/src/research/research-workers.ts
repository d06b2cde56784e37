/**
 * Pulls one job after the other. Its token is acknowledged when the end of the job is written and told; who dies or stands
 * still before loses the token to another, who goes on with what is kept.
 */
import { RESEARCH_DEATHS, RESEARCH_WORKERS_CONSUMER, ResearchRecord, WORK_STREAM } from '@elvis/contracts';
import { Bus, LOG, Log, Metrics, NATS } from '@elvis/platform';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { Consumer, JsMsg, NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { BotsConfig } from '../bots.config';
import { JobGone, JobRun } from './job-run';
import { ResearchAnnouncer } from './research-announcer';
import { JobEntry, ResearchJournal, UNITS } from './research-journal';
import { hasEnded } from './research-jobs';

const PULL_FOR_MS = 5_000;
const RETRY_MS = 1_000;
const AGAIN_AFTER_MS = 5_000;
const AT_WORK_EVERY_MS = 20_000;
/** A token is put on the queue before its job is written. */
const RECORD_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

class Stopping extends Error {
  override readonly name = 'Stopping';
}

@Injectable()
export class ResearchWorkers implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly runs = new Set<JobRun>();
  private running: Promise<unknown> = Promise.resolve();
  private readonly jobs;

  constructor(
    private readonly journal: ResearchJournal,
    private readonly announcer: ResearchAnnouncer,
    private readonly bus: Bus,
    private readonly config: BotsConfig,
    metrics: Metrics,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.jobs = metrics.counter(
      'elvis_research_jobs_total',
      'Backtests that this process ended, by their state',
      ['state'],
    );
  }

  onApplicationBootstrap(): void {
    if (!this.config.BOTS_ROLE.includes('research')) return;
    this.running = Promise.all(Array.from({ length: this.config.RESEARCH_AT_ONCE }, () => this.work()));
  }

  /** No further job is pulled; those that run are given back, and go on elsewhere. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.all([...this.runs].map((run) => run.stop(new Stopping('The process ends'))));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private get isStopping(): boolean {
    return this.stop.signal.aborted;
  }

  private async work(): Promise<void> {
    let consumer: Consumer | undefined;
    while (!this.isStopping) {
      try {
        consumer ??= await this.nats.jetstream().consumers.get(WORK_STREAM, RESEARCH_WORKERS_CONSUMER);
        const token = await consumer.next({ expires: PULL_FOR_MS });
        if (token) await this.handle(token);
      } catch (error) {
        if (this.isStopping) return;
        consumer = undefined;
        this.log.warn(
          { err: error },
          'The work queue of research could not be read; it is tried again. Backtests wait',
        );
        await pause(RETRY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private async handle(token: JsMsg): Promise<void> {
    const id = token.subject.slice(token.subject.lastIndexOf('.') + 1);
    const atWork = setInterval(() => token.working(), AT_WORK_EVERY_MS);
    try {
      const isOver = await this.carryOut(id, token.info.redeliveryCount);
      if (isOver) await token.ackAck();
    } catch (error) {
      if (error instanceof Stopping) return token.nak();
      this.log.warn(
        { backtestId: id, tries: token.info.redeliveryCount, err: error },
        'A backtest could not go on; what it has is kept, and it is tried again',
      );
      token.nak(AGAIN_AFTER_MS);
    } finally {
      clearInterval(atWork);
    }
  }

  /** False: the token is another's. */
  private async carryOut(id: string, deliveries: number): Promise<boolean> {
    const entry = await this.entryOf(id);
    if (!entry) {
      this.log.warn({ backtestId: id }, 'The queue names a backtest that was never written; nothing was run');
      return true;
    }
    if (hasEnded(entry.record)) return this.close(entry.record);
    if (deliveries > RESEARCH_DEATHS) return this.giveUp(entry, deliveries);
    const { journal, announcer, bus, config, log } = this;
    const run = new JobRun({ journal, announcer, bus, config, log }, entry);
    this.runs.add(run);
    try {
      if (this.isStopping) throw new Stopping('The process ends');
      await run.finish();
    } catch (error) {
      if (!(error instanceof JobGone)) throw error;
      const now = await this.journal.read(id);
      return now !== undefined && hasEnded(now.record) ? this.close(now.record) : false;
    } finally {
      this.runs.delete(run);
    }
    const { record } = (await this.journal.read(id)) ?? entry;
    this.jobs.inc({ state: record.status });
    return true;
  }

  /** Who wrote its end may have been lost before it was told. */
  private async close(record: ResearchRecord): Promise<boolean> {
    await this.announcer.ended(record);
    await this.journal.purge(record.id, `${UNITS}.>`);
    return true;
  }

  private async giveUp({ record, sequence }: JobEntry, deliveries: number): Promise<boolean> {
    const problem = `Its worker was lost ${deliveries - 1} times, so a unit of it may end whole processes`;
    const failed: ResearchRecord = { ...record, status: 'FAILED', problem, endedAtMs: Date.now() };
    if (!(await this.journal.write(failed, sequence))) return false;
    return this.close(failed);
  }

  private async entryOf(id: string): Promise<JobEntry | undefined> {
    const until = performance.now() + RECORD_WITHIN_MS;
    for (;;) {
      const entry = await this.journal.read(id);
      if (entry || performance.now() > until || this.isStopping) return entry;
      await pause(LOOK_EVERY_MS);
    }
  }
}
