/**
 * The orders' truth: the JetStream stream `ELVIS_ORDERS`, one subject per client order id.
 *
 * Every record carries the order complete, so the last one of a subject is the order. Whoever writes names the
 * sequence it read (0: none), so of two writers one loses. The record types are fixed from the first version.
 */
import { Denial, OrderContent } from '@elvis/trading';
import { OrderView } from './order-commands';

export const JOURNAL_STREAM = 'ELVIS_ORDERS';
const JOURNAL_PREFIX = 'elvis.journal.order';

/**
 * - INTENT    claimed by execution; it may be sent until `sendByMs`, or may have been.
 * - RELEASED  never sent; the id is free to be claimed again.
 * - VOID      written by risk before it returns a reservation whose order never came out.
 * - DENIED    refused by risk; final, the id is used up.
 * - OUTCOME   what the exchange made of it so far; `view.status` says.
 */
export const JOURNAL_RECORD_TYPES = ['INTENT', 'RELEASED', 'VOID', 'DENIED', 'OUTCOME'] as const;
export type JournalRecordType = (typeof JOURNAL_RECORD_TYPES)[number];

export interface JournalRecord {
  readonly version: 1;
  readonly type: JournalRecordType;
  readonly order: OrderContent;
  readonly view: OrderView;
  /** Of the approval this intent used up. */
  readonly approvalId?: string;
  readonly epoch?: number;
  /** Exchange time; after `sendByMs + recvWindowMs` the exchange cannot accept the request any more. */
  readonly sendByMs?: number;
  readonly recvWindowMs?: number;
  /** Exchange trade ids that have been applied; a fill applies once. */
  readonly appliedTradeIds?: readonly string[];
  readonly denial?: Denial;
}

/** Ids may hold `.`, `:` and `/`, which mean something in a subject: so they are written as base64url. */
export const journalSubject = (clientOrderId: string): string =>
  `${JOURNAL_PREFIX}.${Buffer.from(clientOrderId).toString('base64url')}`;

export const JOURNAL_SUBJECTS = `${JOURNAL_PREFIX}.>`;
export const EVENT_STREAM = 'ELVIS_EVENTS';
export const EVENT_SUBJECTS = 'elvis.event.>';
/** Durable pull consumers are made at set-up; services may not create any. */
export const TRADE_HISTORY_CONSUMER = 'TRADE_HISTORY';
export const AUDITOR_CONSUMER = 'AUDITOR';
