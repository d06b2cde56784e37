/**
 * Events on the JetStream stream `ELVIS_EVENTS`: published with acknowledgement and message id, consumed by a
 * durable pull consumer that was made at set-up, each event acknowledged only after it was handled.
 */
import { EVENT_STREAM, EventContract, EventEnvelope } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  AckPolicy,
  ConsumerMessages,
  JetStreamClient,
  JsMsg,
  JSONCodec,
  NatsConnection,
  headers,
} from 'nats';
import { ServiceIdentity } from './service-identity';
import { TRACE_HEADER, currentTraceId } from './trace';

const codec = JSONCodec();
const PUBLISH_TIMEOUT_MS = 5_000;

export interface PublishOptions {
  /** Derived from the exchange's own ids where the fact is the exchange's, so that two publishers make one event. */
  readonly id?: string;
  readonly actor?: string;
  readonly timeMs?: number;
}

/** A batch of events taken from the log; `accept` after they are stored, `retry` if they could not be. */
export interface EventBatch {
  readonly events: readonly EventEnvelope[];
  /** Messages that are not events at all; they have been taken off the consumer. */
  readonly malformed: readonly { readonly subject: string; readonly text: string }[];
  accept(): Promise<void>;
  retry(delayMs: number): void;
}

@Injectable()
export class EventLog implements OnModuleDestroy {
  private readonly jetstream: JetStreamClient;
  private readonly running = new Set<ConsumerMessages>();
  private stopping = false;

  constructor(
    connection: NatsConnection,
    private readonly identity: ServiceIdentity,
  ) {
    this.jetstream = connection.jetstream();
  }

  /**
   * Publishes a fact and waits until the stream has it; answers the id it is stored under.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the stream did not confirm; publishing again with the same id is safe
   */
  async publish<Payload extends object>(
    contract: EventContract<Payload>,
    data: Payload,
    { id = randomUUID(), actor = 'system', timeMs = Date.now() }: PublishOptions = {},
  ): Promise<string> {
    const traceId = currentTraceId();
    const envelope: EventEnvelope<Payload> = {
      id,
      type: contract.type,
      version: contract.version,
      time: new Date(timeMs).toISOString(),
      source: this.identity.service,
      actor,
      traceId,
      data,
    };
    const trace = headers();
    trace.set(TRACE_HEADER, traceId);
    try {
      await this.jetstream.publish(contract.type, codec.encode(envelope), {
        msgID: id,
        headers: trace,
        timeout: PUBLISH_TIMEOUT_MS,
      });
    } catch (cause) {
      throw new TradingFailure('STORE_UNAVAILABLE', `The event log did not confirm ${contract.type}`, {
        cause,
      });
    }
    return id;
  }

  /**
   * Feeds batches of at most `size` events to `handle`, one after the other, until the service stops. A batch is
   * handed over when it is full or `maxWaitMs` after its first event. An error of `handle` gives the batch back.
   */
  async consume(
    consumer: string,
    { size, maxWaitMs }: { readonly size: number; readonly maxWaitMs: number },
    handle: (batch: EventBatch) => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    while (!this.stopping) {
      try {
        const durable = await this.jetstream.consumers.get(EVENT_STREAM, consumer);
        if ((await durable.info(true)).config.ack_policy !== AckPolicy.Explicit) {
          throw new Error(`Consumer ${consumer} must acknowledge explicitly`);
        }
        while (!this.stopping) {
          const messages = await durable.fetch({ max_messages: size, expires: Math.max(1_000, maxWaitMs) });
          this.running.add(messages);
          const batch: JsMsg[] = [];
          let flush: NodeJS.Timeout | undefined;
          for await (const message of messages) {
            batch.push(message);
            flush ??= setTimeout(() => messages.stop(), maxWaitMs);
          }
          clearTimeout(flush);
          this.running.delete(messages);
          if (batch.length > 0) await handle(toBatch(batch));
        }
      } catch (error) {
        if (this.stopping) return;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  onModuleDestroy(): void {
    this.stopping = true;
    for (const messages of this.running) messages.stop();
  }
}

function toBatch(messages: readonly JsMsg[]): EventBatch {
  const events: EventEnvelope[] = [];
  const kept: JsMsg[] = [];
  const malformed: { subject: string; text: string }[] = [];
  for (const message of messages) {
    const envelope = readEnvelope(message);
    if (envelope) {
      events.push(envelope);
      kept.push(message);
    } else {
      malformed.push({ subject: message.subject, text: message.string().slice(0, 2_000) });
      message.term();
    }
  }
  return {
    events,
    malformed,
    accept: async () => {
      for (const message of kept) message.ack();
      await Promise.resolve();
    },
    retry: (delayMs) => kept.forEach((message) => message.nak(delayMs)),
  };
}

function readEnvelope(message: JsMsg): EventEnvelope | undefined {
  try {
    const value = codec.decode(message.data) as Partial<EventEnvelope> | null;
    const isEnvelope =
      typeof value?.id === 'string' &&
      typeof value.type === 'string' &&
      typeof value.time === 'string' &&
      'data' in value;
    return isEnvelope ? (value as EventEnvelope) : undefined;
  } catch {
    return undefined;
  }
}
