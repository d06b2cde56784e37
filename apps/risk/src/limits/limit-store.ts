/** The limits that were changed while running: one key of the JetStream KV bucket, changed by compare-and-set. */
import { LIMITS_BUCKET, LIMITS_KEY, RuntimeLimit } from '@elvis/contracts';
import { NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection, NatsError } from 'nats';
import { problemWith } from './limits';

const STREAM = `KV_${LIMITS_BUCKET}`;
const SUBJECT = `$KV.${LIMITS_BUCKET}.${LIMITS_KEY}`;
const TIMEOUT_MS = 1_000;
const WRONG_LAST_SEQUENCE = 10071;
const NO_MESSAGE_FOUND = 10037;
const codec = JSONCodec<unknown>();

export type ChangedLimits = Readonly<Partial<Record<RuntimeLimit, string>>>;

export interface LimitsReading {
  readonly revision: number;
  readonly changed: ChangedLimits;
  /** The leverage that was set for single symbols while running. */
  readonly leverage: Readonly<Record<string, number>>;
}

@Injectable()
export class LimitStore {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure LIMITS_UNKNOWN it does not answer, or what it holds cannot be understood */
  async read(): Promise<LimitsReading> {
    interface Answer {
      readonly message?: { readonly data?: string; readonly seq: number };
      readonly error?: { readonly err_code?: number; readonly description: string };
    }
    let answer: Answer;
    try {
      const reply = await this.connection.request(
        `$JS.API.STREAM.MSG.GET.${STREAM}`,
        codec.encode({ last_by_subj: SUBJECT }),
        { timeout: TIMEOUT_MS },
      );
      answer = reply.json<Answer>();
    } catch (cause) {
      throw unknown('do not answer', cause);
    }
    if (answer.message) return readLimits(answer.message);
    if (answer.error?.err_code === NO_MESSAGE_FOUND) return { revision: 0, changed: {}, leverage: {} };
    throw unknown(`cannot be read: ${answer.error?.description ?? 'no reason given'}`);
  }

  /** Undefined if somebody else has written since `revision`. @throws TradingFailure STORE_UNAVAILABLE */
  async write(reading: LimitsReading): Promise<number | undefined> {
    const { changed, leverage, revision } = reading;
    try {
      const ack = await this.connection
        .jetstream()
        .publish(SUBJECT, codec.encode({ version: 1, limits: changed, leverage }), {
          expect: { lastSubjectSequence: revision },
          timeout: TIMEOUT_MS,
        });
      return ack.seq;
    } catch (cause) {
      if (cause instanceof NatsError && cause.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
      throw new TradingFailure('STORE_UNAVAILABLE', 'The store of limits did not confirm the change', {
        cause,
      });
    }
  }
}

function readLimits({ data, seq }: { readonly data?: string; readonly seq: number }): LimitsReading {
  try {
    const value = JSON.parse(Buffer.from(data ?? '', 'base64').toString()) as {
      readonly version?: unknown;
      readonly limits?: ChangedLimits;
      readonly leverage?: Record<string, number>;
    };
    const limits = Object.entries(value.limits ?? {});
    const leverage = Object.entries(value.leverage ?? {});
    const isGood =
      value.version === 1 &&
      limits.every(([name, text]) => problemWith(name, text) === undefined) &&
      leverage.every(([, number]) => Number.isInteger(number) && number >= 1);
    if (isGood) return { revision: seq, changed: value.limits ?? {}, leverage: value.leverage ?? {} };
  } catch {
    // The same as any other text that is no set of limits.
  }
  throw unknown('hold something that is no set of limits');
}

const unknown = (what: string, cause?: unknown): TradingFailure =>
  new TradingFailure('LIMITS_UNKNOWN', `The limits changed while running ${what}`, {
    cause,
    retryAfterMs: 1_000,
  });
