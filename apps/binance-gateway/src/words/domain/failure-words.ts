/**
 * What a client hears for each failure. Where nothing was sent it is told so (503 -1001), where it is not known whether
 * it was done it is told that (503 -1007), and never the one for the other.
 */
import { FailureCode } from '@elvis/trading';
import {
  BAD_LEVERAGE,
  BAD_SYMBOL,
  NOT_EXECUTED,
  NO_ORDERS_NOW,
  NO_SUCH_ORDER,
  OUTCOME_UNKNOWN,
  OVERLOADED,
  UNFORESEEN,
  UNKNOWN_ORDER,
  tooManyOrders,
  tooManyRequests,
} from './sentences';
import { Asked, Because, Row, Words, exactly, isCommand, refused } from './words';

/** The exchange's words about Elvis's own key or clock: passed on, a bot would take its own for bad. */
const OUR_OWN_FAULTS: ReadonlySet<number> = new Set([-1021, -1022, -2014, -2015, -5028]);
const TOO_MANY_REQUESTS = -1003;
const TOO_MANY_ORDERS = -1015;
const THROTTLED = -1008;

const isPlacing = ({ doing }: Asked): boolean => doing === 'place' || doing === 'amend';

/** Never a 418 to a bot: what the exchange has banned is Elvis. */
const limited: Row = (asked, because) =>
  isPlacing(asked) ? tooManyOrders(because) : tooManyRequests(because);

/** A question without an answer may be asked again; a command without one may have been carried out. */
const silent: Row = (asked) => (isCommand(asked) ? OUTCOME_UNKNOWN : NOT_EXECUTED);

const unknownKey: Words = {
  ...exactly(-2015, 'Invalid API-key, IP, or permissions for action.'),
  status: 401,
};

const duplicate = ({ market }: Asked): Words =>
  market === 'futures'
    ? refused(-4116, 'ClientOrderId is duplicated.')
    : exactly(-2010, 'Duplicate order sent.');

const noSuchOrder = ({ doing }: Asked): Words => (doing === 'cancel' ? UNKNOWN_ORDER : NO_SUCH_ORDER);

const rejected: Row = (_asked, because) => {
  const code = Number(because.context?.exchangeCode);
  const text = because.context?.exchangeMessage;
  return Number.isInteger(code) && code < 0
    ? exchangeWords(code, typeof text === 'string' ? text : '', because)
    : refused(-1020, 'This operation is not supported.');
};

/** The exchange's own refusal, passed on as it said it, unless it was about Elvis and not about the client. */
export function exchangeWords(code: number, text: string, because: Because = {}): Words {
  if (OUR_OWN_FAULTS.has(code)) return { ...NOT_EXECUTED, isAlarm: true };
  if (code === TOO_MANY_ORDERS) return tooManyOrders(because);
  if (code === TOO_MANY_REQUESTS) return tooManyRequests(because);
  if (code === THROTTLED) return OVERLOADED;
  return exactly(code, text);
}

/** No route of the front leads to it. */
const unreachable: Row = UNFORESEEN;

