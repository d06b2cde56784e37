/**
 * Tells market-data what the clients of this gateway want to see: a topic at once when its first listener comes, and all
 * of them every five seconds while they last. What is not said again is let go there after a while, so a client that
 * comes and goes need not be said each time.
 */
import { INTEREST_EVERY_MS, InterestTopic, interestFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { MarketTopic } from '../domain/market-topic';
import { TopicFeeds } from './topic-feeds';

@Injectable()
export class InterestPublisher implements OnModuleInit, OnModuleDestroy {
  /** By `<SYMBOL>.<topic>`: when it was said last. */
  private readonly saidAtMs = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly topics: TopicFeeds,
  ) {}

  onModuleInit(): void {
    this.topics.onWanted((about) => this.say(about, performance.now()));
    this.timer = setInterval(() => this.sayAll(performance.now()), INTEREST_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private sayAll(nowMs: number): void {
    this.saidAtMs.clear();
    const wanted = this.topics.wanted();
    for (const about of wanted) this.say(about, nowMs);
  }

  private say(about: MarketTopic, nowMs: number): void {
    if (about.kind === 'marks') return this.sayMarks(nowMs);
    // The other venue is always followed.
    if (about.kind === 'reference') return;
    this.sayOne(about.symbol, about.kind, nowMs);
    if (this.topics.isWanted({ kind: 'marks' })) this.sayOne(about.symbol, 'marks', nowMs);
  }

  /** Marks are one topic for all symbols: who listens to it wants those of the symbols that clients look at. */
  private sayMarks(nowMs: number): void {
    for (const about of this.topics.wanted())
      if ('symbol' in about) this.sayOne(about.symbol, 'marks', nowMs);
  }

  private sayOne(symbol: string, topic: InterestTopic, nowMs: number): void {
    const name = `${symbol}.${topic}`;
    if (nowMs - (this.saidAtMs.get(name) ?? -Infinity) < INTEREST_EVERY_MS) return;
    this.saidAtMs.set(name, nowMs);
    this.bus.publish(interestFeed, name, { symbol, topic, by: 'clients' });
  }
}
