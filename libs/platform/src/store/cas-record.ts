/**
 * One record under one key of a JetStream KV bucket: read from the stream's leader, never from a mirror that may lag, and
 * changed by compare-and-set, so that of two writers who read the same revision one loses.
 */
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, NatsConnection, NatsError } from 'nats';

const TIMEOUT_MS = 1_000;
const WRONG_LAST_SEQUENCE = 10071;
/** The stream is there and holds nothing under that key; a stream that is gone answers 404 as well. */
const NO_MESSAGE_FOUND = 10037;
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
    interface Answer {
      readonly message?: { readonly data?: string; readonly seq: number };
      readonly error?: { readonly err_code?: number; readonly description: string };
    }
    const { message, error } = await this.request<Answer>();
    if (message) return { revision: message.seq, value: this.parse(message.data ?? '') };
    if (error?.err_code === NO_MESSAGE_FOUND) return { revision: 0 };
    throw this.unavailable(`could not be read: ${error?.description ?? 'JetStream gave no reason'}; retry`);
  }

  /**
   * The revision it was stored under, or undefined if another writer came first.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; it may or may not be stored
   */
  async write(value: Value, revision: number): Promise<number | undefined> {
    try {
      const { seq } = await this.connection.jetstream().publish(this.subject, codec.encode(value), {
        expect: { lastSubjectSequence: revision },
        timeout: TIMEOUT_MS,
      });
      return seq;
    } catch (cause) {
      if (cause instanceof NatsError && cause.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
      throw this.unavailable(
        'was not confirmed as written, so it is not known whether the change is stored; retry',
        cause,
      );
    }
  }

  private async request<Answer>(): Promise<Answer> {
    try {
      const reply = await this.connection.request(
        `$JS.API.STREAM.MSG.GET.KV_${this.at.bucket}`,
        codec.encode({ last_by_subj: this.subject }),
        { timeout: TIMEOUT_MS },
      );
      return reply.json<Answer>();
    } catch (cause) {
      throw this.unavailable('could not be read, because JetStream did not answer; retry', cause);
    }
  }

  private parse(data: string): Value | undefined {
    try {
      const stored: unknown = JSON.parse(Buffer.from(data, 'base64').toString());
      return this.at.isValue(stored) ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  private unavailable(what: string, cause?: unknown): TradingFailure {
    return new TradingFailure('STORE_UNAVAILABLE', `${this.at.name} ${what}`, { cause, retryAfterMs: 1_000 });
  }
}
