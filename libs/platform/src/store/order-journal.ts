/**
 * The orders' journal on JetStream: read the last record of an order, write the next one only if no other replica wrote
 * in between. The duplicate window is never relied on: expected sequences are the claim.
 */
import {
  JOURNAL_RECORD_TYPES,
  JOURNAL_STREAM,
  JOURNAL_SUBJECTS,
  JournalRecord,
  clientOrderIdOf,
  journalSubject,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection, headers } from 'nats';
import { JetStreamRefusal, Requests, storedAt } from '../bus/requests';

const codec = JSONCodec<JournalRecord>();
const WRONG_LAST_SEQUENCE = 10071;
/** The stream is there and holds nothing for that subject; a stream that is gone answers 404 as well. */
const NO_MESSAGE_FOUND = 10037;
const TIMEOUT_MS = 3_000;
/** So many messages are asked for at once. */
const WINDOW = 256;

/** A record with the stream sequence it stands at: the revision that the next writer must name. */
export interface JournalEntry {
  readonly record: JournalRecord;
  readonly sequence: number;
}

/** A stored message and the order it is about. */
export interface JournalMessage {
  readonly clientOrderId: string;
  readonly sequence: number;
  /** Undefined where it is no record of an order. */
  readonly record: JournalRecord | undefined;
}

/** From where to where the journal reaches; `made` is another one if the stream was made anew. */
export interface JournalExtent {
  readonly made: string;
  readonly first: number;
  readonly last: number;
}

@Injectable()
export class OrderJournal {
  constructor(private readonly connection: NatsConnection) {}

  /**
   * The newest record of the order, or undefined if the id was never used.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the journal did not answer, or with something that is no record
   */
  async last(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.get({ last_by_subj: journalSubject(clientOrderId) });
  }

  /** The record at this sequence, or undefined if it was purged. @throws TradingFailure STORE_UNAVAILABLE */
  at(sequence: number): Promise<JournalEntry | undefined> {
    return this.get({ seq: sequence });
  }

  /** A message of the journal's stream, as a consumer delivers it. */
  read(subject: string, sequence: number, data: Uint8Array): JournalMessage {
    return { clientOrderId: clientOrderIdOf(subject), sequence, record: readRecord(Buffer.from(data)) };
  }

  /**
   * Writes the next record of its order, expecting the last one to stand at `expectedSequence` (0: none).
   * Answers the sequence it was stored at, or undefined if another replica wrote first.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; the record may or may not be there
   */
  async append(record: JournalRecord, expectedSequence: number): Promise<number | undefined> {
    const expected = headers();
    expected.set('Nats-Expected-Last-Subject-Sequence', `${expectedSequence}`);
    try {
      const subject = journalSubject(record.order.clientOrderId);
      return await storedAt(this.requests, subject, codec.encode(record), {
        headers: expected,
        timeoutMs: TIMEOUT_MS,
      });
    } catch (cause) {
      if (cause instanceof JetStreamRefusal && cause.number === WRONG_LAST_SEQUENCE) return undefined;
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The order journal (JetStream) did not confirm the write; it may or may not be stored. Query the order, then retry under the same id',
        {
          cause,
        },
      );
    }
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async extent(): Promise<JournalExtent> {
    const { created, state } = await this.ask<{
      created: string;
      state: { first_seq: number; last_seq: number };
    }>(`$JS.API.STREAM.INFO.${JOURNAL_STREAM}`, {});
    // A stream that never held anything counts from 0, which is no sequence that could be asked for.
    return { made: created, first: Math.max(1, state.first_seq), last: state.last_seq };
  }

  /**
   * Every message from one sequence to another, in windows. What was purged costs a request each, but for long stretches,
   * which are jumped over.
   *
   * @throws TradingFailure STORE_UNAVAILABLE
   */
  async *between(first: number, last: number): AsyncGenerator<readonly JournalMessage[]> {
    for (let from = first; from <= last;) {
      const length = Math.min(WINDOW, last - from + 1);
      const found = await Promise.all(
        Array.from({ length }, (_, offset) => this.message({ seq: from + offset })),
      );
      const messages = found.flatMap((message) => message ?? []);
      yield messages;
      from += length;
      if (messages.length > 0 || from > last) continue;
      from = (await this.message({ seq: from, next_by_subj: JOURNAL_SUBJECTS }))?.sequence ?? Infinity;
    }
  }

  /** Every order's newest record, oldest first. Reads the whole journal: for a comparison of everything. */
  async all(): Promise<JournalEntry[]> {
    const newest = new Map<string, JournalEntry>();
    const { first, last } = await this.extent();
    for await (const messages of this.between(first, last))
      for (const message of messages) newest.set(message.clientOrderId, entryOf(message));
    return [...newest.values()];
  }

  private get requests(): Requests {
    return Requests.over(this.connection);
  }

  private async ask<Reply>(subject: string, body: object): Promise<Reply> {
    try {
      const reply = await this.requests.request(subject, JSONCodec().encode(body), { timeoutMs: TIMEOUT_MS });
      return reply.json<Reply>();
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The order journal (JetStream) does not answer, so no order could be read from it; retry',
        {
          cause,
        },
      );
    }
  }

  private async get(wish: MessageWish): Promise<JournalEntry | undefined> {
    const message = await this.message(wish);
    return message && entryOf(message);
  }

  /** The stream's leader answers, never a mirror that may lag. */
  private async message(wish: MessageWish): Promise<JournalMessage | undefined> {
    interface Stored {
      readonly message?: { readonly subject: string; readonly data?: string; readonly seq: number };
      readonly error?: { readonly err_code?: number; readonly description: string };
    }
    const { message, error } = await this.ask<Stored>(`$JS.API.STREAM.MSG.GET.${JOURNAL_STREAM}`, wish);
    if (message) {
      const { subject, data, seq } = message;
      return this.read(subject, seq, Buffer.from(data ?? '', 'base64'));
    }
    if (error?.err_code === NO_MESSAGE_FOUND) return undefined;
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      `The order journal (JetStream) refused a read: ${error?.description ?? 'no reason given'}; retry`,
    );
  }
}

type MessageWish =
  { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj?: string };

/** @throws TradingFailure STORE_UNAVAILABLE the message is no record */
function entryOf({ record, sequence }: JournalMessage): JournalEntry {
  return { record: record ?? unreadable(), sequence };
}

/** Undefined if it is none. */
function readRecord(data: Buffer): JournalRecord | undefined {
  try {
    const record = JSON.parse(data.toString()) as Partial<JournalRecord> | null;
    const { version, type, order, view } = record ?? {};
    const isRecord = version === 1 && type && JOURNAL_RECORD_TYPES.includes(type) && order && view;
    return isRecord ? (record as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(): never {
  throw new TradingFailure(
    'STORE_UNAVAILABLE',
    'The order journal holds an unreadable record for this order, so its state is unknown; the record is left as it is. Look at the order at the exchange, and in the stream ELVIS_ORDERS for who wrote the record: only risk and execution may',
  );
}
