/**
 * The bots' journal on JetStream: the last record of a bot is the bot. A change is a function of what stands; it is
 * written only if nothing else was written since it was read, and otherwise made again of what stands then.
 */
import {
  BOT_JOURNAL_SUBJECTS,
  BOT_STREAM,
  BotJournalRecord,
  BotChange,
  BotStanding,
  botIdOf,
  botSubject,
} from '@elvis/contracts';
import { JetStreamRefusal, MessageWish, NATS, Requests, readMessage, storedAfter } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';
import { randomUUID } from 'node:crypto';

const codec = JSONCodec<BotJournalRecord>();
const TIMEOUT_MS = 3_000;
/** A change that always comes second has writers without end beside it: a bug. */
const TRIES = 100;

export interface BotEntry {
  readonly record: BotJournalRecord;
  readonly standing: BotStanding;
  readonly sequence: number;
}

interface StreamFigures {
  readonly last_seq: number;
  readonly subjects?: Readonly<Record<string, number>>;
}

/** What happened, and how the bot is then. */
export interface BotWrite {
  readonly change: BotChange;
  readonly standing: BotStanding;
}

/** Undefined: nothing is to be changed any more. */
export type MakeChange = (entry: BotEntry) => BotWrite | undefined;

export interface Changed {
  /** As the bot is now. */
  readonly entry: BotEntry;
  readonly hasWritten: boolean;
}

@Injectable()
export class BotJournal {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** Undefined for a bot that never ran. @throws TradingFailure STORE_UNAVAILABLE */
  last(botId: string): Promise<BotEntry | undefined> {
    return this.read({ last_by_subj: botSubject(botId) });
  }

  /** The record at this sequence, unless it has gone. @throws TradingFailure STORE_UNAVAILABLE */
  at(sequence: number): Promise<BotEntry | undefined> {
    return this.read({ seq: sequence });
  }

  /** Every bot that ever ran. @throws TradingFailure STORE_UNAVAILABLE */
  async bots(): Promise<readonly string[]> {
    const { subjects } = await this.info({ subjects_filter: BOT_JOURNAL_SUBJECTS });
    return Object.keys(subjects ?? {}).map(botIdOf);
  }

  /** Of the newest record of all bots; 0 where there is none. @throws TradingFailure STORE_UNAVAILABLE */
  async lastSequence(): Promise<number> {
    const { last_seq: last } = await this.info({});
    return last;
  }

  /**
   * Writes where the last record stands at `expected` (0: none); undefined if another writer came first.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; it may or may not be stored
   */
  async append({ change, standing }: BotWrite, expected: number): Promise<BotEntry | undefined> {
    const record = { ...change, id: randomUUID(), previous: expected, standing } as BotJournalRecord;
    const subject = botSubject(standing.config.id);
    try {
      const sequence = await storedAfter(this.requests, subject, codec.encode(record), expected, TIMEOUT_MS);
      return sequence === undefined ? undefined : { record, standing, sequence };
    } catch (cause) {
      const last = await this.last(standing.config.id).catch(() => undefined);
      if (last?.record.id === record.id) return last;
      throw silent(cause);
    }
  }

  /**
   * Changes what stands. Undefined for a bot that never ran.
   *
   * @param known what may be the last record, to save the read
   * @throws TradingFailure STORE_UNAVAILABLE the change may or may not be stored
   */
  async change(botId: string, make: MakeChange, known?: BotEntry): Promise<Changed | undefined> {
    let entry = known ?? (await this.last(botId));
    for (let attempt = 1; entry !== undefined; attempt += 1) {
      const write = make(entry);
      if (write === undefined) return { entry, hasWritten: false };
      const written = await this.append(write, entry.sequence);
      if (written !== undefined) return { entry: written, hasWritten: true };
      if (attempt === TRIES)
        throw new Error(`The journal of bot ${botId} was changed by others ${TRIES} times`);
      entry = await this.last(botId);
    }
    return undefined;
  }

  private async info(wish: object): Promise<StreamFigures> {
    const subject = `$JS.API.STREAM.INFO.${BOT_STREAM}`;
    const answer = await this.requests
      .request(subject, JSONCodec().encode(wish), { timeoutMs: TIMEOUT_MS })
      .catch((cause: unknown) => Promise.reject(silent(cause)));
    const { state } = answer.json<{ readonly state?: StreamFigures }>();
    if (state === undefined) throw silent(undefined);
    return state;
  }

  private async read(wish: MessageWish): Promise<BotEntry | undefined> {
    try {
      const message = await readMessage(this.requests, BOT_STREAM, wish, TIMEOUT_MS);
      return message && entryOf(message.data, message.sequence);
    } catch (cause) {
      if (cause instanceof TradingFailure) throw cause;
      throw cause instanceof JetStreamRefusal
        ? new TradingFailure(
            'STORE_UNAVAILABLE',
            `The bots' journal (JetStream) refused a read: ${cause.description}; retry`,
          )
        : silent(cause);
    }
  }

  private get requests(): Requests {
    return Requests.over(this.connection);
  }
}

/** A stored record as it is read. @throws TradingFailure STORE_UNAVAILABLE it is none */
export function entryOf(data: Uint8Array, sequence: number): BotEntry {
  const record = recordOf(data);
  if (record === undefined)
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      `The bots' journal holds an unreadable record at sequence ${sequence} of ${BOT_STREAM}, so this bot does nothing; the record is left as it is. Only the bots service may write there: look for who did`,
    );
  return { record, standing: record.standing, sequence };
}

function recordOf(data: Uint8Array): BotJournalRecord | undefined {
  try {
    const record = codec.decode(data) as Partial<BotJournalRecord> | null;
    const isRecord = typeof record?.type === 'string' && typeof record.standing?.config.id === 'string';
    return isRecord ? (record as BotJournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

const silent = (cause: unknown): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    "The bots' journal (JetStream) did not answer; a change may or may not be stored. Retry",
    { cause },
  );
