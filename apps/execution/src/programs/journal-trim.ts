/**
 * Takes the records before the last out of the subjects of settled orders, so that the journal grows by one record an
 * order and not by all of its changes. The last one stays for the whole retention: it keeps the id used.
 */
import { JOURNAL_STREAM, JOURNAL_SUBJECTS } from '@elvis/contracts';
import { JSONCodec, JetStreamManager, NatsConnection } from 'nats';
import { isOpen, isUnclear } from '../domain/order-lifecycle';
import { findMessage, readRecord } from './stored-records';

/** The server lists 100,000 subjects at a time. */
const LIST_TIMEOUT_MS = 30_000;

/**
 * Answers how many were trimmed.
 *
 * @param stored what stands after this sequence is not published and stored yet, and stays
 * @throws NatsError
 */
export async function trimSubjects(
  connection: NatsConnection,
  stored: number,
  signal?: AbortSignal,
): Promise<number> {
  let trimmed = 0;
  if (stored === 0) return trimmed;
  const manager = await connection.jetstreamManager();
  for await (const subject of subjectsOfSeveral(connection)) {
    if (signal?.aborted) break;
    if (await trimSubject(manager, subject, stored)) trimmed += 1;
  }
  return trimmed;
}

/** Those with more than one record. One that moves between two pages meanwhile is found the next day. */
async function* subjectsOfSeveral(connection: NatsConnection): AsyncGenerator<string> {
  interface Page {
    readonly total: number;
    readonly limit: number;
    readonly state: { readonly subjects?: Readonly<Record<string, number>> };
  }
  for (let offset = 0, total = 1; offset < total;) {
    const wish = JSONCodec().encode({ subjects_filter: JOURNAL_SUBJECTS, offset });
    const info = `$JS.API.STREAM.INFO.${JOURNAL_STREAM}`;
    const page = (await connection.request(info, wish, { timeout: LIST_TIMEOUT_MS })).json<Page>();
    for (const [subject, records] of Object.entries(page.state.subjects ?? {}))
      if (records > 1) yield subject;
    offset += page.limit;
    total = page.total;
  }
}

async function trimSubject(manager: JetStreamManager, subject: string, stored: number): Promise<boolean> {
  const last = await findMessage(manager, { last_by_subj: subject });
  const record = last && readRecord(last);
  if (!record || last.seq > stored || isOpen(record) || isUnclear(record)) return false;
  await manager.streams.purge(JOURNAL_STREAM, { filter: subject, seq: last.seq });
  return true;
}
