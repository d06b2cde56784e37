/**
 * The orders' truth: the JetStream stream `ELVIS_ORDERS`, one subject per client order id.
 *
 * Every record carries the order complete, so the last one of a subject is the order. Anyone who writes names the
 * sequence it read (0: none), so of two writers one loses. The record types are fixed from the first version.
 */

export const JOURNAL_STREAM = 'ELVIS_ORDERS';
const JOURNAL_PREFIX = 'elvis.journal.order';

export { JOURNAL_RECORD_TYPES } from '@elvis/trading';
export type { JournalRecord, JournalRecordType } from '@elvis/trading';

/** Ids may hold `.`, `:` and `/`, which mean something in a subject: so they are written as base64url. */
export const journalSubject = (clientOrderId: string): string =>
  `${JOURNAL_PREFIX}.${Buffer.from(clientOrderId).toString('base64url')}`;

/** The id whose subject this is. */
export const clientOrderIdOf = (subject: string): string =>
  Buffer.from(subject.slice(JOURNAL_PREFIX.length + 1), 'base64url').toString();

export const JOURNAL_SUBJECTS = `${JOURNAL_PREFIX}.>`;
/** The durable pull consumer through which execution reads the journal and publishes its events. */
export const EVENT_RELAY_CONSUMER = 'EVENT_RELAY';
/** Of records read and not published yet there is one batch, whatever the number of replicas. */
export const EVENT_RELAY_BATCH = 256;
/** The JetStream stream of every event, kept for readers that come later. */
export const EVENT_STREAM = 'ELVIS_EVENTS';
export const EVENT_SUBJECTS = 'elvis.event.>';
/** Durable pull consumers are made at set-up; services may not create any. */
export const TRADE_HISTORY_CONSUMER = 'TRADE_HISTORY';
export const AUDITOR_CONSUMER = 'AUDITOR';
