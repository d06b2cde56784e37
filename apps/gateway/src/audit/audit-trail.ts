/**
 * The record of requests. One that changed something is answered after the event log has its record, or, with the
 * log away, after a moment: nothing may keep a person from the kill switch. What the log has not confirmed waits in
 * memory, bounded, and is sent again under the same id until it is; a stop of the gateway waits for that too.
 */
import { requestAudited } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics, withTrace } from '@elvis/platform';
import { Inject, Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { AuditEntry } from './audit-entry';
import { RefusalSums } from './refusal-sums';

const WAITING_AT_MOST = 10_000;
const UNDER_WAY_AT_MOST = 128;
/** Records of a busy moment leave together, in one write; one that comes alone leaves at once. */
const BATCH_EVERY_MS = 3;
const ANSWER_WAITS_MS = 500;
const RETRY_MS = 500;
const FLUSH_LIMIT_MS = 5_000;
const SUMS_DUE_EVERY_MS = 5_000;

interface Waiting extends AuditEntry {
  readonly id: string;
  readonly stored: () => void;
}

@Injectable()
export class AuditTrail implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting: Waiting[] = [];
  /** Everything that the log has not confirmed: waiting, being sent, or in the pause before it is sent again. */
  private readonly unconfirmed = new Set<Waiting>();
  private readonly refusals = new RefusalSums();
  private timer: NodeJS.Timeout | undefined;
  private underWay = 0;
  private nextBatch: NodeJS.Timeout | undefined;
  private lastBatchAtMs = -Infinity;
  private isOver = false;
  private emptied: () => void = () => undefined;
  private readonly lost;

  constructor(
    private readonly events: EventLog,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.lost = metrics.counter(
      'gateway_audit_lost_total',
      'Audit records dropped because the queue was full',
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(
      () => this.refusals.takeDue(performance.now()).forEach((entry) => void this.record(entry)),
      SUMS_DUE_EVERY_MS,
    ).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Takes the refusal of somebody who showed no good key; its record comes within about a minute. */
  sumUp(entry: AuditEntry): void {
    this.refusals.add(entry, performance.now());
  }

  /** Takes the record; answers when it is stored, or when the caller has waited long enough. */
  async record(entry: AuditEntry): Promise<void> {
    if (this.unconfirmed.size >= WAITING_AT_MOST) {
      this.lost.inc();
      this.log.error(
        { ...entry },
        'The queue of audit records is full: this record is only in this log line, not in the audit log. Check NATS',
      );
      return;
    }
    await new Promise<void>((resolve) => {
      const enough = setTimeout(resolve, ANSWER_WAITS_MS);
      const stored = (): void => {
        clearTimeout(enough);
        resolve();
      };
      const waiting = { ...entry, id: randomUUID(), stored };
      this.unconfirmed.add(waiting);
      this.waiting.push(waiting);
      this.sendMore();
    });
  }

  /** Waits until everything is stored, within bounds; what is left is written to the log. */
  async flush(): Promise<void> {
    for (const entry of this.refusals.takeAll()) void this.record(entry);
    if (this.unconfirmed.size === 0) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, FLUSH_LIMIT_MS);
      this.emptied = () => {
        clearTimeout(limit);
        resolve();
      };
    });
    this.isOver = true;
    this.waiting.splice(0);
    for (const { stored: _, ...entry } of this.unconfirmed)
      this.log.error(
        entry,
        'An audit record could not be stored before shutdown: it is only in this log line, not in the audit log',
      );
  }

  private sendMore(): void {
    if (this.unconfirmed.size === 0) this.emptied();
    if (this.waiting.length === 0 || this.nextBatch) return;
    const pauseMs = this.lastBatchAtMs + BATCH_EVERY_MS - performance.now();
    if (pauseMs <= 0) this.sendBatch();
    else this.nextBatch = setTimeout(() => this.sendBatch(), pauseMs);
  }

  private sendBatch(): void {
    this.nextBatch = undefined;
    this.lastBatchAtMs = performance.now();
    const batch = this.waiting.splice(0, UNDER_WAY_AT_MOST - this.underWay);
    this.underWay += batch.length;
    for (const entry of batch) void this.send(entry);
  }

  private async send(entry: Waiting): Promise<void> {
    const { id, actor, traceId, request, stored } = entry;
    try {
      const timeMs = request.receivedAtMs;
      await withTrace(traceId, () => this.events.publish(requestAudited, request, { id, actor, timeMs }));
      this.unconfirmed.delete(entry);
      stored();
    } catch {
      await pause(RETRY_MS);
      if (this.isOver) return;
      this.waiting.push(entry);
    }
    this.underWay -= 1;
    this.sendMore();
  }
}
