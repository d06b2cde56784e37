/** How much of the exchange's patience is left, and the silences it orders. Times are UTC milliseconds. */
import { Market } from '@elvis/trading';
import { event, query } from './contract';

export class GetRateLimits {}

/** One meter in the window that is open now. */
export interface MeterView {
  readonly market: Market;
  readonly kind: 'weight' | 'orders';
  readonly windowMs: number;
  readonly limit: number;
  /** By the worse of two accounts: ours, or the exchange's plus what it cannot have seen yet. */
  readonly used: number;
  /** Granted to this fleet in this window. */
  readonly reserved: number;
  /** The least that others behind the same IP or account have used. */
  readonly foreign: number;
  readonly windowEndsAtMs: number;
}

export interface FreezeView {
  readonly market: Market;
  /** `ip` binds every call, `orders` placements and amendments only. */
  readonly scope: 'ip' | 'orders';
  readonly kind: string;
  readonly untilMs: number;
}

export interface QueueView {
  readonly market: Market;
  readonly priority: 'P0' | 'P1' | 'P2' | 'P3';
  /** Waiting in the replica that answers. */
  readonly waiting: number;
}

/** The exchange's clock, by which every order is stamped. */
export interface ExchangeClockView {
  /** By how much it is ahead of the wall clock of the replica that answers; below zero behind it. Whole milliseconds. */
  readonly offsetMs: number;
  /** How far off that may be. */
  readonly errorMs: number;
  /** Since it was last read. */
  readonly ageMs: number;
}

export interface RateLimitsView {
  readonly meters: readonly MeterView[];
  readonly freezes: readonly FreezeView[];
  readonly queues: readonly QueueView[];
  readonly clock: ExchangeClockView;
  /** Replicas that vanished without signing off, for which a hundredth is kept back. */
  readonly vanishedReplicas: number;
  /** False: Redis is away, and cancels go on from each replica's own share. */
  readonly isLedgerShared: boolean;
  readonly asOfMs: number;
}

/** From execution, which alone speaks REST to the exchange. */
export const getRateLimits = query<GetRateLimits, RateLimitsView>(
  'elvis.query.execution.rate-limits',
  GetRateLimits,
);

export class ExchangeFrozen {
  readonly market!: Market;
  readonly scope!: 'ip' | 'orders';
  /** WEIGHT_LIMITED, ORDERS_LIMITED, BANNED or BLOCKED. */
  readonly kind!: string;
  readonly untilMs!: number;
  readonly exchangeCode?: number;
  readonly exchangeMessage!: string;
}

export class ExchangeThawed {
  readonly market!: Market;
}

/** The exchange limits the rate of requests: 429, 418, -1015 or 403. The whole fleet waits. */
export const exchangeFrozen = event('elvis.event.exchange.frozen', ExchangeFrozen);
/** A small call succeeded after a ban or a block had ended. */
export const exchangeThawed = event('elvis.event.exchange.thawed', ExchangeThawed);
