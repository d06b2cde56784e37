/**
 * What this replica remembers of the silences the exchange ordered. Redis decides for the fleet; the memory holds
 * while Redis is unavailable, and is written back to a Redis that forgot.
 */
import { Answer, MeterReading } from '@elvis/binance';
import { Market } from '@elvis/trading';
import { windowIndex } from '../domain/ledger';
import { Meter } from './meter-limits';

/** `ip` binds every call of the market, `orders` only the account's placements and amendments. */
export type FreezeScope = 'ip' | 'orders';
export type FreezeKind = 'WEIGHT_LIMITED' | 'ORDERS_LIMITED' | 'BANNED' | 'BLOCKED';

export interface Freeze {
  /** Exchange time; 0 is none. */
  readonly endsAt: number;
  readonly kind: FreezeKind;
  /** 1: after its end one elected call must succeed before the others follow. */
  readonly probe: number;
}

const NO_FREEZE: Freeze = { endsAt: 0, kind: 'WEIGHT_LIMITED', probe: 0 };

const SHORTEST_BAN_MS = 120_000;
const BLOCK_MS = 300_000;
const BAN_MARGIN_MS = 1_000;
const MINUTE_MS = 60_000;

export class FreezeMemory {
  private readonly freezes = new Map<string, Freeze>();

  freezeOf(market: Market, scope: FreezeScope): Freeze {
    return this.freezes.get(`${market}:${scope}`) ?? NO_FREEZE;
  }

  /** Only ever longer; `thaw` alone takes it back. */
  extendFreeze(market: Market, scope: FreezeScope, freeze: Freeze): void {
    if (freeze.endsAt > this.freezeOf(market, scope).endsAt) this.freezes.set(`${market}:${scope}`, freeze);
  }

  /** The fleet goes on: everything that ended by `now` is over. */
  thaw(market: Market, scope: FreezeScope, now: number): void {
    if (this.freezeOf(market, scope).endsAt <= now) this.freezes.delete(`${market}:${scope}`);
  }
}

/**
 * The freeze that an answer orders: until `Retry-After`, the ban's own end, or the window's end, whichever is last.
 * Undefined for an answer that orders none.
 */
export function freezeAfter(
  answer: Answer,
  readings: readonly MeterReading[],
  meters: readonly Meter[],
  now: number,
  jitterMs: number,
): { readonly scope: FreezeScope; readonly freeze: Freeze } | undefined {
  const { kind, wait } = answer;
  const until = (endsAt: number): number => Math.ceil(endsAt + jitterMs);
  const asked = Math.max(
    wait?.retryAfterMs === undefined ? 0 : now + wait.retryAfterMs,
    wait?.bannedUntilMs === undefined ? 0 : wait.bannedUntilMs,
  );
  const windowEnd = (kindOfMeter: Meter['kind']): number =>
    endOfSpentWindow(kindOfMeter, readings, meters, now);
  switch (kind) {
    case 'WEIGHT_LIMITED':
      return {
        scope: 'ip',
        freeze: { kind, probe: 0, endsAt: until(Math.max(asked, windowEnd('weight'))) },
      };
    case 'ORDERS_LIMITED':
      return {
        scope: 'orders',
        freeze: { kind, probe: 0, endsAt: until(Math.max(asked, windowEnd('orders'))) },
      };
    case 'BANNED':
      return {
        scope: 'ip',
        freeze: { kind, probe: 1, endsAt: until((asked || now + SHORTEST_BAN_MS) + BAN_MARGIN_MS) },
      };
    case 'BLOCKED':
      return { scope: 'ip', freeze: { kind, probe: 1, endsAt: until(Math.max(asked, now + BLOCK_MS)) } };
    default:
      return undefined;
  }
}

/** Of the windows the exchange says are full the last to end; if it says nothing, the longest of at most a minute. */
function endOfSpentWindow(
  kind: Meter['kind'],
  readings: readonly MeterReading[],
  meters: readonly Meter[],
  now: number,
): number {
  const ours = meters.filter((meter) => meter.kind === kind);
  const isFull = (meter: Meter): boolean =>
    readings.some(
      (reading) =>
        reading.kind === kind && reading.windowMs === meter.windowMs && reading.used >= meter.limit,
    );
  const full = ours.filter(isFull);
  const short = ours.filter(({ windowMs }) => windowMs <= MINUTE_MS);
  const candidates =
    full.length > 0 ? full : short.length > 0 ? short : [{ kind, windowMs: MINUTE_MS, limit: 1 }];
  return Math.max(...candidates.map(({ windowMs }) => (windowIndex(now, windowMs) + 1) * windowMs));
}
