/**
 * Wakes somebody, by the channels that are configured. Of several gateways that hear of a fact the one that is first
 * in Redis tells; without Redis each does, because twice is better than never.
 */
import {
  DEAD_LETTER_SUBJECT,
  DeadLetter,
  EVENT_SUBJECTS,
  EventEnvelope,
  OrderChanged,
  Told,
  alertOf,
  noticeOf,
  unknownTooOld,
} from '@elvis/contracts';
import { LOG, Log, Metrics, NatsLink, Redis } from '@elvis/platform';
import { Inject, Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { JSONCodec } from 'nats';
import { performance } from 'node:perf_hooks';
import { GatewayConfig } from '../gateway.config';
import { ChannelQueue } from './channel-queue';
import { channelsOf } from './channels';

const ORDER_EVENTS = 'elvis.event.order.';
const LOOK_MS = 500;
const TOLD_ONCE_IN_MS = 3_600_000;
const UNKNOWN_AT_MOST = 10_000;
const codec = JSONCodec<EventEnvelope>();

interface UnknownOrder {
  readonly symbol: string;
  readonly sinceMs: number;
}

@Injectable()
export class Alerts implements OnModuleInit, OnApplicationShutdown {
  private readonly queues: readonly ChannelQueue[];
  private readonly unknown = new Map<string, UnknownOrder>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: GatewayConfig,
    private readonly link: NatsLink,
    private readonly redis: Redis,
    metrics: Metrics,
    @Inject(LOG) log: Log,
  ) {
    const told = metrics.counter('gateway_alerts_total', 'Alerts by outcome', ['kind', 'outcome']);
    this.queues = channelsOf(config).map(
      (channel) => new ChannelQueue(channel, log, (kind, outcome) => told.inc({ kind, outcome })),
    );
  }

  onModuleInit(): void {
    if (this.queues.length === 0) return;
    this.subscribe(EVENT_SUBJECTS, (data) => this.handleEvent(codec.decode(data)));
    this.subscribe(DEAD_LETTER_SUBJECT, (data) => {
      const letter = JSONCodec<DeadLetter>().decode(data);
      void this.raise(
        alertOf({ id: `dead-letter-${letter.sequence}`, type: DEAD_LETTER_SUBJECT, data: letter }),
      );
    });
    this.timer = setInterval(() => this.alertOldUnknown(), LOOK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private subscribe(subject: string, handle: (data: Uint8Array) => void): void {
    this.link.whenItStands((connection) => {
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error) return;
          try {
            handle(message.data);
          } catch {
            // A message that is no event becomes a dead letter, and that is told.
          }
        },
      });
    });
  }

  private handleEvent(event: EventEnvelope): void {
    if (event.type.startsWith(ORDER_EVENTS)) this.trackUnknown((event.data as OrderChanged).order);
    void this.raise(alertOf(event));
    void this.raise(noticeOf(event));
  }

  private trackUnknown({ clientOrderId, symbol, status }: OrderChanged['order']): void {
    if (status !== 'UNKNOWN') return void this.unknown.delete(clientOrderId);
    if (this.unknown.has(clientOrderId) || this.unknown.size >= UNKNOWN_AT_MOST) return;
    this.unknown.set(clientOrderId, { symbol, sinceMs: performance.now() });
  }

  private alertOldUnknown(): void {
    const limitMs = this.config.ALERT_UNKNOWN_AGE_MS;
    for (const [clientOrderId, { symbol, sinceMs }] of this.unknown) {
      const ageMs = Math.round(performance.now() - sinceMs);
      if (ageMs < limitMs) return;
      this.unknown.delete(clientOrderId);
      void this.raise(unknownTooOld(clientOrderId, symbol, ageMs));
    }
  }

  private async raise(told: Told | undefined): Promise<void> {
    if (told && (await this.isFirst(told.id))) for (const queue of this.queues) queue.enqueue(told);
  }

  private async isFirst(id: string): Promise<boolean> {
    try {
      return (await this.redis.set(`alerts:told:${id}`, '1', 'PX', TOLD_ONCE_IN_MS, 'NX')) === 'OK';
    } catch {
      return true;
    }
  }
}