export const FAILURE_WORDS: Readonly<Record<FailureCode, Row>> = {
  MESSAGE_MALFORMED: refused(-1130, 'Data sent for a parameter is not valid.'),
  IDEMPOTENCY_KEYS_DIFFER: unreachable,
  BODY_TOO_LARGE: { ...refused(-1101, 'Too many parameters; the request is too large.'), status: 413 },
  MEDIA_TYPE_UNSUPPORTED: unreachable,
  PASSWORD_WEAK: unreachable,
  BOT_CONFIG_INVALID: unreachable,
  BACKTEST_INVALID: unreachable,
  ORDER_TOO_LATE: unreachable,
  API_KEY_WRONG: unknownKey,
  CREDENTIALS_WRONG: unreachable,
  TOKEN_INVALID: unreachable,
  SIGNAL_SECRET_WRONG: unreachable,
  SCOPE_MISSING: unknownKey,
  // Of a symbol that another one holds, where a key wants to set it up.
  BOT_NOT_ALLOWED: (asked) => (asked.doing === 'change' ? NO_ORDERS_NOW : unknownKey),
  USER_REQUIRED: unreachable,
  INVITATION_REQUIRED: unreachable,
  SIGN_IN_NOT_CONFIGURED: unreachable,
  ENCRYPTION_NOT_CONFIGURED: NOT_EXECUTED,
  RATE_LIMITED: (_asked, because) => tooManyRequests(because),
  OVERLOADED,
  API_KEY_NOT_CONFIGURED: NOT_EXECUTED,
  ROUTE_NOT_FOUND: { ...refused(-5000, 'Path is invalid'), status: 404 },
  ORDER_NOT_FOUND: noSuchOrder,
  DECISION_NOT_FOUND: unreachable,
  INSTRUMENT_NOT_FOUND: BAD_SYMBOL,
  USER_NOT_FOUND: unreachable,
  KEY_NOT_FOUND: unreachable,
  SESSION_NOT_FOUND: unreachable,
  BOT_NOT_FOUND: unreachable,
  BOT_STEP_NOT_FOUND: unreachable,
  STRATEGY_NOT_FOUND: unreachable,
  BACKTEST_NOT_FOUND: unreachable,
  LEASE_NOT_FOUND: unreachable,
  ALERT_NOT_FOUND: unreachable,
  EXPLANATION_NOT_FOUND: unreachable,
  EMAIL_TAKEN: unreachable,
  KEY_LIMIT_REACHED: unreachable,
  ORDER_ID_TAKEN: duplicate,
  ORDER_ALREADY_CLOSED: noSuchOrder,
  AMENDMENT_UNDER_WAY: NOT_EXECUTED,
  STOP_ADDS_NOTHING: unreachable,
  STOP_NEWER_THAN_CLEAR: unreachable,
  STOP_NOT_VERIFIED: unreachable,
  STOP_CONDITION_LASTS: unreachable,
  BOT_CONFIG_CHANGED: unreachable,
  BOT_ALREADY_RUNNING: unreachable,
  BOT_NOT_RUNNING: unreachable,
  BOT_NOT_STOPPED: unreachable,
  BOT_SYMBOL_TAKEN: unreachable,
  BOT_NOT_CLEARED: unreachable,
  BOT_OVERCOMMITTED: unreachable,
  BOT_FAULT_OPEN: unreachable,
  BOT_NOT_FAULTED: unreachable,
  BACKTEST_RUNNING: unreachable,
  BACKTEST_ENDED: unreachable,
  BACKTEST_WITHOUT_REPORT: unreachable,
  GO_NO_GO_NOT_FOUND: unreachable,
  CLEARANCE_NOT_FOUND: unreachable,
  GO_NO_GO_NOT_DECIDABLE: unreachable,
  ANOTHER_PERSON_REQUIRED: unreachable,
  TRADING_HALTED: unreachable,
  LEASE_IN_USE: unreachable,
  LEVERAGE_REFUSED: (asked, because) =>
    because.context?.exchangeCode === undefined ? BAD_LEVERAGE : rejected(asked, because),
  OVERRIDE_REFUSED: unreachable,
  APPROVAL_INVALID: { ...NOT_EXECUTED, isAlarm: true },
  VENUE_REJECTED: rejected,
  VENUE_BUDGET_SPENT: limited,
  VENUE_FROZEN: limited,
  VENUE_UNREACHABLE: NOT_EXECUTED,
  CLOCK_UNCERTAIN: NOT_EXECUTED,
  PERMIT_MISSING: NOT_EXECUTED,
  EPOCH_CHANGED: NOT_EXECUTED,
  SEND_TOO_LATE: NOT_EXECUTED,
  RESERVATION_MISSING: NOT_EXECUTED,
  STATE_UNKNOWN: NOT_EXECUTED,
  LIMITS_UNKNOWN: NOT_EXECUTED,
  STORE_UNAVAILABLE: NOT_EXECUTED,
  STORE_REBUILDING: NOT_EXECUTED,
  ACCOUNT_UNAVAILABLE: NOT_EXECUTED,
  MARKET_DATA_MISSING: NOT_EXECUTED,
  ACCOUNT_MISSING: NOT_EXECUTED,
  ACCOUNT_STALE: NOT_EXECUTED,
  MARK_MISSING: NOT_EXECUTED,
  MARK_STALE: NOT_EXECUTED,
  BOOK_MISSING: NOT_EXECUTED,
  BOOK_STALE: NOT_EXECUTED,
  PRICE_MISSING: NOT_EXECUTED,
  PRICE_STALE: NOT_EXECUTED,
  REFERENCE_MISSING: NOT_EXECUTED,
  REFERENCE_STALE: NOT_EXECUTED,
  BRACKETS_MISSING: NOT_EXECUTED,
  SERVICE_UNREACHABLE: NOT_EXECUTED,
  VENUE_SILENT: silent,
  VENUE_UNREADABLE: silent,
  SERVICE_SILENT: silent,
  JOURNAL_UNREADABLE: silent,
  INTERNAL_FAULT: silent,
};
