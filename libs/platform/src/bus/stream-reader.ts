/**
 * Reads a JetStream stream through a durable pull consumer that was made at set-up, batch by batch. What was handed out and
 * not acknowledged comes again, perhaps in another order.
 */
import { AckPolicy, ConsumerMessages, JsMsg, NatsConnection } from 'nats';
import { TradingFailure } from '@elvis/trading';
import { Arrival } from './arrival';
import { NatsLink } from './nats-link';

export interface ConsumeOptions {
  /** The largest batch. */
  readonly size: number;
  /** How long a batch that is not full waits for more. While one is handled the next gathers anyway. */
  readonly maxWaitMs: number;
}

export class StreamReader {
  private connection: NatsConnection | undefined;
  private readonly running = new Set<ConsumerMessages>();
  private stopping = false;
  private wakeUp: () => void = () => undefined;

  constructor(connection: NatsConnection | NatsLink) {
    NatsLink.over(connection).whenItStands((standing) => (this.connection = standing));
  }

  /**
   * Feeds batches to `handle`, which acknowledges their messages, one after the other, until `stop`. If `handle` throws,
   * the batch and all that was fetched behind it are given back, and nothing is fetched before a growing wait is over.
   */
  async consume(
    stream: string,
    consumer: string,
    options: ConsumeOptions,
    handle: (messages: readonly JsMsg[]) => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await this.consumeUntilFailure(stream, consumer, options, async (messages) => {
          await handle(messages);
          failures = 0;
        });
      } catch (error) {
        if (this.stopping) return;
        onError(error);
        failures += 1;
        await this.pause(Math.min(5_000, 100 * 2 ** failures));
      }
    }
  }

  stop(): void {
    this.stopping = true;
    this.wakeUp();
    for (const messages of this.running) messages.stop();
  }

  /** @throws TradingFailure STORE_UNAVAILABLE there is no connection yet */
  standing(): NatsConnection {
    if (!this.connection)
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'NATS is not connected yet; the event log cannot be used. Retry',
      );
    return this.connection;
  }

  private async consumeUntilFailure(
    stream: string,
    consumer: string,
    { size, maxWaitMs }: ConsumeOptions,
    handle: (messages: readonly JsMsg[]) => Promise<void>,
  ): Promise<void> {
    const durable = await this.standing().jetstream().consumers.get(stream, consumer);
    if ((await durable.info(true)).config.ack_policy !== AckPolicy.Explicit) {
      throw new Error(
        `JetStream consumer ${consumer} does not acknowledge explicitly, so nothing is read from it, because some could be lost; delete it and start the servers again, which creates it`,
      );
    }
    const queue: JsMsg[] = [];
    const arrival = new Arrival();
    let isOver = false;
    const messages = await durable.consume({
      max_messages: size,
      callback: (message) => {
        queue.push(message);
        arrival.look();
      },
    });
    void messages.closed().then(() => {
      isOver = true;
      arrival.look();
    });
    this.running.add(messages);
    try {
      while (!this.stopping && !isOver) {
        await arrival.until(() => isOver || queue.length > 0);
        if (queue.length < size) await arrival.until(() => isOver || queue.length >= size, maxWaitMs);
        const batch = queue.slice(0, size);
        if (batch.length > 0) await handle(batch);
        queue.splice(0, batch.length);
      }
    } finally {
      this.running.delete(messages);
      messages.stop();
      for (const message of queue) message.nak();
    }
  }

  private async pause(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      setTimeout(resolve, waitMs).unref();
    });
  }
}
