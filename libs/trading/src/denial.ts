/**
 * A refusal is an answer. Every reason Elvis has for not sending an order stands in one of two lists, and travels with
 * the numbers that decided it. A denial is final and uses the order's id up. Where an input of our own is missing or old
 * nothing is decided: that is a failure of the kind UNAVAILABLE under the same code, and it uses nothing up.
 * docs/errors.md explains each; a test keeps the page and the lists equal.
 */
import type { FailureCode } from './failure';

export const DENIAL_CODES = [
  'STATE_HALTED',
  'STATE_REDUCING',
  'SYMBOL_LEASED',
  'CLEARANCE_MISSING',
  'CLEARANCE_EXCEEDED',
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
  'BOOK_TOO_THIN',
  'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
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
  'LOSS_ABOVE_DAILY_MAXIMUM',
  'DRAWDOWN_ABOVE_MAXIMUM',
  'BUILDS_DISAGREE',
  'FUNDS_INSUFFICIENT',
  'TRIGGER_WRONG_SIDE',
  'CALLBACK_OUT_OF_RANGE',
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

/** What an order is judged by and Elvis does not have, or has only old: its own lack, never the order's fault. */
export const INPUT_CODES = [
  'ACCOUNT_MISSING',
  'ACCOUNT_STALE',
  'MARK_MISSING',
  'MARK_STALE',
  'BOOK_MISSING',
  'BOOK_STALE',
  'PRICE_MISSING',
  'PRICE_STALE',
  'REFERENCE_MISSING',
  'REFERENCE_STALE',
  'BRACKETS_MISSING',
] as const satisfies readonly FailureCode[];
export type InputCode = (typeof INPUT_CODES)[number];

interface Because<Code> {
  readonly code: Code;
  /** The numbers behind the refusal, as strings: what was asked, what the limit was, who set it. */
  readonly context: Readonly<Record<string, string>>;
}

/** Final, no matter who asks again. */
export type Denial = Because<DenialCode>;

/** Nothing is decided: no denial, and only a failure can carry it further. */
export type MissingInput = Because<InputCode>;

/** A check's no. */
export type Refusal = Denial | MissingInput;

export type Verdict<No extends Refusal = Refusal> =
  { readonly approved: true } | { readonly approved: false; readonly denial: No };

export const APPROVED: Verdict<never> = Object.freeze({ approved: true });

export const denied = <Code extends Refusal['code']>(
  code: Code,
  context: Readonly<Record<string, string>> = {},
): { readonly approved: false; readonly denial: Because<Code> } => ({
  approved: false,
  denial: { code, context },
});

export const isMissingInput = (refusal: Refusal): refusal is MissingInput =>
  (INPUT_CODES as readonly string[]).includes(refusal.code);
