/** Reads one consumer of a stream while the supervisor's role is held: begun and ended as often as that comes and goes. */
import { Log, StreamReader } from '@elvis/platform';
import { JsMsg, NatsConnection } from 'nats';

const BATCH = 500;

export interface Followed {
  readonly stream: string;
  readonly consumer: string;
  /** How long a batch that is not full waits for more. */
  readonly maxWaitMs: number;
  /** The log's words where it could not be read or handled. */
  readonly whenFailed: string;
}

export abstract class StreamFollower {
  private reader: StreamReader | undefined;

  constructor(
    private readonly nats: NatsConnection,
    protected readonly log: Log,
    private readonly followed: Followed,
  ) {}

  start(): void {
    const { stream, consumer, maxWaitMs, whenFailed } = this.followed;
    const reader = new StreamReader(this.nats);
    this.reader = reader;
    void reader.consume(
      stream,
      consumer,
      { size: BATCH, maxWaitMs },
      (messages) => this.handle(messages),
      (error) => this.log.warn({ err: error }, whenFailed),
    );
  }

  stop(): void {
    this.reader?.stop();
    this.reader = undefined;
  }

  /** Acknowledges what it has done; what it throws at is read again. */
  protected abstract handle(messages: readonly JsMsg[]): Promise<void>;
}
