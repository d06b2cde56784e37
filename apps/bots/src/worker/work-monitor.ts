/** How the work queues are: what waits and since when by NATS, and how long tokens waited by those that this process pulled. */
import {
  BOT_WORKERS_CONSUMER,
  BOT_WORK_SUBJECTS,
  RESEARCH_WORKERS_CONSUMER,
  RESEARCH_WORK_SUBJECTS,
  WORK_QUEUES,
  WORK_STREAM,
  WorkQueueName,
  WorkQueueView,
} from '@elvis/contracts';
import { Metrics, NATS, Requests } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';
import { Token } from './token';

const TIMEOUT_MS = 1_000;
const WAITS_KEPT = 1_000;
const WAITS_OF_MS = 60_000;
const codec = JSONCodec();
const OF: Readonly<Record<WorkQueueName, { readonly consumer: string; readonly subjects: string }>> = {
  bots: { consumer: BOT_WORKERS_CONSUMER, subjects: BOT_WORK_SUBJECTS },
  research: { consumer: RESEARCH_WORKERS_CONSUMER, subjects: RESEARCH_WORK_SUBJECTS },
};

interface ConsumerAnswer {
  readonly num_pending?: number;
  readonly num_ack_pending?: number;
  readonly num_redelivered?: number;
  readonly num_waiting?: number;
  readonly delivered?: { readonly stream_seq: number };
}

@Injectable()
export class WorkMonitor {
  private readonly waits: { readonly atMs: number; readonly waitMs: number }[] = [];
  private redelivered = 0;
  private readonly seconds;
  private readonly again;
  private readonly depth;
  private readonly oldest;

  constructor(
    @Inject(NATS) private readonly connection: NatsConnection,
    metrics: Metrics,
  ) {
    this.seconds = metrics.histogram(
      'elvis_work_wait_seconds',
      'From a wake-up to the worker that pulled it',
      [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120],
    );
    this.depth = metrics.gauge('elvis_work_depth', 'Work that waits, as NATS has it', ['queue']);
    this.oldest = metrics.gauge(
      'elvis_work_oldest_seconds',
      'Age of the oldest work that waits; 0 where none does',
      ['queue'],
    );
    this.again = metrics.counter('elvis_work_redelivered_total', 'Wake-ups that were delivered again');
  }

  /** A worker has this token. */
  pulled({ deliveries, queuedAtMs }: Token): void {
    if (deliveries > 1) {
      this.redelivered += 1;
      this.again.inc();
      return;
    }
    const atMs = Date.now();
    const waitMs = Math.max(0, atMs - queuedAtMs);
    this.seconds.observe(waitMs / 1_000);
    this.waits.push({ atMs, waitMs });
    if (this.waits.length > WAITS_KEPT) this.waits.shift();
  }

  /** @throws NatsError JetStream did not answer */
  views(): Promise<readonly WorkQueueView[]> {
    return Promise.all(WORK_QUEUES.map((queue) => this.view(queue)));
  }

  private async view(queue: WorkQueueName): Promise<WorkQueueView> {
    const { consumer, subjects } = OF[queue];
    const info = await this.ask<ConsumerAnswer>(`$JS.API.CONSUMER.INFO.${WORK_STREAM}.${consumer}`, {});
    const { num_pending: depth = 0, num_ack_pending: held = 0, num_waiting: idle = 0 } = info;
    const next = (info.delivered?.stream_seq ?? 0) + 1;
    const oldestMs = depth > 0 ? await this.ageOf(next, subjects) : null;
    this.depth.set({ queue }, depth);
    this.oldest.set({ queue }, (oldestMs ?? 0) / 1_000);
    return {
      queue,
      depth,
      held,
      oldestMs,
      workers: idle + held,
      waitP95Ms: queue === 'bots' ? this.waitP95Ms() : null,
      redelivered: queue === 'bots' ? this.redelivered : (info.num_redelivered ?? 0),
      asOfMs: Date.now(),
    };
  }

  private async ageOf(seq: number, subjects: string): Promise<number | null> {
    interface Answer {
      readonly message?: { readonly time: string };
    }
    const wish = { seq, next_by_subj: subjects };
    const { message } = await this.ask<Answer>(`$JS.API.STREAM.MSG.GET.${WORK_STREAM}`, wish);
    return message ? Math.max(0, Date.now() - Date.parse(message.time)) : null;
  }

  private waitP95Ms(): number | null {
    const since = Date.now() - WAITS_OF_MS;
    const waits = this.waits.filter(({ atMs }) => atMs >= since).map(({ waitMs }) => waitMs);
    if (waits.length === 0) return null;
    waits.sort((one, other) => one - other);
    return waits[Math.ceil(waits.length * 0.95) - 1] ?? null;
  }

  private async ask<Answer>(subject: string, wish: object): Promise<Answer> {
    const answer = await Requests.over(this.connection).request(subject, codec.encode(wish), {
      timeoutMs: TIMEOUT_MS,
    });
    return answer.json<Answer>();
  }
}
