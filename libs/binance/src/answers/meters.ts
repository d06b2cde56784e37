/**
 * The exchange's meters: what it announces in `rateLimits`, and what it says was used, in the headers of every
 * answer. Windows may have any length: `1M`, `10S`, `5M`, `1D`, or `6S` on a test exchange with short minutes.
 */
import { TradingFailure } from '@elvis/trading';

export type MeterKind = 'weight' | 'orders';

/** What was used of one window, this request included, as one answer told it. */
export interface MeterReading {
  readonly kind: MeterKind;
  readonly windowMs: number;
  readonly used: number;
}

/** One announced limit. `requests` counts requests whatever their weight. */
export interface MeterLimit {
  readonly kind: MeterKind | 'requests';
  readonly windowMs: number;
  readonly limit: number;
}

/** Headers as Node, fetch or axios give them; names in any case. */
export type AnswerHeaders = Readonly<Record<string, unknown>>;

const SECOND = 1_000;
const LETTER_MS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3_600 * SECOND,
  d: 86_400 * SECOND,
};
const WORD_MS: Readonly<Record<string, number>> = {
  SECOND,
  MINUTE: 60 * SECOND,
  HOUR: 3_600 * SECOND,
  DAY: 86_400 * SECOND,
};
const KIND: Readonly<Record<string, MeterLimit['kind']>> = {
  REQUEST_WEIGHT: 'weight',
  ORDERS: 'orders',
  RAW_REQUESTS: 'requests',
};
const METER_HEADER = /^x-mbx-(used-weight|order-count)-(\d{1,6})([smhd])$/i;
const WHOLE_NUMBER = /^\d{1,15}$/;

/** Every meter the answer names; a header that cannot be read says nothing and is left out. */
export function readMeters(headers: AnswerHeaders): MeterReading[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const [, meter, count, letter] = METER_HEADER.exec(name) ?? [];
    const used = wholeNumber(value);
    if (!meter || !count || !letter || used === undefined) return [];
    const windowMs = Number(count) * (LETTER_MS[letter.toLowerCase()] ?? 0);
    if (windowMs === 0) return [];
    return [
      {
        kind: meter.toLowerCase() === 'used-weight' ? ('weight' as const) : ('orders' as const),
        windowMs,
        used,
      },
    ];
  });
}

/** How long the exchange asks to wait, or undefined. Seconds are usual; a date counts from the answer's own `Date`. */
export function readRetryAfterMs(headers: AnswerHeaders): number | undefined {
  const value = header(headers, 'retry-after');
  if (typeof value === 'number')
    return value >= 0 && Number.isFinite(value) ? Math.ceil(value * SECOND) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}(\.\d{1,3})?$/.test(value.trim())) return Math.ceil(Number(value) * SECOND);
  const until = Date.parse(value);
  const sent = Date.parse(String(header(headers, 'date')));
  return Number.isFinite(until) && Number.isFinite(sent) ? Math.max(0, until - sent) : undefined;
}

/** The end of a ban on the exchange's clock, from `IP banned until 1615183669840` or `IP(1.2.3.4) banned until ...`. */
export function readBannedUntilMs(message: string): number | undefined {
  const [, until] = /banned until (\d{13})(?!\d)/i.exec(message) ?? [];
  return until ? Number(until) : undefined;
}

/**
 * The limits as `exchangeInfo` or `rateLimit/order` announce them, each entry read and none assumed.
 *
 * @throws TradingFailure VENUE_UNREADABLE an entry of a kind we count cannot be read: guessing a limit ends in a ban
 */
export function readMeterLimits(rateLimits: unknown): MeterLimit[] {
  if (!Array.isArray(rateLimits)) throw unreadable(rateLimits);
  return rateLimits.flatMap((entry: unknown): MeterLimit[] => {
    if (typeof entry !== 'object' || entry === null) throw unreadable(entry);
    const { rateLimitType, interval, intervalNum, limit } = entry as Record<string, unknown>;
    const kind = KIND[String(rateLimitType)];
    if (!kind) return [];
    const unitMs = WORD_MS[String(interval)];
    const count = wholeNumber(intervalNum);
    const allowed = wholeNumber(limit);
    if (!unitMs || !count || !allowed) throw unreadable(entry);
    return [{ kind, windowMs: unitMs * count, limit: allowed }];
  });
}

export function header(headers: AnswerHeaders, name: string): unknown {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return Array.isArray(value) ? (value as unknown[])[0] : value;
}

function wholeNumber(value: unknown): number | undefined {
  const single: unknown = Array.isArray(value) ? value[0] : value;
  // Digits that lost their precision on the way here are plain numbers, lossless ones carry their text.
  const text = typeof single === 'object' && single !== null && 'value' in single ? single.value : single;
  if (typeof text !== 'number' && typeof text !== 'string') return undefined;
  const digits = String(text).trim();
  return WHOLE_NUMBER.test(digits) ? Number(digits) : undefined;
}

const unreadable = (entry: unknown): TradingFailure =>
  new TradingFailure(
    'VENUE_UNREADABLE',
    `The exchange announced a rate limit whose interval, count or limit cannot be read: ${JSON.stringify(entry)}; report it as a bug if it stays`,
  );
