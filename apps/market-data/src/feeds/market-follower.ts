/**
 * Follows of each market what is wanted and nothing else: `SYMBOLS` always, everything else for as long as somebody says
 * so. Not ready while any symbol of `SYMBOLS` lacks a current mark or order book.
 */
import { InterestTopic, marketOfTopic } from '@elvis/contracts';
import { Bus, Health, LOG, Log } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { Demand, Want } from '../domain/demand';
import { MarketDataConfig } from '../market-data.config';
import { BinanceMarket, MarketParts } from './binance-market';
import { MarketMetrics } from './market-metrics';
import { HEARTBEAT_MS } from './quote-publisher';
import { FeedKind, SymbolFeed } from './symbol-feed';
import { MarketTap } from './market-tap';
import { Venues } from './venues';

/** A symbol whose data is older than this counts as stale, whatever the connection says. */
const ALIVE_MS = 5_000;
/** Risk judges by marks and order books, candles are made of trades. */
const ALWAYS: readonly InterestTopic[] = ['books', 'marks', 'trades'];

@Injectable()
export class MarketFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly markets: ReadonlyMap<Market, BinanceMarket>;
  private readonly demand: Demand;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    bus: Bus,
    private readonly config: MarketDataConfig,
    metrics: MarketMetrics,
    tap: MarketTap,
    venues: Venues,
    health: Health,
    @Inject(LOG) log: Log,
  ) {
    const parts: MarketParts = { bus, metrics, tap, log };
    this.markets = new Map(
      config.marketOrigins().map(([market, origin]) => [market, new BinanceMarket(market, origin, parts)]),
    );
    for (const market of this.markets.values()) venues.register(() => market.report());
    this.demand = new Demand({
      always: { symbols: config.SYMBOLS, topics: ALWAYS },
      lingerMs: config.FEED_LINGER_MS,
      watchedAtMost: config.MARKET_MAX_SYMBOLS,
    });
    health.require('market', () => this.findProblem());
  }

  onApplicationBootstrap(): void {
    this.follow();
    this.timer = setInterval(() => {
      this.follow();
      for (const market of this.markets.values()) market.heartbeat();
    }, HEARTBEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const market of this.markets.values()) market.stop();
  }

  isFollowed(market: Market): boolean {
    return this.markets.has(market);
  }

  /** Whether the symbol is followed for anything. */
  isKnown(symbol: string): boolean {
    return this.demand.isKnown(symbol, performance.now());
  }

  /** Follows what is wanted from now on, if the bound allows it. */
  want(want: Want): boolean {
    const isAllowed = this.demand.hear(want, performance.now());
    if (isAllowed) this.follow();
    return isAllowed;
  }

  feed(market: Market, symbol: string): SymbolFeed | undefined {
    return this.markets.get(market)?.feeds.get(symbol);
  }

  private follow(): void {
    const topics = this.demand.topics(performance.now());
    for (const [market, binance] of this.markets) {
      const wanted = new Map<string, ReadonlySet<FeedKind>>();
      for (const [symbol, names] of topics) {
        const kinds = kindsOf(names, market);
        if (kinds.size > 0) wanted.set(symbol, kinds);
      }
      binance.want(wanted);
    }
  }

  private findProblem(): string | undefined {
    for (const symbol of this.config.SYMBOLS) {
      const feed = this.feed('futures', symbol);
      if (!feed?.sync.orderBook.isSynced) {
        const { problem } = feed?.sync ?? {};
        return `${symbol} has no order book${problem ? `: ${problem}` : ''}`;
      }
      if (feed.sync.ageMs() > ALIVE_MS) return `The order book of ${symbol} is stale`;
      if (feed.quotes.markAgeMs() > ALIVE_MS) return `The mark price of ${symbol} is missing or stale`;
    }
    return undefined;
  }
}

/** What has to be followed for a topic; candles are made of trades. */
const KINDS: ReadonlyMap<InterestTopic, FeedKind> = new Map([
  ['books', 'depth'],
  ['trades', 'trades'],
  ['marks', 'marks'],
  ['tickers', 'tickers'],
  ['candles', 'trades'],
  ['spot-books', 'depth'],
  ['spot-trades', 'trades'],
  ['spot-tickers', 'tickers'],
]);

const kindsOf = (topics: ReadonlySet<string>, market: Market): ReadonlySet<FeedKind> =>
  new Set(
    [...KINDS].flatMap(([topic, kind]) =>
      topics.has(topic) && marketOfTopic(topic) === market ? [kind] : [],
    ),
  );
