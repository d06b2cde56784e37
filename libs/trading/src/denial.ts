/**
 * A refusal is an answer. Every reason Elvis has for not sending an order stands in this list, and travels with
 * the numbers that decided it. docs/errors.md explains each; a test keeps the page and the list equal.
 */
export const DENIAL_CODES = [
  'STATE_HALTED',
  'STATE_REDUCING',
  'INSTRUMENT_UNKNOWN',
  'INSTRUMENT_NOT_TRADING',
  'PRICE_NOT_ON_TICK',
  'PRICE_BELOW_MINIMUM',
  'PRICE_ABOVE_MAXIMUM',
  'PRICE_OUTSIDE_COLLAR',
  'PRICE_OUTSIDE_EXCHANGE_BAND',
  'QUANTITY_NOT_ON_STEP',
  'QUANTITY_BELOW_MINIMUM',
  'QUANTITY_ABOVE_MAXIMUM',
  'NOTIONAL_BELOW_MINIMUM',
  'NOTIONAL_ABOVE_ORDER_MAXIMUM',
  'MARK_MISSING',
  'MARK_STALE',
  'BOOK_MISSING',
  'BOOK_STALE',
  'BOOK_TOO_THIN',
  'LEVERAGE_INVALID',
  'LEVERAGE_ABOVE_MAXIMUM',
  'ORDER_TYPE_UNSUPPORTED',
  'REDUCE_ONLY_NOT_REDUCING',
  'RATE_ABOVE_MAXIMUM',
  'ORDER_REPEATED',
  'OPEN_ORDERS_ABOVE_MAXIMUM',
  'POSITION_ABOVE_MAXIMUM',
  'GROSS_ABOVE_MAXIMUM',
  'MARGIN_INSUFFICIENT',
  'ACCOUNT_MISSING',
  'ACCOUNT_STALE',
  'LOSS_ABOVE_DAILY_MAXIMUM',
  'DRAWDOWN_ABOVE_MAXIMUM',
  'BRACKETS_MISSING',
  'BUILDS_DISAGREE',
  'PRICE_MISSING',
  'PRICE_STALE',
  'FUNDS_INSUFFICIENT',
  'TRIGGER_WRONG_SIDE',
  'CALLBACK_OUT_OF_RANGE',
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

export interface Denial {
  readonly code: DenialCode;
  /** The numbers behind the refusal, as strings: what was asked, what the limit was, who set it. */
  readonly context: Readonly<Record<string, string>>;
}

export type Verdict = { readonly approved: true } | { readonly approved: false; readonly denial: Denial };

export const APPROVED: Verdict = Object.freeze({ approved: true });

export const denied = (code: DenialCode, context: Readonly<Record<string, string>> = {}): Verdict => ({
  approved: false,
  denial: { code, context },
});
