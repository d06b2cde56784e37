/**
 * The orders' journal on JetStream: read the last record of an order, write the next one only if no other replica wrote
 * in between. The duplicate window is never relied on: expected sequences are the claim.
 */
import { JOURNAL_RECORD_TYPES, JOURNAL_STREAM, JournalRecord, journalSubject } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { JetStreamClient, JSONCodec, NatsConnection, NatsError } from 'nats';

const codec = JSONCodec<JournalRecord>();
const WRONG_LAST_SEQUENCE = 10071;
/** The stream is there and holds nothing for that subject; a stream that is gone answers 404 as well. */
const NO_MESSAGE_FOUND = 10037;
const TIMEOUT_MS = 3_000;

/** A record with the stream sequence it stands at: the revision that the next writer must name. */
export interface JournalEntry {
  readonly record: JournalRecord;
  readonly sequence: number;
}

@Injectable()
export class OrderJournal {
  private readonly jetstream: JetStreamClient;

  constructor(private readonly connection: NatsConnection) {
    this.jetstream = connection.jetstream({ timeout: TIMEOUT_MS });
  }

  /**
   * The newest record of the order, or undefined if the id was never used.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the journal did not answer, or with something that is no record
   */
  async last(clientOrderId: string): Promise<JournalEntry | undefined> {
    return this.get({ last_by_subj: journalSubject(clientOrderId) });
  }

  /**
   * Writes the next record of its order, expecting the last one to stand at `expectedSequence` (0: none).
   * Answers the sequence it was stored at, or undefined if another replica wrote first.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; the record may or may not be there
   */
  async append(record: JournalRecord, expectedSequence: number): Promise<number | undefined> {
    try {
      const ack = await this.jetstream.publish(
        journalSubject(record.order.clientOrderId),
        codec.encode(record),
        {
          expect: { lastSubjectSequence: expectedSequence },
          timeout: TIMEOUT_MS,
        },
      );
      return ack.seq;
    } catch (cause) {
      if (cause instanceof NatsError && cause.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The order journal (JetStream) did not confirm the write; it may or may not be stored. Query the order, then retry under the same id',
        {
          cause,
        },
      );
    }
  }

  /** Every order's newest record, oldest first; reads the whole journal, so it is for start-up and rebuilding. */
  async all(): Promise<JournalEntry[]> {
    const { state } = await this.info();
    const newest = new Map<string, JournalEntry>();
    const window = 256;
    // A stream that never held anything counts from 0, which is no sequence that could be asked for.
    for (let first = Math.max(1, state.first_seq); first <= state.last_seq; first += window) {
      const length = Math.min(window, state.last_seq - first + 1);
      const entries = await Promise.all(
        Array.from({ length }, (_, offset) => this.get({ seq: first + offset })),
      );
      for (const entry of entries) if (entry) newest.set(entry.record.order.clientOrderId, entry);
    }
    return [...newest.values()];
  }

  private async info(): Promise<{ state: { first_seq: number; last_seq: number } }> {
    return this.ask<{ state: { first_seq: number; last_seq: number } }>(
      `$JS.API.STREAM.INFO.${JOURNAL_STREAM}`,
      {},
    );
  }

  private async ask<Reply>(subject: string, body: object): Promise<Reply> {
    try {
      const reply = await this.connection.request(subject, JSONCodec().encode(body), { timeout: TIMEOUT_MS });
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

  /** The stream's leader answers, never a mirror that may lag. */
  private async get(body: { last_by_subj: string } | { seq: number }): Promise<JournalEntry | undefined> {
    interface Stored {
      readonly message?: { readonly data: string; readonly seq: number };
      readonly error?: { readonly err_code?: number; readonly description: string };
    }
    const { message, error } = await this.ask<Stored>(`$JS.API.STREAM.MSG.GET.${JOURNAL_STREAM}`, body);
    if (message) return { record: readRecord(message.data), sequence: message.seq };
    if (error?.err_code === NO_MESSAGE_FOUND) return undefined;
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      `The order journal (JetStream) refused a read: ${error?.description ?? 'no reason given'}; retry`,
    );
  }
}

function readRecord(data: string): JournalRecord {
  try {
    const record = codec.decode(Buffer.from(data, 'base64')) as Partial<JournalRecord> | null;
    const { version, type, order, view } = record ?? {};
    if (version === 1 && type && JOURNAL_RECORD_TYPES.includes(type) && order && view)
      return record as JournalRecord;
  } catch {
    // The same as any other text that is no record.
  }
  throw new TradingFailure(
    'STORE_UNAVAILABLE',
    'The order journal holds an unreadable record for this order; the record is left as it is. Check the journal by hand',
  );
}
