/**
 * Which orders are open, as of a place in the journal. It is made of the journal and of nothing else, so it may be old
 * and is never wrong: whoever reads it goes on with the records behind its sequence.
 */

/** The JetStream KV bucket with the checkpoint of the open orders, and its one key. */
export const OPEN_ORDERS_BUCKET = 'ELVIS_OPEN_ORDERS';
export const OPEN_ORDERS_KEY = 'open';

export interface OpenOrdersCheckpoint {
  readonly version: 1;
  /** When the journal's stream was made, in the server's words: one that was made anew counts from the start again. */
  readonly journal: string;
  /** Every record up to here is reflected. */
  readonly sequence: number;
  /** Client order id -> the sequence of its newest record. */
  readonly open: Readonly<Record<string, number>>;
}
