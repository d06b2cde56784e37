/**
 * What is kept of jobs on JetStream: a record each, what its units have brought, and what can be read of it. A file longer
 * than a message is several; its first part is written last, so a file is there whole or not at all.
 */
import { RESEARCH_STREAM, ResearchRecord } from '@elvis/contracts';
import { JetStreamRefusal, NATS, Requests, readMessage, storedAfter, storedAt } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';

const TIMEOUT_MS = 5_000;
/** A message may hold a megabyte; as text for the gateway it is a third longer. */
const PART_BYTES = 600_000;
const HEAD_BYTES = 4;
const codec = JSONCodec();

export interface JobEntry {
  readonly record: ResearchRecord;
  readonly sequence: number;
}

export interface FilePart {
  readonly parts: number;
  readonly data: Buffer;
}

@Injectable()
export class ResearchJournal {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async read(id: string): Promise<JobEntry | undefined> {
    const message = await this.message(`${prefixOf(id)}.job`);
    if (!message) return undefined;
    return { record: codec.decode(message.data) as ResearchRecord, sequence: message.sequence };
  }

  /** Where the job stands as it was read (0: it is new); undefined if another writer came first. @throws TradingFailure STORE_UNAVAILABLE */
  async write(record: ResearchRecord, expected: number): Promise<JobEntry | undefined> {
    const subject = `${prefixOf(record.id)}.job`;
    const sequence = await this.asked(() =>
      storedAfter(this.requests, subject, codec.encode(record), expected, TIMEOUT_MS),
    );
    return sequence === undefined ? undefined : { record, sequence };
  }

  /** False if the file was there already. @throws TradingFailure STORE_UNAVAILABLE */
  async addFile(id: string, name: string, bytes: Uint8Array): Promise<boolean> {
    const subject = `${prefixOf(id)}.${name}`;
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    const part = (at: number): Uint8Array => bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES);
    for (let at = 1; at < parts; at += 1)
      await this.asked(() =>
        storedAt(this.requests, `${subject}.${at}`, part(at), { timeoutMs: TIMEOUT_MS }),
      );
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(parts);
    const first = Buffer.concat([head, part(0)]);
    const stored = await this.asked(() => storedAfter(this.requests, `${subject}.0`, first, 0, TIMEOUT_MS));
    return stored !== undefined;
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async filePart(id: string, name: string, at: number): Promise<FilePart | undefined> {
    const first = await this.message(`${prefixOf(id)}.${name}.0`);
    if (!first) return undefined;
    const parts = first.data.readUInt32BE();
    if (at === 0) return { parts, data: first.data.subarray(HEAD_BYTES) };
    const message = at < parts ? await this.message(`${prefixOf(id)}.${name}.${at}`) : undefined;
    return message && { parts, data: message.data };
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async file(id: string, name: string): Promise<Buffer | undefined> {
    const first = await this.filePart(id, name, 0);
    if (!first) return undefined;
    const all = [first.data];
    for (let at = 1; at < first.parts; at += 1) {
      const part = await this.filePart(id, name, at);
      if (!part) return undefined;
      all.push(part.data);
    }
    return Buffer.concat(all);
  }

  /** How many subjects there are like this. @throws TradingFailure STORE_UNAVAILABLE */
  async count(id: string, like: string): Promise<number> {
    interface Info {
      readonly state?: {
        readonly num_subjects?: number;
        readonly subjects?: Readonly<Record<string, number>>;
      };
    }
    const wish = codec.encode({ subjects_filter: `${prefixOf(id)}.${like}` });
    const subject = `$JS.API.STREAM.INFO.${RESEARCH_STREAM}`;
    const answer = await this.asked(() => this.requests.request(subject, wish, { timeoutMs: TIMEOUT_MS }));
    return Object.keys(answer.json<Info>().state?.subjects ?? {}).length;
  }

  /** Its files like this go. @throws TradingFailure STORE_UNAVAILABLE */
  async purge(id: string, like: string): Promise<void> {
    const wish = codec.encode({ filter: `${prefixOf(id)}.${like}` });
    const subject = `$JS.API.STREAM.PURGE.${RESEARCH_STREAM}`;
    await this.asked(() => this.requests.request(subject, wish, { timeoutMs: TIMEOUT_MS }));
  }

  private message(subject: string) {
    return this.asked(() =>
      readMessage(this.requests, RESEARCH_STREAM, { last_by_subj: subject }, TIMEOUT_MS),
    );
  }

  private async asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (cause) {
      const why = cause instanceof JetStreamRefusal ? `refused: ${cause.description}` : 'did not answer';
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        `The journal of research (JetStream) ${why}; a change may or may not be stored. Retry`,
        { cause },
      );
    }
  }

  private get requests(): Requests {
    return Requests.over(this.connection);
  }
}

const prefixOf = (id: string): string => `elvis.journal.research.${id}`;

export const UNITS = 'units';
export const PAPERS = 'papers';
/** Names of files are words of a subject. */
export const unitFile = (at: number): string => `${UNITS}.${at}`;
export const paperFile = (paper: string): string => `${PAPERS}.${paper.replace('.', '-')}`;
