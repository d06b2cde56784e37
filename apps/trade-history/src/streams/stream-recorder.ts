/** Stores what a stream holds: a batch is acknowledged only after its commit, and a repeat changes nothing. */
import { Log, Metrics, StreamReader } from '@elvis/platform';
import { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { JsMsg, NatsConnection } from 'nats';
import { Database } from '../database/database';

const BATCH = 1_000;
const GATHER_MS = 50;

export interface Recorded {
  readonly stream: string;
  readonly consumer: string;
  /** Counts what was taken, by its outcome. */
  readonly metric: string;
  readonly help: string;
  /** The log's words where it could not be read or stored. */
  readonly whenFailed: string;
  /** The log's words for a message that is none of these. */
  readonly malformed: string;
}

export abstract class StreamRecorder<Thing>
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  protected readonly taken;
  private readonly reader: StreamReader;
  private running: Promise<void> | undefined;

  constructor(
    protected readonly database: Database,
    nats: NatsConnection,
    metrics: Metrics,
    private readonly log: Log,
    private readonly recorded: Recorded,
  ) {
    this.reader = new StreamReader(nats);
    this.taken = metrics.counter(recorded.metric, recorded.help, ['outcome']);
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  onModuleDestroy(): void {
    this.reader.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** Undefined where it is malformed. @throws Error it is not even JSON: the same */
  protected abstract parse(message: JsMsg): Thing | undefined;

  /** In one transaction. */
  protected abstract store(things: readonly Thing[]): Promise<void>;

  private async run(): Promise<void> {
    const { stream, consumer, whenFailed } = this.recorded;
    await this.database.untilMigrated();
    await this.reader.consume(
      stream,
      consumer,
      { size: BATCH, maxWaitMs: GATHER_MS },
      (messages) => this.storeAll(messages),
      (error) => this.log.warn({ err: error }, whenFailed),
    );
  }

  private async storeAll(messages: readonly JsMsg[]): Promise<void> {
    await this.store(messages.flatMap((message) => this.read(message) ?? []));
    for (const message of messages) message.ack();
  }

  private read(message: JsMsg): Thing | undefined {
    try {
      const thing = this.parse(message);
      if (thing) return thing;
    } catch {
      // Not even JSON: the same as a field that is wrong.
    }
    this.taken.inc({ outcome: 'malformed' });
    this.log.error(
      { subject: message.subject, sequence: message.seq, text: message.string().slice(0, 500) },
      this.recorded.malformed,
    );
    return undefined;
  }
}
