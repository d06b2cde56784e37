/**
 * What a key may use: Binance's own limits, counted in windows of the exchange's clock as Binance counts, whatever a call
 * really cost. A client that paces itself by the headers behaves; a greedy one meets its own wall and no neighbour's.
 */
import { Market } from '@elvis/trading';
import { Words } from '../../words/domain/words';

export interface Meter {
  readonly of: 'weight' | 'orders';
  /** As the header names it: 1M, 10S. */
  readonly label: string;
  readonly windowMs: number;
  readonly limit: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const METERS: Readonly<Record<Market, readonly Meter[]>> = {
  futures: [
    { of: 'weight', label: '1M', windowMs: MINUTE, limit: 2_400 },
    { of: 'orders', label: '10S', windowMs: 10 * SECOND, limit: 300 },
    { of: 'orders', label: '1M', windowMs: MINUTE, limit: 1_200 },
  ],
  spot: [
    { of: 'weight', label: '1M', windowMs: MINUTE, limit: 6_000 },
    { of: 'orders', label: '10S', windowMs: 10 * SECOND, limit: 100 },
    { of: 'orders', label: '1D', windowMs: DAY, limit: 200_000 },
  ],
};

export interface Usage {
  readonly meter: Meter;
  readonly used: number;
}

/** Windows begin at multiples of their length, as at Binance. */
export const windowAt = ({ windowMs }: Meter, nowMs: number): number => Math.floor(nowMs / windowMs);

export const untilNextMs = ({ windowMs }: Meter, nowMs: number): number => windowMs - (nowMs % windowMs);

/** The meter that is over its limit, by which the call is refused; the one that lasts longest where there are two. */
export function spent(usages: readonly Usage[]): Meter | undefined {
  const over = usages.filter(({ meter, used }) => used > meter.limit).map(({ meter }) => meter);
  return over.sort((one, other) => other.windowMs - one.windowMs)[0];
}

/** The refusal in Binance's words, which name the limit. */
export function spentWords(meter: Meter, market: Market, nowMs: number): Words {
  const waiting = { status: 429, retryAfterS: Math.ceil(untilNextMs(meter, nowMs) / SECOND) };
  if (meter.of === 'orders') {
    const text = `Too many new orders; current limit is ${meter.limit} orders per ${INTERVALS[meter.label]}.`;
    return { code: -1015, text, ...waiting };
  }
  const text =
    market === 'futures'
      ? `Too many requests; current limit is ${meter.limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`
      : `Too much request weight used; current limit is ${meter.limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`;
  return { code: -1003, text, ...waiting };
}

const INTERVALS: Readonly<Record<string, string>> = {
  '10S': '10 SECOND',
  '1M': '1 MINUTE',
  '1D': '1 DAY',
};

export interface AnnouncedLimit {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS';
  readonly interval: string | undefined;
  readonly intervalNum: number;
  readonly limit: number;
}

/** As `exchangeInfo` announces them. */
export const announced = (market: Market): AnnouncedLimit[] =>
  METERS[market].map(({ of, label, limit }) => {
    const [intervalNum, interval] = (INTERVALS[label] ?? '').split(' ');
    const rateLimitType = of === 'weight' ? 'REQUEST_WEIGHT' : 'ORDERS';
    return { rateLimitType, interval, intervalNum: Number(intervalNum), limit };
  });

/** As Binance tells them; spot has the weight a second time without its window. */
export function usageHeaders(market: Market, usages: readonly Usage[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { meter, used } of usages) {
    const name = meter.of === 'weight' ? 'X-MBX-USED-WEIGHT' : 'X-MBX-ORDER-COUNT';
    headers[`${name}-${meter.label}`] = `${used}`;
    if (market === 'spot' && meter.of === 'weight') headers[name] = `${used}`;
  }
  return headers;
}
