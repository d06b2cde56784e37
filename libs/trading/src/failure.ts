/**
 * Everything that can go wrong, grouped by the only question a caller has: what do I do now?
 *
 * - INVALID      the request makes no sense. Fix it; do not send it again as it is.
 * - UNAUTHORIZED the caller has not shown who it is.
 * - FORBIDDEN    the caller is known and may not do this.
 * - NOT_FOUND    there is no such thing here.
 * - CONFLICT     it contradicts what already stands. Read that first.
 * - REJECTED     the exchange proved that it refused. Final.
 * - LIMITED      too many requests from this caller. Later.
 * - UNAVAILABLE  nothing happened. Safe to send again, later.
 * - UNKNOWN      it is not known whether it happened. Never send again: reconcile first.
 *
 * An error of any other class is a bug.
 */
export const FAILURE_KINDS = [
  'INVALID',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'REJECTED',
  'LIMITED',
  'UNAVAILABLE',
  'UNKNOWN',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export const FAILURES = {
  MESSAGE_MALFORMED: 'INVALID',
  IDEMPOTENCY_KEYS_DIFFER: 'INVALID',
  BODY_TOO_LARGE: 'INVALID',
  MEDIA_TYPE_UNSUPPORTED: 'INVALID',
  PASSWORD_WEAK: 'INVALID',
  BOT_CONFIG_INVALID: 'INVALID',
  BACKTEST_INVALID: 'INVALID',
  ORDER_TOO_LATE: 'INVALID',
  API_KEY_WRONG: 'UNAUTHORIZED',
  CREDENTIALS_WRONG: 'UNAUTHORIZED',
  TOKEN_INVALID: 'UNAUTHORIZED',
  SIGNAL_SECRET_WRONG: 'UNAUTHORIZED',
  SCOPE_MISSING: 'FORBIDDEN',
  BOT_NOT_ALLOWED: 'FORBIDDEN',
  USER_REQUIRED: 'FORBIDDEN',
  INVITATION_REQUIRED: 'FORBIDDEN',
  ANOTHER_PERSON_REQUIRED: 'FORBIDDEN',
  SIGN_IN_NOT_CONFIGURED: 'UNAVAILABLE',
  ENCRYPTION_NOT_CONFIGURED: 'UNAVAILABLE',
  RATE_LIMITED: 'LIMITED',
  OVERLOADED: 'UNAVAILABLE',
  API_KEY_NOT_CONFIGURED: 'UNAVAILABLE',
  ROUTE_NOT_FOUND: 'NOT_FOUND',
  ORDER_NOT_FOUND: 'NOT_FOUND',
  DECISION_NOT_FOUND: 'NOT_FOUND',
  INSTRUMENT_NOT_FOUND: 'NOT_FOUND',
  USER_NOT_FOUND: 'NOT_FOUND',
  KEY_NOT_FOUND: 'NOT_FOUND',
  SESSION_NOT_FOUND: 'NOT_FOUND',
  BOT_NOT_FOUND: 'NOT_FOUND',
  BOT_STEP_NOT_FOUND: 'NOT_FOUND',
  STRATEGY_NOT_FOUND: 'NOT_FOUND',
  BACKTEST_NOT_FOUND: 'NOT_FOUND',
  GO_NO_GO_NOT_FOUND: 'NOT_FOUND',
  CLEARANCE_NOT_FOUND: 'NOT_FOUND',
  LEASE_NOT_FOUND: 'NOT_FOUND',
  ALERT_NOT_FOUND: 'NOT_FOUND',
  EXPLANATION_NOT_FOUND: 'NOT_FOUND',
  EMAIL_TAKEN: 'CONFLICT',
  KEY_LIMIT_REACHED: 'CONFLICT',
  ORDER_ID_TAKEN: 'CONFLICT',
  ORDER_ALREADY_CLOSED: 'CONFLICT',
  AMENDMENT_UNDER_WAY: 'CONFLICT',
  STOP_ADDS_NOTHING: 'CONFLICT',
  STOP_NEWER_THAN_CLEAR: 'CONFLICT',
  STOP_NOT_VERIFIED: 'CONFLICT',
  STOP_CONDITION_LASTS: 'CONFLICT',
  BOT_CONFIG_CHANGED: 'CONFLICT',
  BOT_ALREADY_RUNNING: 'CONFLICT',
  BOT_NOT_RUNNING: 'CONFLICT',
  BOT_NOT_STOPPED: 'CONFLICT',
  BOT_SYMBOL_TAKEN: 'CONFLICT',
  BOT_NOT_CLEARED: 'CONFLICT',
  BOT_OVERCOMMITTED: 'CONFLICT',
  BOT_FAULT_OPEN: 'CONFLICT',
  BOT_NOT_FAULTED: 'CONFLICT',
  BACKTEST_RUNNING: 'CONFLICT',
  BACKTEST_ENDED: 'CONFLICT',
  BACKTEST_WITHOUT_REPORT: 'CONFLICT',
  GO_NO_GO_NOT_DECIDABLE: 'CONFLICT',
  TRADING_HALTED: 'CONFLICT',
  LEASE_IN_USE: 'CONFLICT',
  LEVERAGE_REFUSED: 'REJECTED',
  OVERRIDE_REFUSED: 'REJECTED',
  APPROVAL_INVALID: 'REJECTED',
  VENUE_REJECTED: 'REJECTED',
  VENUE_BUDGET_SPENT: 'UNAVAILABLE',
  VENUE_FROZEN: 'UNAVAILABLE',
  VENUE_UNREACHABLE: 'UNAVAILABLE',
  CLOCK_UNCERTAIN: 'UNAVAILABLE',
  PERMIT_MISSING: 'UNAVAILABLE',
  EPOCH_CHANGED: 'UNAVAILABLE',
  SEND_TOO_LATE: 'UNAVAILABLE',
  RESERVATION_MISSING: 'UNAVAILABLE',
  STATE_UNKNOWN: 'UNAVAILABLE',
  LIMITS_UNKNOWN: 'UNAVAILABLE',
  STORE_UNAVAILABLE: 'UNAVAILABLE',
  STORE_REBUILDING: 'UNAVAILABLE',
  ACCOUNT_UNAVAILABLE: 'UNAVAILABLE',
  MARKET_DATA_MISSING: 'UNAVAILABLE',
  ACCOUNT_MISSING: 'UNAVAILABLE',
  ACCOUNT_STALE: 'UNAVAILABLE',
  MARK_MISSING: 'UNAVAILABLE',
  MARK_STALE: 'UNAVAILABLE',
  BOOK_MISSING: 'UNAVAILABLE',
  BOOK_STALE: 'UNAVAILABLE',
  PRICE_MISSING: 'UNAVAILABLE',
  PRICE_STALE: 'UNAVAILABLE',
  REFERENCE_MISSING: 'UNAVAILABLE',
  REFERENCE_STALE: 'UNAVAILABLE',
  BRACKETS_MISSING: 'UNAVAILABLE',
  SERVICE_UNREACHABLE: 'UNAVAILABLE',
  VENUE_SILENT: 'UNKNOWN',
  VENUE_UNREADABLE: 'UNKNOWN',
  SERVICE_SILENT: 'UNKNOWN',
  JOURNAL_UNREADABLE: 'UNKNOWN',
  INTERNAL_FAULT: 'UNKNOWN',
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

export interface FailureDetails {
  /** What the caller may want to know, as strings; never a secret. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** For UNAVAILABLE and LIMITED: how long to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class TradingFailure extends Error {
  override readonly name = 'TradingFailure';
  readonly context?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;

  constructor(
    readonly code: FailureCode,
    message: string,
    details: FailureDetails = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.context = details.context;
    this.retryAfterMs = details.retryAfterMs;
  }

  get kind(): FailureKind {
    return FAILURES[this.code];
  }
}

export const isFailureCode = (code: unknown): code is FailureCode =>
  typeof code === 'string' && Object.hasOwn(FAILURES, code);
