/**
 * Every market topic of which something was heard or that a client listens to. The newest is kept, so that a new listener
 * has it at once; a topic without listeners of which nothing was heard for a minute is forgotten.
 */
import { MarketTopic, marketTopicName } from '../domain/market-topic';
import { CandlesFeed, ReadCandles } from './candles-feed';
import { MarksFeed } from './marks-feed';
import { NewestFeed } from './newest-feed';
import { TopicFeed } from './topic-feed';
import { TradesFeed } from './trades-feed';

const FORGOTTEN_MS = 60_000;

/** Is told that there is more of a topic, not what: it asks for that when it may send. */
export interface FeedListener {
  changed(topic: string): void;
  /** The topic cannot be followed. */
  refused(topic: string, reason: string): void;
}

/** What a listener reads of a topic. */
export type ReadableFeed = Omit<TopicFeed<never>, 'hear'>;

/** @param isNew whether nothing was heard of the topic yet */
type WantedFollower = (about: MarketTopic, isNew: boolean) => void;

interface Entry {
  readonly about: MarketTopic;
  readonly feed: TopicFeed<never>;
  readonly listeners: Set<FeedListener>;
}

export class TopicFeeds {
  private readonly entries = new Map<string, Entry>();
  private readonly followers: WantedFollower[] = [];

  constructor(private readonly readCandles: ReadCandles) {}

  /** Calls back with each topic that gets its first listener. */
  onWanted(follower: WantedFollower): void {
    this.followers.push(follower);
  }

  hear<Update>(about: MarketTopic, update: Update, nowMs: number): void {
    const { feed, listeners } = this.entryOf(about);
    (feed as TopicFeed<Update>).hear(update, nowMs);
    if (listeners.size === 0) return;
    const name = marketTopicName(about);
    for (const listener of listeners) listener.changed(name);
  }

  expectSeed(about: MarketTopic): void {
    this.entryOf(about).feed.expectSeed?.();
  }

  seed<Update>(about: MarketTopic, updates: readonly Update[], nowMs = performance.now()): void {
    const { feed, listeners } = this.entryOf(about);
    (feed as TopicFeed<Update>).seed?.(updates, nowMs);
    if (feed.version > 0) for (const listener of listeners) listener.changed(marketTopicName(about));
  }

  /** Tells those who listen that it cannot be followed; they listen no longer. */
  refuse(about: MarketTopic, reason: string): void {
    const name = marketTopicName(about);
    for (const listener of [...(this.entries.get(name)?.listeners ?? [])]) listener.refused(name, reason);
  }

  /** From now on the listener is told of changes; `part` ends it. */
  join(about: MarketTopic, listener: FeedListener): ReadableFeed {
    const { feed, listeners } = this.entryOf(about);
    listeners.add(listener);
    if (listeners.size === 1) for (const follower of this.followers) follower(about, feed.version === 0);
    return feed;
  }

  part(about: MarketTopic, listener: FeedListener): void {
    const name = marketTopicName(about);
    const entry = this.entries.get(name);
    entry?.listeners.delete(listener);
    // Candles are heard only while they have a listener: what was heard before would have a hole.
    if (entry?.listeners.size === 0 && (entry.feed.version === 0 || about.kind === 'candles'))
      this.entries.delete(name);
  }

  /** The topics that have listeners. */
  wanted(): MarketTopic[] {
    return [...this.entries.values()].filter(({ listeners }) => listeners.size > 0).map(({ about }) => about);
  }

  isWanted(about: MarketTopic): boolean {
    return (this.entries.get(marketTopicName(about))?.listeners.size ?? 0) > 0;
  }

  forgetOld(nowMs: number): void {
    for (const [name, { feed, listeners }] of this.entries)
      if (listeners.size === 0 && nowMs - feed.heardAtMs > FORGOTTEN_MS) this.entries.delete(name);
  }

  private entryOf(about: MarketTopic): Entry {
    const name = marketTopicName(about);
    let entry = this.entries.get(name);
    if (!entry) {
      entry = { about, feed: this.newFeed(about, name), listeners: new Set() };
      this.entries.set(name, entry);
    }
    return entry;
  }

  private newFeed(about: MarketTopic, name: string): TopicFeed<never> {
    switch (about.kind) {
      case 'marks':
        return new MarksFeed();
      case 'trades':
      case 'spot-trades':
        return new TradesFeed(name);
      case 'candles':
        return new CandlesFeed(name, about.symbol, about.interval, this.readCandles);
      default:
        return new NewestFeed(name);
    }
  }
}
