/**
 * Hears what market-data publishes, and gives it to the topics that clients listen to. Until the first of them comes
 * nothing is asked of NATS: every trade would be read for nobody.
 */
import { markFeed, orderBookFeed, tradeFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { MarketTopic } from '../domain/market-topic';
import { TopicFeeds } from './topic-feeds';

const SWEEP_MS = 60_000;

@Injectable()
export class MarketFeeds implements OnModuleInit, OnModuleDestroy {
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly topics: TopicFeeds,
  ) {}

  onModuleInit(): void {
    this.topics.onWanted = () => {
      if (!this.sweep) this.begin();
    };
  }

  onModuleDestroy(): void {
    clearInterval(this.sweep);
  }

  private begin(): void {
    const hear = (about: MarketTopic, update: object): void =>
      this.topics.hear(about, update, performance.now());
    this.bus.subscribe(orderBookFeed, (update) => hear({ kind: 'books', symbol: update.symbol }, update));
    this.bus.subscribe(tradeFeed, (trade) => hear({ kind: 'trades', symbol: trade.symbol }, trade));
    this.bus.subscribe(markFeed, (update) => hear({ kind: 'marks' }, update));
    this.sweep = setInterval(() => this.topics.forgetOld(performance.now()), SWEEP_MS).unref();
  }
}
