/** Tells of jobs: pages as it happens, the event log of what a job came to. */
import {
  BacktestStarted,
  ResearchProgress,
  ResearchRecord,
  backtestDeleted,
  backtestFailed,
  backtestFinished,
  backtestStarted,
  researchFeed,
} from '@elvis/contracts';
import { Bus, EventLog } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { seriesOf } from './series';

@Injectable()
export class ResearchAnnouncer {
  constructor(
    private readonly bus: Bus,
    private readonly log: EventLog,
  ) {}

  progress(record: ResearchRecord, unitsDone: number): ResearchProgress {
    const progress = progressOf(record, unitsDone);
    this.bus.publish(researchFeed, record.id, progress);
    return progress;
  }

  /** @throws TradingFailure STORE_UNAVAILABLE; telling it again is safe */
  async begun(record: ResearchRecord): Promise<void> {
    await this.log.publish(backtestStarted, startedOf(record), {
      id: `backtest.started:${record.id}`,
      actor: record.actor,
    });
  }

  /** What it came to, whichever that was. @throws TradingFailure STORE_UNAVAILABLE; telling it again is safe */
  async ended(record: ResearchRecord): Promise<void> {
    const { id, actor, finished, problem, endedAtMs, status } = record;
    if (finished)
      await this.log.publish(backtestFinished, finished, { id: `backtest.finished:${id}`, actor });
    else if (endedAtMs !== null)
      await this.log.publish(
        backtestFailed,
        {
          ...startedOf(record),
          why: problem ?? '',
          failedAtMs: endedAtMs,
          ...(status === 'CANCELED' && { isCanceled: true }),
        },
        { id: `backtest.failed:${id}`, actor },
      );
    this.progress(record, finished ? record.units : 0);
  }

  /** @throws TradingFailure STORE_UNAVAILABLE; telling it again is safe */
  async deleted(id: string, deletedAtMs: number, actor: string): Promise<void> {
    await this.log.publish(
      backtestDeleted,
      { backtestId: id, deletedAtMs },
      { id: `backtest.deleted:${id}`, actor },
    );
  }
}

export const progressOf = (record: ResearchRecord, unitsDone: number): ResearchProgress => ({
  id: record.id,
  owner: record.owner,
  kind: record.kind,
  status: record.status,
  unitsDone,
  units: record.units,
  problem: record.problem,
  asOfMs: Date.now(),
});

export function startedOf(record: ResearchRecord): BacktestStarted {
  const { id, owner, options, strategyVersion, codeHash, dataHash, rulesHash, buildHash, createdAtMs } =
    record;
  return {
    backtestId: id,
    owner,
    strategy: options.strategy,
    version: strategyVersion,
    series: seriesOf(options, record.symbol),
    codeHash,
    params: options.parameters,
    dataHash: dataHash ?? 'unknown',
    rulesHash,
    buildHash,
    seed: options.seed,
    startedAtMs: createdAtMs,
  };
}
