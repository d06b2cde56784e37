/**
 * Takes orders out of the journal, subject by subject, that have been over for `retentionDays`: closed with every fill
 * known, never changed since, and stored by trade-history. Whatever else is old stays, however old.
 *
 * A purge names the record it judged, so one that is written meanwhile stays. Afterwards the id is free: a new order may
 * use it, and trade-history keeps the old one beside it and tells of it. Only the user `provision` may do this.
 */
import {
  EVENT_STREAM,
  JOURNAL_STREAM,
  JOURNAL_SUBJECTS,
  TRADE_HISTORY_CONSUMER,
  journalSubject,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JOURNAL_RECORD_TYPES, JournalRecord } from '@elvis/trading';
import { JetStreamManager, MsgRequest, NatsError, StoredMsg, connect } from 'nats';
import { isSettled, isUnclear } from '../domain/order-lifecycle';

const DAY_MS = 86_400_000;
/** An order's last event follows its last record at once; an hour covers a publisher that had to try again. */
const EVENT_FOLLOWS_WITHIN_MS = 3_600_000;
const NO_MESSAGE_FOUND = 10_037;

export interface PurgeWish {
  readonly retentionDays: number;
  readonly nowMs?: number;
  /** Ends the walk after the order at hand. */
  readonly signal?: AbortSignal;
}

/** The outcome of the orders that were old enough to be looked at. */
export interface PurgeReport {
  readonly purged: number;
  /** Open, unclear or without all their fills: they stay. */
  readonly unsettled: number;
  /** Settled, but trade-history has not stored all that was told in their time. */
  readonly notInHistory: number;
  /** Their last message is no record of an order; they stay, and somebody should look. */
  readonly unreadable: number;
}

type Fate = keyof PurgeReport | 'young';

/** @throws NatsError the server did not answer, or this user may not purge */
export async function purgeJournal(
  provisionUrl: string,
  { retentionDays, nowMs = Date.now(), signal }: PurgeWish,
): Promise<PurgeReport> {
  const connection = await connect({
    ...natsOptions(provisionUrl, 'journal-purge'),
    maxReconnectAttempts: 20,
  });
  try {
    const manager = await connection.jetstreamManager();
    const closedBeforeMs = nowMs - retentionDays * DAY_MS;
    const storedUntilMs = await historyReaches(manager);
    const fates = new Map<string, Fate>();
    for await (const subject of oldSubjects(manager, closedBeforeMs)) {
      if (signal?.aborted) break;
      if (!fates.has(subject))
        fates.set(subject, await fateOf(manager, subject, closedBeforeMs, storedUntilMs));
    }
    const count = (fate: Fate): number => [...fates.values()].filter((each) => each === fate).length;
    return {
      purged: count('purged'),
      unsettled: count('unsettled'),
      notInHistory: count('notInHistory'),
      unreadable: count('unreadable'),
    };
  } finally {
    await connection.close();
  }
}

/** In a sentence, for a log. */
export const describePurge = ({ purged, unsettled, notInHistory, unreadable }: PurgeReport): string =>
  `Journal: ${purged} settled orders purged; kept although old: ${unsettled} unsettled, ` +
  `${notInHistory} not yet in the history, ${unreadable} unreadable`;

/** The stream is in the order of time, so the walk ends at the first message that is young. */
async function* oldSubjects(manager: JetStreamManager, beforeMs: number): AsyncGenerator<string> {
  for (let sequence = 1; ;) {
    // Purged stretches are jumped over by the server, not asked for one by one.
    const message = await find(manager, JOURNAL_STREAM, { seq: sequence, next_by_subj: JOURNAL_SUBJECTS });
    if (!message || message.time.getTime() >= beforeMs) return;
    yield message.subject;
    sequence = message.seq + 1;
  }
}

async function fateOf(
  manager: JetStreamManager,
  subject: string,
  closedBeforeMs: number,
  storedUntilMs: number,
): Promise<Fate> {
  const last = await find(manager, JOURNAL_STREAM, { last_by_subj: subject });
  if (!last) return 'young';
  const record = readRecord(last);
  if (!record) return 'unreadable';
  // The later of two clocks: a service's that was wrong must not make an order old.
  const closedAtMs = Math.max(record.view.updatedAtMs, last.time.getTime());
  if (!isSettled(record) || isUnclear(record)) return 'unsettled';
  if (closedAtMs >= closedBeforeMs) return 'young';
  if (closedAtMs + EVENT_FOLLOWS_WITHIN_MS > storedUntilMs) return 'notInHistory';
  await manager.streams.purge(JOURNAL_STREAM, { filter: subject, seq: last.seq + 1 });
  return 'purged';
}

/** Everything that was told until then is stored; for ever, while nothing waits. */
async function historyReaches(manager: JetStreamManager): Promise<number> {
  const { ack_floor, num_pending, num_ack_pending } = await manager.consumers.info(
    EVENT_STREAM,
    TRADE_HISTORY_CONSUMER,
  );
  if (num_pending === 0 && num_ack_pending === 0) return Infinity;
  if (ack_floor.stream_seq === 0) return 0;
  const stored = await find(manager, EVENT_STREAM, { seq: ack_floor.stream_seq });
  return stored?.time.getTime() ?? 0;
}

/** The first message of these subjects at this sequence or after it. */
interface NextOfSubject {
  readonly seq: number;
  readonly next_by_subj: string;
}

/** Undefined where the stream holds nothing of the kind. */
async function find(
  manager: JetStreamManager,
  stream: string,
  wish: MsgRequest | NextOfSubject,
): Promise<StoredMsg | undefined> {
  try {
    return await manager.streams.getMessage(stream, wish);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
}

function readRecord(message: StoredMsg): JournalRecord | undefined {
  try {
    const record = message.json<Partial<JournalRecord> | null>();
    const { version, type, order, view } = record ?? {};
    const isRecord = version === 1 && type && JOURNAL_RECORD_TYPES.includes(type) && order && view;
    const isItsOwn = order && journalSubject(order.clientOrderId) === message.subject;
    return isRecord && isItsOwn && Number.isFinite(view.updatedAtMs) ? (record as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}
