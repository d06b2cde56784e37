/**
 * One record under one key of a JetStream KV bucket: read from the stream's leader, never from a mirror that may lag, and
 * changed by compare-and-set, so that of two writers who read the same revision one loses.
 */
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, NatsConnection } from 'nats';
import { JetStreamRefusal, readMessage, storedAfter } from '../bus/jetstream';
import { Requests } from '../bus/requests';

const TIMEOUT_MS = 1_000;
const codec = JSONCodec<unknown>();

export interface CasReading<Value> {
  /** What the next writer must name; 0 if nothing has been written yet. */
  readonly revision: number;
  /** Absent at revision 0, and where the stored text is no such record: that is not the same. */
  readonly value?: Value;
}

export interface CasKey<Value> {
  readonly bucket: string;
  readonly key: string;
  /** Begins the sentence of each failure, such as `The durable record of stops`. */
  readonly name: string;
  /** Strict: a record that is half understood is worse than none. */
  readonly isValue: (stored: unknown) => stored is Value;
}

export class CasRecord<Value> {
  private readonly subject: string;

  constructor(
    private readonly connection: NatsConnection,
    private readonly at: CasKey<Value>,
  ) {
    this.subject = `$KV.${at.bucket}.${at.key}`;
  }

  /** @throws TradingFailure STORE_UNAVAILABLE the stream's leader did not answer */
  async read(): Promise<CasReading<Value>> {
    try {
      const stream = `KV_${this.at.bucket}`;
      const message = await readMessage(this.requests, stream, { last_by_subj: this.subject }, TIMEOUT_MS);
      if (!message) return { revision: 0 };
      return { revision: message.sequence, value: this.parse(message.data) };
    } catch (cause) {
      if (cause instanceof JetStreamRefusal)
        throw this.unavailable(`could not be read: ${cause.description}; retry`);
      throw this.unavailable('could not be read, because JetStream did not answer; retry', cause);
    }
  }

  /**
   * The revision it was stored under, or undefined if another writer came first.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; it may or may not be stored
   */
  async write(value: Value, revision: number): Promise<number | undefined> {
    try {
      return await storedAfter(this.requests, this.subject, codec.encode(value), revision, TIMEOUT_MS);
    } catch (cause) {
      throw this.unavailable(
        'was not confirmed as written, so it is not known whether the change is stored; retry',
        cause,
      );
    }
  }

  private get requests(): Requests {
    return Requests.over(this.connection);
  }

  private parse(data: Buffer): Value | undefined {
    try {
      const stored: unknown = JSON.parse(data.toString());
      return this.at.isValue(stored) ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  private unavailable(what: string, cause?: unknown): TradingFailure {
    return new TradingFailure('STORE_UNAVAILABLE', `${this.at.name} ${what}`, { cause, retryAfterMs: 1_000 });
  }
}
