/**
 * Takes orders out of the journal, subject by subject, that have been over for `retentionDays`: closed with every fill
 * known, never changed since, published by the relay and stored by trade-history. Whatever else is old stays, however old.
 * Of the younger ones that are over, the records before the last go: the last is the order, and keeps its id used.
 *
 * A purge names the record it judged, so one that is written meanwhile stays. Afterwards the id is free: a new order may
 * use it, and trade-history keeps the old one beside it and tells of it. Only the user `provision` may do this.
 */
import { JOURNAL_STREAM, JOURNAL_SUBJECTS } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JetStreamManager, connect } from 'nats';
import { isSettled, isUnclear } from '../domain/order-lifecycle';
import { trimSubjects } from './journal-trim';
import { findMessage, readRecord } from './stored-records';
import { storedTo } from './stored-to';

const DAY_MS = 86_400_000;
/** So long trade-history gets to store what has been published. */
const PATIENCE_MS = 10_000;

export interface PurgeWish {
  readonly retentionDays: number;
  readonly nowMs?: number;
  /** Ends the walk after the order at hand. */
  readonly signal?: AbortSignal;
  /** How long trade-history is waited for. */
  readonly patienceMs?: number;
}

/** The outcome of the orders that were old enough to be looked at, and of the younger ones. */
export interface PurgeReport {
  readonly purged: number;
  /** Settled and not old yet: only their last record was kept. */
  readonly trimmed: number;
  /** Open, unclear or without all their fills: they stay. */
  readonly unsettled: number;
  /** Settled, but the relay has not published all of it, or trade-history has not stored all that it published. */
  readonly notInHistory: number;
  /** Their last message is no record of an order; they stay, and somebody should look. */
  readonly unreadable: number;
}

type Fate = Exclude<keyof PurgeReport, 'trimmed'> | 'young';

/** @throws NatsError the server did not answer, or this user may not purge */
export async function purgeJournal(
  provisionUrl: string,
  { retentionDays, nowMs = Date.now(), signal, patienceMs = PATIENCE_MS }: PurgeWish,
): Promise<PurgeReport> {
  const connection = await connect({
    ...natsOptions(provisionUrl, 'journal-purge'),
    maxReconnectAttempts: 20,
  });
  try {
    const manager = await connection.jetstreamManager();
    const closedBeforeMs = nowMs - retentionDays * DAY_MS;
    const stored = await storedTo(manager, patienceMs, signal);
    const fates = new Map<string, Fate>();
    for await (const subject of oldSubjects(manager, closedBeforeMs)) {
      if (signal?.aborted) break;
      if (!fates.has(subject)) fates.set(subject, await fateOf(manager, subject, closedBeforeMs, stored));
    }
    const count = (fate: Fate): number => [...fates.values()].filter((each) => each === fate).length;
    return {
      purged: count('purged'),
      trimmed: await trimSubjects(connection, stored, signal),
      unsettled: count('unsettled'),
      notInHistory: count('notInHistory'),
      unreadable: count('unreadable'),
    };
  } finally {
    await connection.close();
  }
}

/** In a sentence, for a log. */
export const describePurge = ({
  purged,
  trimmed,
  unsettled,
  notInHistory,
  unreadable,
}: PurgeReport): string =>
  `Journal: ${purged} settled orders purged, ${trimmed} trimmed to their last record; kept although old: ${unsettled} unsettled, ` +
  `${notInHistory} not yet in the history, ${unreadable} unreadable`;

/** The stream is in the order of time, so the walk ends at the first message that is young. */
async function* oldSubjects(manager: JetStreamManager, beforeMs: number): AsyncGenerator<string> {
  for (let sequence = 1; ;) {
    // Purged stretches are jumped over by the server, not asked for one by one.
    const message = await findMessage(manager, { seq: sequence, next_by_subj: JOURNAL_SUBJECTS });
    if (!message || message.time.getTime() >= beforeMs) return;
    yield message.subject;
    sequence = message.seq + 1;
  }
}

async function fateOf(
  manager: JetStreamManager,
  subject: string,
  closedBeforeMs: number,
  stored: number,
): Promise<Fate> {
  const last = await findMessage(manager, { last_by_subj: subject });
  if (!last) return 'young';
  const record = readRecord(last);
  if (!record) return 'unreadable';
  // The later of two clocks: a service's that was wrong must not make an order old.
  const closedAtMs = Math.max(record.view.updatedAtMs, last.time.getTime());
  if (!isSettled(record) || isUnclear(record)) return 'unsettled';
  if (closedAtMs >= closedBeforeMs) return 'young';
  if (last.seq > stored) return 'notInHistory';
  await manager.streams.purge(JOURNAL_STREAM, { filter: subject, seq: last.seq + 1 });
  return 'purged';
}
