/**
 * What the exchange's answer, or its silence, means for the caller.
 *
 * Decided on status, code and text together, because one status has several meanings: of the four 503 texts only
 * one leaves the order's fate unknown. Whatever is not in these tables is UNKNOWN: a new word from the exchange
 * must never turn into "it did not happen".
 */
import { Market } from '@elvis/trading';
import { AnswerHeaders, readBannedUntilMs, readRetryAfterMs } from './meters';
import { NoAnswer } from '../transport/transport';

/** As the transport hands it over. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The body as JSON, or undefined where it is none. */
  readonly body: unknown;
  readonly text: string;
}

/** When the exchange wants to hear from us again. Where it says neither, the window's end counts. */
export interface ExchangeWait {
  readonly retryAfterMs?: number;
  /** The end of a ban on the exchange's clock. */
  readonly bannedUntilMs?: number;
}

/**
 * - OK              done; with a code where there was nothing left to do
 * - REFUSED         the exchange proved that it refused; final for this request
 * - NOT_EXECUTED    certainly not executed, for a passing reason
 * - UNREACHABLE     it never left this machine
 * - UNKNOWN         it is not known whether it happened; reconcile first
 * - WEIGHT_LIMITED  429: the IP's weight is spent, everything stops until the window ends
 * - ORDERS_LIMITED  -1015: the account's orders are spent, cancels go on
 * - BANNED          418: the IP may send nothing until the ban ends
 * - BLOCKED         403, 451: a firewall or a region; stop and call a person
 * - CLOCK           -1021, -5028: our timestamp is off; certainly not executed
 */
export type AnswerKind =
  | 'OK'
  | 'REFUSED'
  | 'NOT_EXECUTED'
  | 'UNREACHABLE'
  | 'UNKNOWN'
  | 'WEIGHT_LIMITED'
  | 'ORDERS_LIMITED'
  | 'BANNED'
  | 'BLOCKED'
  | 'CLOCK';

export interface Answer {
  readonly kind: AnswerKind;
  /** 0 if no answer came. */
  readonly status: number;
  /** The exchange's own number, where it sent one. */
  readonly code?: number;
  /** The exchange's own words, shortened; never our request. */
  readonly message: string;
  readonly wait?: ExchangeWait;
}

/** Kinds after which it is certain that the exchange did nothing. */
export const NOTHING_HAPPENED: ReadonlySet<AnswerKind> = new Set([
  'REFUSED',
  'NOT_EXECUTED',
  'UNREACHABLE',
  'WEIGHT_LIMITED',
  'ORDERS_LIMITED',
  'BANNED',
  'BLOCKED',
  'CLOCK',
]);

/** What an HTTP answer means. Never throws. */
export function classifyAnswer(market: Market, { status, headers, body, text }: RawAnswer): Answer {
  const { code, message } = readProblem(body, text);
  const answer = (kind: AnswerKind, wait?: ExchangeWait): Answer => ({
    kind,
    status,
    message,
    ...(code !== undefined && { code }),
    ...(wait && { wait }),
  });
  const wait: ExchangeWait = {
    retryAfterMs: readRetryAfterMs(headers),
    bannedUntilMs: readBannedUntilMs(message),
  };
  if (status === 418 || wait.bannedUntilMs !== undefined) return answer('BANNED', wait);
  if (code === -1015) return answer('ORDERS_LIMITED', wait);
  if (status === 429 || code === -1003) return answer('WEIGHT_LIMITED', wait);
  if (status === 403 || status === 451) return answer('BLOCKED', wait);
  if (status >= 200 && status < 300) return answer(kindOfSuccess(market, code, body));
  if (status >= 500) return answer(kindOfServerError(market, code, message));
  if (status >= 400 && status !== 408 && code !== undefined) return answer(kindOfCode(market, code, message));
  return answer('UNKNOWN');
}

/** What it means that no answer came: only a connection that was never made proves that nothing was sent. */
export function classifySilence(error: unknown): Answer {
  const code = error instanceof NoAnswer ? error.reason : silenceCode(error);
  const neverLeft =
    error instanceof NoAnswer ? error.fate === 'never-left' : code !== undefined && NEVER_CONNECTED.has(code);
  return {
    kind: neverLeft ? 'UNREACHABLE' : 'UNKNOWN',
    status: 0,
    message: code ?? (error instanceof Error ? error.name : 'no answer'),
  };
}

