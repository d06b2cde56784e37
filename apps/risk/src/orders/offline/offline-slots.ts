/**
 * While Redis is away, one order at a time is on its way for a symbol, whichever replicas of risk decide and of execution
 * send: a key of JetStream's KV, taken by compare-and-set. Whoever died with it in hand holds it until the exchange can
 * accept his order no more.
 */
import { LIMITS_BUCKET } from '@elvis/contracts';
import { NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection, NatsError } from 'nats';

const STREAM = `KV_${LIMITS_BUCKET}`;
const TIMEOUT_MS = 1_000;
const WRONG_LAST_SEQUENCE = 10071;
const NO_MESSAGE_FOUND = 10037;
const codec = JSONCodec<unknown>();

/** A slot as it was read; `heldUntilMs` is on the exchange's clock, 0 for one that is free. */
export interface SlotReading {
  readonly revision: number;
  readonly heldUntilMs: number;
}

@Injectable()
export class OfflineSlots {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE JetStream does not answer, or what stands there is no slot */
  async read(symbol: string): Promise<SlotReading> {
    interface Answer {
      readonly message?: { readonly data?: string; readonly seq: number };
      readonly error?: { readonly err_code?: number; readonly description: string };
    }
    let answer: Answer;
    try {
      const question = codec.encode({ last_by_subj: subjectOf(symbol) });
      const api = `$JS.API.STREAM.MSG.GET.${STREAM}`;
      answer = (await this.connection.request(api, question, { timeout: TIMEOUT_MS })).json<Answer>();
    } catch (cause) {
      throw unavailable(cause);
    }
    if (answer.error?.err_code === NO_MESSAGE_FOUND) return { revision: 0, heldUntilMs: 0 };
    if (!answer.message) throw unavailable(answer.error?.description);
    const { data = '', seq } = answer.message;
    return { revision: seq, heldUntilMs: heldUntilOf(data) };
  }

  /** The revision under which it is held; undefined if somebody else came first. @throws TradingFailure */
  async take(symbol: string, revision: number, heldUntilMs: number): Promise<number | undefined> {
    try {
      const { seq } = await this.connection
        .jetstream()
        .publish(subjectOf(symbol), codec.encode({ version: 1, heldUntilMs }), {
          expect: { lastSubjectSequence: revision },
          timeout: TIMEOUT_MS,
        });
      return seq;
    } catch (cause) {
      if (cause instanceof NatsError && cause.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
      throw unavailable(cause);
    }
  }

  /** Its order has been answered. If nobody hears that, the slot runs out by itself. */
  async free(symbol: string, revision: number): Promise<void> {
    await this.take(symbol, revision, 0).catch(() => undefined);
  }
}

const subjectOf = (symbol: string): string => `$KV.${LIMITS_BUCKET}.outage.${symbol}`;

function heldUntilOf(data: string): number {
  try {
    const { version, heldUntilMs } = JSON.parse(Buffer.from(data, 'base64').toString()) as {
      readonly version?: unknown;
      readonly heldUntilMs?: unknown;
    };
    if (version === 1 && Number.isFinite(heldUntilMs)) return Number(heldUntilMs);
  } catch {
    // The same as any other text that is no slot.
  }
  throw unavailable('something stands there that is no slot');
}

const unavailable = (cause: unknown): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    'Redis and JetStream are unavailable; reduce-only orders cannot be serialized',
    {
      cause,
      retryAfterMs: 1_000,
    },
  );
