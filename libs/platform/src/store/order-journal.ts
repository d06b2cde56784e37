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
import { Empty, JSONCodec, NatsConnection } from 'nats';
import { JetStreamRefusal, MessageWish, readMessage, storedAfter } from '../bus/jetstream';
import { Requests } from '../bus/requests';

const codec = JSONCodec<JournalRecord>();
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
  private readonly listeners: ((written: JournalMessage) => void)[] = [];

  constructor(private readonly connection: NatsConnection) {}

  /** Calls `listen` with each record that this process has written, as soon as it is confirmed. */
  onAppended(listen: (written: JournalMessage) => void): void {
    this.listeners.push(listen);
  }

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
    const { clientOrderId } = record.order;
    const subject = journalSubject(clientOrderId);
    const data = codec.encode(record);
    let sequence: number | undefined;
    try {
      sequence = await storedAfter(this.requests, subject, data, expectedSequence, TIMEOUT_MS);
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The order journal (JetStream) did not confirm the write; it may or may not be stored. Query the order, then retry under the same id',
        {
          cause,
        },
      );
    }
    if (sequence !== undefined)
      for (const listen of this.listeners) listen({ clientOrderId, sequence, record });
    return sequence;
  }

  /**
   * The same for a record that may be stored although its confirmation was lost: then it is looked for, by what makes it
   * this very record.
   *
   * @throws TradingFailure STORE_UNAVAILABLE it was not found; it may or may not be there
   */
  async appendOrFind(
    record: JournalRecord,
    expectedSequence: number,
    isThis: (standing: JournalRecord) => boolean,
  ): Promise<number | undefined> {
    try {
      return await this.append(record, expectedSequence);
    } catch (error) {
      const standing = await this.last(record.order.clientOrderId).catch(() => undefined);
      if (standing && isThis(standing.record)) return standing.sequence;
      throw error;
    }
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async extent(): Promise<JournalExtent> {
    interface Info {
      readonly created: string;
      readonly state: { readonly first_seq: number; readonly last_seq: number };
    }
    const terms = { timeoutMs: TIMEOUT_MS };
    const answer = this.requests.request(`$JS.API.STREAM.INFO.${JOURNAL_STREAM}`, Empty, terms);
    const { created, state } = (
      await answer.catch((cause: unknown) => Promise.reject(silent(cause)))
    ).json<Info>();
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

  private async get(wish: MessageWish): Promise<JournalEntry | undefined> {
    const message = await this.message(wish);
    return message && entryOf(message);
  }

  private async message(wish: MessageWish): Promise<JournalMessage | undefined> {
    try {
      const message = await readMessage(this.requests, JOURNAL_STREAM, wish, TIMEOUT_MS);
      return message && this.read(message.subject, message.sequence, message.data);
    } catch (cause) {
      if (!(cause instanceof JetStreamRefusal)) throw silent(cause);
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        `The order journal (JetStream) refused a read: ${cause.description}; retry`,
      );
    }
  }
}

const silent = (cause: unknown): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    'The order journal (JetStream) does not answer, so no order could be read from it; retry',
    { cause },
  );

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
