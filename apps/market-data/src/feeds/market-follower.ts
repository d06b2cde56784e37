/**
 * Follows of each market what is wanted and nothing else: `SYMBOLS` always, everything else for as long as somebody says
 * so. Not ready while any symbol of `SYMBOLS` lacks a current mark or order book.
 */
import { InterestTopic } from '@elvis/contracts';
import { Bus, Health, LOG, Log, everyBeat } from '@elvis/platform';
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
/** The wish for minutes that are over, of which nobody has to watch the one that is going on. */
const SEALED = 'sealed';
/** Risk judges by marks and order books; sealed minutes are for bots and for the record. */
const ALWAYS: readonly (InterestTopic | typeof SEALED)[] = ['books', 'marks', SEALED];
/** What ran out is let go a little later. */
const LOOK_MS = 2_000;

@Injectable()
export class MarketFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly markets: ReadonlyMap<Market, BinanceMarket>;
  private readonly demand: Demand;
  private readonly relayed = new Map<Market, ReadonlySet<string>>();
  private stopBeats: (() => void) | undefined;
  private stopLooks: (() => void) | undefined;

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
    this.stopBeats = everyBeat(HEARTBEAT_MS, () => {
      for (const market of this.markets.values()) market.heartbeat();
    });
    this.stopLooks = everyBeat(LOOK_MS, () => this.follow());
  }

  onModuleDestroy(): void {
    this.stopBeats?.();
    this.stopLooks?.();
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

  /** Relays exactly these streams of the market from now on. */
  relay(market: Market, streams: ReadonlySet<string>): void {
    this.relayed.set(market, streams);
    this.follow();
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
      binance.want(wanted, this.relayed.get(market) ?? NONE);
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

const NONE: ReadonlySet<string> = new Set();

/** What has to be followed for a topic, of which market. */
const KINDS: ReadonlyMap<string, readonly [market: Market, ...kinds: FeedKind[]]> = new Map([
  ['books', ['futures', 'depth']],
  ['trades', ['futures', 'trades', 'shown-trades']],
  ['marks', ['futures', 'marks']],
  ['tickers', ['futures', 'tickers']],
  [SEALED, ['futures', 'trades']],
  ['candles', ['futures', 'trades', 'shown-candles']],
  ['spot-books', ['spot', 'depth']],
  ['spot-trades', ['spot', 'trades', 'shown-trades']],
  ['spot-tickers', ['spot', 'tickers']],
]);

const kindsOf = (topics: ReadonlySet<string>, wanted: Market): ReadonlySet<FeedKind> =>
  new Set(
    [...topics].flatMap((topic) => {
      const [market, ...kinds] = KINDS.get(topic) ?? [];
      return market === wanted ? kinds : [];
    }),
  );
