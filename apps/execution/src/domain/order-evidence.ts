/** What may be learned about an order, from whom, and what a piece of it can come to. */
import { Amendment, Fill, JournalRecord, OrderStatus } from '@elvis/trading';

/** The exchange's own statement about an order, from an answer or from the stream. */
export interface VenueReport {
  readonly exchangeOrderId: string;
  readonly status: OrderStatus;
  /** Cumulated. */
  readonly filledQuantity: string;
  readonly averagePrice?: string;
  /** As the order stands there now; an amendment, ours or a person's, shows here. */
  readonly quantity?: string;
  readonly price?: string;
  /** The exchange's time of the statement. */
  readonly atMs?: number;
  /** Why it ended, where the exchange has a word for it beyond the status. */
  readonly code?: string;
  readonly reason?: string;
}

export type Evidence =
  /** The exchange says how the order stands. */
  | { readonly kind: 'reported'; readonly report: VenueReport }
  /** The exchange says that one part was executed. */
  | { readonly kind: 'filled'; readonly report: VenueReport; readonly fill: Fill }
  /** The exchange proved that it refused. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** It was sent, and no answer that can be read came. */
  | { readonly kind: 'no-answer'; readonly reason: string }
  /** Nobody has it and nobody can accept it any more: inferred, by the rule of absence. */
  | { readonly kind: 'absent' }
  /** So old that the exchange's own memory cannot tell any more: inferred. */
  | { readonly kind: 'unverifiable' }
  /** A cancel was sent and no answer that can be read came. */
  | { readonly kind: 'cancel-unclear' }
  /** An approved change of price or quantity is about to be sent. */
  | { readonly kind: 'amending'; readonly amendment: Amendment }
  /** The change is settled, whatever became of it: the report says what the order is now. */
  | { readonly kind: 'amended'; readonly approvalId: string; readonly report?: VenueReport }
  /** Asked by id, the exchange still says what contradicts our record: from now on its word counts. */
  | { readonly kind: 'overruled'; readonly report: VenueReport };

export interface Change {
  readonly record: JournalRecord;
  /** What happened, for the events. */
  readonly happened:
    'placed' | 'filled' | 'canceled' | 'rejected' | 'expired' | 'unknown' | 'updated' | 'reopened';
  readonly fill?: Fill;
  /** The evidence says more than this change took from it: bring it again. */
  readonly isPartOfIt?: true;
}

export type Judgement =
  | { readonly verdict: 'changes'; readonly change: Change }
  | { readonly verdict: 'known' }
  | { readonly verdict: 'illegal'; readonly why: string };
