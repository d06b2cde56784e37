/**
 * Hears what market-data publishes, and gives it to the topics that clients listen to. Until the first of them comes
 * nothing is asked of NATS: every trade would be read for nobody.
 */
import {
  MarketFeed,
  MarketTrade,
  OrderBookUpdate,
  TickerUpdate,
  formingCandleFeed,
  markFeed,
  orderBookFeed,
  referenceFeed,
  spotOrderBookFeed,
  spotTickerFeed,
  spotTradeFeed,
  tickerFeed,
  tradeFeed,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { CANDLE_INTERVALS } from '@elvis/trading';
import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { MarketTopic, SYMBOL_TOPICS } from '../domain/market-topic';
import { TopicFeeds } from './topic-feeds';

const SWEEP_MS = 60_000;

type Update = OrderBookUpdate | MarketTrade | TickerUpdate;
const FEEDS: readonly (readonly [kind: (typeof SYMBOL_TOPICS)[number], feed: MarketFeed<Update>])[] = [
  ['books', orderBookFeed],
  ['trades', tradeFeed],
  ['tickers', tickerFeed],
  ['spot-books', spotOrderBookFeed],
  ['spot-trades', spotTradeFeed],
  ['spot-tickers', spotTickerFeed],
];

@Injectable()
export class MarketFeeds implements OnModuleInit, OnModuleDestroy {
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly topics: TopicFeeds,
  ) {}

  onModuleInit(): void {
    this.topics.onWanted(() => {
      if (!this.sweep) this.begin();
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.sweep);
  }

  private begin(): void {
    const hear = (about: MarketTopic, update: object): void =>
      this.topics.hear(about, update, performance.now());
    for (const [kind, feed] of FEEDS)
      this.bus.subscribe<Update>(feed, (update) => hear({ kind, symbol: update.symbol }, update));
    this.bus.subscribe(referenceFeed, (update) => {
      const timed = { ...update, eventTimeMs: update.atMs };
      for (const name of [update.symbol, update.product]) hear({ kind: 'reference', of: name }, timed);
    });
    this.bus.subscribe(formingCandleFeed, (minute) => {
      if (minute.market !== 'futures') return;
      for (const interval of CANDLE_INTERVALS) {
        const about = { kind: 'candles', symbol: minute.symbol, interval } as const;
        if (this.topics.isWanted(about)) hear(about, minute);
      }
    });
    this.bus.subscribe(markFeed, (update) => hear({ kind: 'marks' }, update));
    this.sweep = setInterval(() => this.topics.forgetOld(performance.now()), SWEEP_MS).unref();
  }
}
