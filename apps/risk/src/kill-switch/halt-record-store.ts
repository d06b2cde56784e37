/**
 * The durable record of stops: one key of the JetStream KV bucket, read from the stream's leader and changed by
 * compare-and-set, so that its history is a line.
 */
import { HALTS_BUCKET, HALTS_KEY } from '@elvis/contracts';
import { NATS } from '@elvis/platform';
import { STOP_SCOPES, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection, NatsError } from 'nats';
import { EMPTY_HALT_RECORD, HaltRecord, OpenStop } from './domain/halt-record';

const STREAM = `KV_${HALTS_BUCKET}`;
const SUBJECT = `$KV.${HALTS_BUCKET}.${HALTS_KEY}`;
const TIMEOUT_MS = 1_000;
const WRONG_LAST_SEQUENCE = 10071;
const codec = JSONCodec<unknown>();

export interface HaltReading {
  /** What the next writer must name; 0 if there is none. */
  readonly revision: number;
  /** Absent where something stands there that is no record: that is not the same as nothing. */
  readonly record?: HaltRecord;
}

@Injectable()
export class HaltRecordStore {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE the stream's leader did not answer */
  async read(): Promise<HaltReading> {
    interface Answer {
      readonly message?: { readonly data?: string; readonly seq: number };
      readonly error?: { readonly code: number; readonly err_code?: number; readonly description: string };
    }
    const { message, error } = await this.ask<Answer>();
    if (message) return { revision: message.seq, record: readRecord(message.data) };
    const NO_MESSAGE_FOUND = 10037;
    if (error?.err_code === NO_MESSAGE_FOUND) return { revision: 0, record: EMPTY_HALT_RECORD };
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      `The durable record of stops cannot be read: ${error?.description ?? 'no reason given'}`,
    );
  }

  /**
   * Writes the record if nobody has written since `revision`; undefined if somebody has.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; it may or may not stand there
   */
  async write(record: HaltRecord, revision: number): Promise<number | undefined> {
    try {
      const ack = await this.connection.jetstream().publish(SUBJECT, codec.encode(record), {
        expect: { lastSubjectSequence: revision },
        timeout: TIMEOUT_MS,
      });
      return ack.seq;
    } catch (cause) {
      if (cause instanceof NatsError && cause.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
      throw new TradingFailure('STORE_UNAVAILABLE', 'The durable record of stops did not confirm', { cause });
    }
  }

  private async ask<Answer>(): Promise<Answer> {
    try {
      const reply = await this.connection.request(
        `$JS.API.STREAM.MSG.GET.${STREAM}`,
        codec.encode({ last_by_subj: SUBJECT }),
        { timeout: TIMEOUT_MS },
      );
      return reply.json<Answer>();
    } catch (cause) {
      throw new TradingFailure('STORE_UNAVAILABLE', 'The durable record of stops does not answer', { cause });
    }
  }
}

/** The record, or undefined for anything that is not exactly one: a half-read record would forget stops. */
export function readRecord(data: string | undefined): HaltRecord | undefined {
  try {
    const value = JSON.parse(Buffer.from(data ?? '', 'base64').toString()) as Partial<HaltRecord> | null;
    const isRecord =
      value?.version === 1 &&
      Number.isInteger(value.epoch) &&
      Array.isArray(value.stops) &&
      value.stops.every(isOpenStop) &&
      Array.isArray(value.cleared) &&
      value.cleared.every(({ stopId, epoch }) => typeof stopId === 'string' && Number.isInteger(epoch));
    return isRecord ? (value as HaltRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is a stop as we write it. */
export function isOpenStop(value: unknown): value is OpenStop {
  const stop = value as Partial<OpenStop> | null;
  return (
    typeof stop === 'object' &&
    typeof stop?.stopId === 'string' &&
    Number.isInteger(stop.epoch) &&
    (stop.state === 'HALTED' || stop.state === 'REDUCING') &&
    typeof stop.actor === 'string' &&
    typeof stop.reason === 'string' &&
    Number.isFinite(stop.activatedAtMs) &&
    !!stop.scope &&
    STOP_SCOPES.includes(stop.scope.type)
  );
}