const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The code of the error or of whatever caused it; a happy-eyeballs error counts only if all its attempts agree. */
function silenceCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) {
    const codes = errors.map((each) => silenceCode(each, depth + 1));
    return codes.find((each) => each === undefined || !NEVER_CONNECTED.has(each)) ?? codes[0];
  }
  return typeof code === 'string' ? code : silenceCode(cause, depth + 1);
}

/** Codes that say: it is already as you want it. */
const NOTHING_TO_DO: ReadonlySet<number> = new Set([-4046, -4059, -4171, -5027]);
const CLOCK_CODES: ReadonlySet<number> = new Set([-1021, -5028]);
/** An unforeseen fault, an unexpected or a late answer of the engine. */
const UNKNOWN_CODES: ReadonlySet<number> = new Set([-1000, -1006, -1007]);
/** Our id is taken: perhaps by this very request, seen twice on its way. Only a look can tell. */
const DUPLICATE_CODES: ReadonlySet<number> = new Set([-4116]);
const GENERAL_REFUSALS: ReadonlySet<number> = new Set([
  -1002, -1011, -1013, -1014, -1016, -1020, -1022, -1023, -1099,
]);

function kindOfCode(market: Market, code: number, message: string): AnswerKind {
  if (CLOCK_CODES.has(code)) return 'CLOCK';
  if (code === -1008) return 'NOT_EXECUTED';
  if (code === -1001) return kindOfServerError(market, code, message);
  if (UNKNOWN_CODES.has(code) || DUPLICATE_CODES.has(code)) return 'UNKNOWN';
  if (code === -2010 && /duplicate order/i.test(message)) return 'UNKNOWN';
  // On spot -2021 is a cancel-replace of which one half succeeded.
  if (market === 'spot' && code === -2021) return 'UNKNOWN';
  if (NOTHING_TO_DO.has(code)) return 'OK';
  return isRefusal(code) ? 'REFUSED' : 'UNKNOWN';
}

/** -11xx malformed requests, -20xx refusals of the order, -4xxx filters and account rules, -50xx execution rules. */
const isRefusal = (code: number): boolean =>
  GENERAL_REFUSALS.has(code) ||
  (code <= -1100 && code > -1200) ||
  (code <= -2010 && code > -2100) ||
  (code <= -4000 && code > -5000) ||
  (code <= -5000 && code > -5100);

/** An error code inside a 200, or a body that should be JSON and is not, is no success. */
function kindOfSuccess(market: Market, code: number | undefined, body: unknown): AnswerKind {
  if (code !== undefined && code < 0) return kindOfCode(market, code, '');
  return typeof body === 'object' && body !== null ? 'OK' : 'UNKNOWN';
}

/** The futures texts, whole: a proxy's page that merely contains such words proves nothing. */
const NOT_EXECUTED_TEXTS: readonly RegExp[] = [
  /^service unavailable\.?$/i,
  /^internal error; unable to process your request\. please try again\.?$/i,
  /^request throttled by system-level protection\b/i,
  /^server is currently overloaded with other requests\b/i,
];

function kindOfServerError(market: Market, code: number | undefined, message: string): AnswerKind {
  if (market === 'spot') return 'UNKNOWN';
  if (code === -1008) return 'NOT_EXECUTED';
  if (code !== undefined && UNKNOWN_CODES.has(code)) return 'UNKNOWN';
  return NOT_EXECUTED_TEXTS.some((text) => text.test(message.trim())) ? 'NOT_EXECUTED' : 'UNKNOWN';
}

const LONGEST_MESSAGE = 300;

function readProblem(body: unknown, text: string): { readonly code?: number; readonly message: string } {
  if (typeof body !== 'object' || body === null) return { message: text.slice(0, LONGEST_MESSAGE) };
  const { code, msg } = body as { code?: unknown; msg?: unknown };
  const number = typeof code === 'number' ? code : /^-?\d{1,9}$/.test(String(code)) ? Number(code) : NaN;
  return {
    ...(Number.isSafeInteger(number) && { code: number }),
    message: typeof msg === 'string' ? msg.slice(0, LONGEST_MESSAGE) : '',
  };
}
