/**
 * How many worker processes the running bots want. Those of one interval fall due together and are to be done in seconds, so
 * workers are planned by the number of bots and the time of a step, and not by a queue that is full already.
 */
import { Metrics } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { BotEntry } from '../journal/bot-journal';

/** Within this all bots that fell due together are to be done. */
const DRAIN_GOAL_MS = 2_000;
const KEPT = 1_000;
const SHARE = 0.95;

@Injectable()
export class WorkerPlan {
  /** How long the newest steps took, milliseconds. */
  private readonly took: number[] = [];
  private readonly wanted;

  constructor(
    private readonly config: BotsConfig,
    metrics: Metrics,
  ) {
    this.wanted = metrics.gauge(
      'elvis_bots_workers_wanted',
      'Worker processes that the running bots want: bots times p95 of a step, by what one process does in 2 s',
    );
  }

  seen({ record }: BotEntry): void {
    if (record.type !== 'COMMIT') return;
    this.took.push(record.tookMs);
    if (this.took.length > KEPT) this.took.shift();
  }

  /** @param running bots that take steps */
  publish(running: number): void {
    this.wanted.set(workersWanted(running, this.took, this.config.BOTS_AT_ONCE));
  }
}

/** @param atOnce steps that one process takes at once */
export function workersWanted(running: number, tookMs: readonly number[], atOnce: number): number {
  const sorted = [...tookMs].sort((one, other) => one - other);
  const p95 = sorted[Math.ceil(sorted.length * SHARE) - 1] ?? 0;
  return Math.ceil((running * p95) / DRAIN_GOAL_MS / atOnce);
}
