/** What an order that may still fill holds back of every cap, and the units that this is counted in. */
import { Market, OrderType } from './order';

/** What exposure is counted in: quantities in 1e-8, amounts in 1e-6 of the quote. */
export const EXPOSURE_UNITS = { QUANTITY_UNIT: 1e8, AMOUNT_UNIT: 1e6 } as const;

/** Of an order's whole quantity; what counts is `quantity - filled`. */
export interface Reservation {
  readonly market?: Market;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  /** The larger one while an amendment is under way. */
  readonly quantity: string;
  /** Worst case, in quote currency, of the whole quantity. */
  readonly notional: string;
  readonly actor: string;
  readonly approvalId: string;
  /** Fingerprint of the order's content. */
  readonly order?: string;
  readonly atMs: number;
  /** Sent reduce-only: it can close, and can open nothing. */
  readonly reduceOnly?: boolean;
  readonly type?: OrderType;
  readonly price?: string;
  /**
   * Of a list's target: it sells the coin that the list's stop holds for both, and counts none of its own until something
   * of it is filled.
   */
  readonly shares?: boolean;
  /** How much of it has been moved into the position; 0 if absent. */
  readonly filled?: string;
  /** What of that reached the position, where a fee was taken out of it; the same if absent. */
  readonly received?: string;
}
