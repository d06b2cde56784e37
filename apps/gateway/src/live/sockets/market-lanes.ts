/**
 * The market topics of one client. What changed since its last frame leaves at the next start of its interval, the
 * newest state only; a paused client listens to nothing, so that it costs nothing and counts for no interest.
 */
import { MarketTopic, isOfTrades, marketTopicName } from '../domain/market-topic';
import { Level, ACCOUNT_ONLY, STATE_INTERVALS_MS, TRADES_INTERVALS_MS } from '../domain/quality';
import { Frame } from '../frames/frame';
import { FeedListener, ReadableFeed, TopicFeeds } from '../market/topic-feeds';
import { Lane, Ticks } from './ticks';

/** Fifty symbols with order book, trades, ticker and candles. */
export const TOPICS_AT_MOST = 200;

interface Subscription {
  readonly about: MarketTopic;
  readonly lane: Lane;
  feed: ReadableFeed | undefined;
  /** The version of the feed that the client has; undefined: nothing yet. */
  known: number | undefined;
}

interface Outlet {
  /** Is called before a start, and may lower the level or pause. */
  mayStart(nowMs: number): void;
  /** A topic was taken out again, because it cannot be followed. */
  refused(topic: string, reason: string): void;
  /** Writes frames that belong together. */
  send(frames: readonly Frame[]): void;
}

export class MarketLanes implements FeedListener {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly states: Lane;
  private readonly trades: Lane;
  private isPaused = false;

  constructor(
    private readonly feeds: TopicFeeds,
    private readonly ticks: Ticks,
    phase: number,
    private readonly outlet: Outlet,
  ) {
    this.states = new Lane(STATE_INTERVALS_MS[0], phase, (nowMs) => this.fire(this.states, nowMs));
    this.trades = new Lane(TRADES_INTERVALS_MS[0], phase, (nowMs) => this.fire(this.trades, nowMs));
  }

  get names(): string[] {
    return [...this.subscriptions.keys()];
  }

  get count(): number {
    return this.subscriptions.size;
  }

  /** Adds them, to be started; answers those for which there is no room. */
  subscribe(topics: readonly MarketTopic[]): string[] {
    const refused: string[] = [];
    for (const about of topics) {
      const name = marketTopicName(about);
      if (this.subscriptions.has(name)) continue;
      if (this.subscriptions.size >= TOPICS_AT_MOST) {
        refused.push(name);
        continue;
      }
      const lane = isOfTrades(about) ? this.trades : this.states;
      this.subscriptions.set(name, { about, lane, feed: undefined, known: undefined });
    }
    return refused;
  }

  /** The newest of each new one leaves at once, or at the next start if this interval has had its frame. */
  start(nowMs: number): void {
    if (this.isPaused) return;
    for (const subscription of this.subscriptions.values()) {
      if (subscription.feed) continue;
      subscription.feed = this.feeds.join(subscription.about, this);
      // Where there was nothing, all that comes is news.
      if (subscription.feed.version === 0) subscription.known = 0;
    }
    for (const lane of [this.states, this.trades]) {
      if (!lane.isFree(this.ticks.slot)) this.ticks.arm(lane);
      else if (this.sendChanged(lane, nowMs)) lane.used(this.ticks.slot);
    }
  }

  unsubscribe(topics: readonly MarketTopic[]): void {
    for (const about of topics) {
      if (this.subscriptions.delete(marketTopicName(about))) this.feeds.part(about, this);
    }
  }

  changed(topic: string): void {
    const lane = this.subscriptions.get(topic)?.lane;
    if (lane) this.ticks.arm(lane);
  }

  refused(topic: string, reason: string): void {
    const about = this.subscriptions.get(topic)?.about;
    if (about) this.unsubscribe([about]);
    this.outlet.refused(topic, reason);
  }

  setLevel(level: Level, nowMs: number): void {
    if (level === ACCOUNT_ONLY) return this.pause();
    this.states.setInterval(STATE_INTERVALS_MS[level]);
    this.trades.setInterval(TRADES_INTERVALS_MS[level]);
    if (!this.isPaused) return;
    this.isPaused = false;
    this.start(nowMs);
  }

  close(): void {
    this.unsubscribe([...this.subscriptions.values()].map(({ about }) => about));
    this.ticks.disarm(this.states);
    this.ticks.disarm(this.trades);
  }

  private pause(): void {
    this.isPaused = true;
    for (const subscription of this.subscriptions.values()) {
      if (subscription.feed) this.feeds.part(subscription.about, this);
      subscription.feed = undefined;
      // What it has is old by the time it goes on: it begins again as a newcomer.
      subscription.known = undefined;
    }
  }

  private fire(lane: Lane, nowMs: number): void {
    this.outlet.mayStart(nowMs);
    this.sendChanged(lane, nowMs);
  }

  /** Whether there was anything to send. */
  private sendChanged(lane: Lane, nowMs: number): boolean {
    const frames: Frame[] = [];
    for (const subscription of this.subscriptions.values()) {
      const { feed, known } = subscription;
      if (subscription.lane !== lane || !feed || feed.version === (known ?? 0)) continue;
      subscription.known = feed.version;
      frames.push(feed.frame(known, nowMs));
    }
    if (frames.length > 0) this.outlet.send(frames);
    return frames.length > 0;
  }
}
