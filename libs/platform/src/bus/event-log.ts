/**
 * Events on the JetStream stream `ELVIS_EVENTS`: published with acknowledgement and message id, consumed by a
 * durable pull consumer that was made at set-up, each event acknowledged only after it was handled.
 */
import { EVENT_STREAM, EventContract, EventEnvelope } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JsMsg, JSONCodec, NatsConnection, headers } from 'nats';
import { NatsLink } from './nats-link';
import { storedAt } from './jetstream';
import { Requests } from './requests';
import { ConsumeOptions, StreamReader } from './stream-reader';
import { ServiceIdentity } from '../config/service-identity';
import { TRACE_HEADER, currentTraceId } from '../observability/trace';

const codec = JSONCodec();
const PUBLISH_TIMEOUT_MS = 5_000;

export interface PublishOptions {
  /** Derived from the exchange's own ids where the fact is the exchange's, so that two publishers make one event. */
  readonly id?: string;
  readonly actor?: string;
  readonly timeMs?: number;
  /** Whose fact it is, where another service publishes it; this service otherwise. */
  readonly source?: string;
  /** Under which trace it came about; the current one otherwise. */
  readonly traceId?: string;
}

/** One of several events that are published together. */
export interface Publication<Payload extends object = object> extends PublishOptions {
  readonly contract: EventContract<Payload>;
  readonly data: Payload;
}

/** An event as the stream holds it; `sequence` is its place there. */
export interface LoggedEvent {
  readonly event: EventEnvelope;
  readonly sequence: number;
}

/** A message on the stream that is no event at all. */
export interface MalformedMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly text: string;
}

/** A batch taken from the log. It comes again, perhaps in another order, until it was accepted. */
export interface EventBatch {
  readonly events: readonly LoggedEvent[];
  readonly malformed: readonly MalformedMessage[];
  /** Everything in it is stored; none of it is to come again. */
  accept(): void;
}

@Injectable()
export class EventLog implements OnModuleDestroy {
  private readonly reader: StreamReader;

  constructor(
    connection: NatsConnection | NatsLink,
    private readonly identity: ServiceIdentity,
  ) {
    this.reader = new StreamReader(connection);
  }

  /**
   * Publishes a fact and waits until the stream has it; answers the id it is stored under.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the stream did not confirm; publishing again with the same id is safe
   */
  async publish<Payload extends object>(
    contract: EventContract<Payload>,
    data: Payload,
    {
      id = randomUUID(),
      actor = 'system',
      timeMs = Date.now(),
      source = this.identity.service,
      traceId = currentTraceId(),
    }: PublishOptions = {},
  ): Promise<string> {
    const envelope: EventEnvelope<Payload> = {
      id,
      type: contract.type,
      version: contract.version,
      time: new Date(timeMs).toISOString(),
      source,
      actor,
      traceId,
      data,
    };
    const trace = headers();
    trace.set(TRACE_HEADER, traceId);
    try {
      trace.set('Nats-Msg-Id', id);
      await storedAt(this.requests(), contract.type, codec.encode(envelope), {
        headers: trace,
        timeoutMs: PUBLISH_TIMEOUT_MS,
      });
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        `The event log (JetStream) did not confirm the event ${contract.type}; it may not be stored. Publish it again`,
        {
          cause,
        },
      );
    }
    return id;
  }

  /**
   * The same for several, in this order and without waiting in between.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the stream did not confirm all of them; publishing all again is safe
   */
  async publishAll(publications: readonly Publication[]): Promise<void> {
    await Promise.all(
      publications.map(({ contract, data, ...options }) => this.publish(contract, data, options)),
    );
  }

  /**
   * Feeds batches to `handle`, one after the other, until the service stops. If `handle` throws, the batch and all
   * that was fetched behind it are given back, and nothing is fetched before a growing wait is over.
   */
  async consume(
    consumer: string,
    options: ConsumeOptions,
    handle: (batch: EventBatch) => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    await this.reader.consume(
      EVENT_STREAM,
      consumer,
      options,
      (messages) => handle(toBatch(messages)),
      onError,
    );
  }

  private requests(): Requests {
    return Requests.over(this.reader.standing());
  }

  onModuleDestroy(): void {
    this.reader.stop();
  }
}

function toBatch(messages: readonly JsMsg[]): EventBatch {
  const events: LoggedEvent[] = [];
  const malformed: MalformedMessage[] = [];
  for (const message of messages) {
    const event = readEnvelope(message);
    if (event) events.push({ event, sequence: message.seq });
    else
      malformed.push({
        subject: message.subject,
        sequence: message.seq,
        text: message.string().slice(0, 10_000),
      });
  }
  return { events, malformed, accept: () => messages.forEach((message) => message.ack()) };
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
