/**
 * The newest prices, as market-data publishes them. Ages grow by a monotonic clock: what was said how long ago,
 * plus how long we have had it.
 */
import { OrderBookUpdate, MarkUpdate, PriceLevel, orderBookFeed, markFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { GatewayConfig } from '../gateway.config';
import { OrderBookCache } from './order-book-cache';

export interface MarketView {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly mark: string;
  /** Of the older of order book and mark. */
  readonly ageMs: number;
}

export interface DepthView {
  readonly symbol: string;
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
  readonly updateId: string;
  readonly ageMs: number;
}

interface Heard<Update> {
  readonly update: Update;
  readonly atMs: number;
}

/** An order book older than this is looked for in Redis: another gateway may have heard a newer one. */
const FRESH_MS = 30_000;

@Injectable()
export class QuoteCache implements OnModuleInit {
  private readonly marks = new Map<string, Heard<MarkUpdate>>();
  private readonly orderBooks = new Map<string, Heard<OrderBookUpdate>>();

  constructor(
    private readonly bus: Bus,
    private readonly config: GatewayConfig,
    private readonly cache: OrderBookCache,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(markFeed, (update) => this.store(this.marks, update));
    this.bus.subscribe(orderBookFeed, (update) => {
      if (this.store(this.orderBooks, update)) this.cache.store(update);
    });
  }

  /**
   * @throws TradingFailure INSTRUMENT_NOT_FOUND this system does not follow the symbol
   * @throws TradingFailure MARKET_DATA_MISSING  nothing has been heard of it yet
   */
  view(symbol: string): MarketView {
    this.requireFollowed(symbol);
    const mark = this.marks.get(symbol);
    const orderBook = this.orderBooks.get(symbol);
    const bid = orderBook?.update.bids[0]?.[0];
    const ask = orderBook?.update.asks[0]?.[0];
    if (!mark || !orderBook || bid === undefined || ask === undefined) return nothingHeard(symbol);
    return { symbol, bid, ask, mark: mark.update.mark, ageMs: Math.max(ageOf(mark), ageOf(orderBook)) };
  }

  /** The newest order book, at most `limit` levels a side. @throws as `view` */
  async depth(symbol: string, limit: number): Promise<DepthView> {
    this.requireFollowed(symbol);
    const { update, ageMs } = await this.newestOrderBook(symbol);
    const { bids, asks, updateId } = update;
    return { symbol, bids: bids.slice(0, limit), asks: asks.slice(0, limit), updateId, ageMs };
  }

  private async newestOrderBook(symbol: string): Promise<{ update: OrderBookUpdate; ageMs: number }> {
    const heard = this.orderBooks.get(symbol);
    const own = heard && { update: heard.update, ageMs: ageOf(heard) };
    if (own && own.ageMs <= FRESH_MS) return own;
    const kept = await this.cache.find(symbol);
    if (kept && (!own || kept.ageMs < own.ageMs)) return { update: kept, ageMs: Math.round(kept.ageMs) };
    return own ?? nothingHeard(symbol);
  }

  private requireFollowed(symbol: string): void {
    if (this.config.SYMBOLS.includes(symbol)) return;
    throw new TradingFailure(
      'INSTRUMENT_NOT_FOUND',
      `${symbol} is not in SYMBOLS; this system does not follow it`,
    );
  }

  private store<Update extends { readonly symbol: string }>(
    newest: Map<string, Heard<Update>>,
    update: Update,
  ): boolean {
    if (!this.config.SYMBOLS.includes(update.symbol)) return false;
    newest.set(update.symbol, { update, atMs: performance.now() });
    return true;
  }
}

const ageOf = ({ update, atMs }: Heard<{ readonly ageMs: number }>): number =>
  Math.round(update.ageMs + performance.now() - atMs);

function nothingHeard(symbol: string): never {
  throw new TradingFailure(
    'MARKET_DATA_MISSING',
    `No market data received for ${symbol} yet; retry in a moment`,
  );
}
