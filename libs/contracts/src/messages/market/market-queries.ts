/** What market-data is asked: books and trades as it has them, and how its venues are. */
import { MARKETS, Market, SYMBOL_PATTERN } from '@elvis/trading';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { query } from '../contract';
import { MarketTrade, OrderBookUpdate } from './market-feeds';

export const LEVELS_AT_MOST = 1_000;
export const TRADES_KEPT = 200;

/** A symbol that is not followed yet is followed from here on for as long as one that a client watches. */
export class GetMarketOrderBook {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  /** Of each side. */
  @IsInt() @Min(1) @Max(LEVELS_AT_MOST) readonly levels!: number;
  /**
   * Waits at most so long for the next change, so that `updateId` is that of a stream message which whoever already
   * listens has, or is about to have.
   */
  @IsOptional() @IsInt() @Min(0) @Max(500) readonly nextWithinMs?: number;
}

export class GetMarketTrades {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @IsInt() @Min(1) @Max(TRADES_KEPT) readonly limit!: number;
}

/** Newest first; ages are of this moment. */
export interface MarketTrades {
  readonly trades: readonly MarketTrade[];
}

export class GetVenues {}

export interface VenueConnection {
  readonly name: string;
  /** Of the session: IDLE, CONNECTING, SUBSCRIBING, LIVE, SILENT, DRAINING or BACKING_OFF. */
  readonly state: string;
  /** Subscriptions that are wanted, and those that the venue has confirmed. */
  readonly wanted: number;
  readonly confirmed: number;
  /** How often it was connected, and how often each kind of end came. */
  readonly connections: number;
  readonly losses: Readonly<Record<string, number>>;
  /** Tries in a row that have failed. */
  readonly failedTries: number;
  /** Since the last message. */
  readonly ageMs?: number;
}

export interface VenueFeed {
  readonly symbol: string;
  /** What of it is followed. */
  readonly topics: readonly string[];
  readonly orderBookAgeMs?: number;
  /** Whether the order book is in sequence. */
  readonly isOrderBookSynced?: boolean;
  readonly markAgeMs?: number;
  readonly tradeAgeMs?: number;
  readonly tickerAgeMs?: number;
  /** Holes in the order book's sequence; each is followed by a new snapshot. */
  readonly gaps: number;
  /** Of a reference against the market that is traded, as a fraction; decimal. */
  readonly divergence?: string;
}

export interface VenueView {
  /** Such as `binance-futures`. */
  readonly venue: string;
  readonly use: 'trade' | 'reference';
  readonly connections: readonly VenueConnection[];
  readonly feeds: readonly VenueFeed[];
  /** Messages that could not be read. */
  readonly malformed: number;
}

export interface VenuesView {
  /** The replica of market-data that answers; each has connections of its own. */
  readonly instance: string;
  readonly venues: readonly VenueView[];
}

export const getMarketOrderBook = query<GetMarketOrderBook, OrderBookUpdate>(
  'elvis.query.market-data.order-book',
  GetMarketOrderBook,
);
export const getMarketTrades = query<GetMarketTrades, MarketTrades>(
  'elvis.query.market-data.trades',
  GetMarketTrades,
);
export const getVenues = query<GetVenues, VenuesView>('elvis.query.market-data.venues', GetVenues);
