/**
 * What market-data has of a symbol already, for the first client that looks at it: its order book, and the trades before.
 * market-data says by it as well when it cannot follow a symbol, and then the clients are told.
 */
import { getMarketOrderBook, getMarketTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { MarketTopic, isOfSpot, isOfTrades, marketTopicName } from '../domain/market-topic';
import { TopicFeeds } from './topic-feeds';

const TIMEOUT_MS = 2_000;
const LEVELS = 20;
const TRADES = 200;
/** Nothing of these is mended by waiting a moment. */
const REFUSALS = new Set(['OVERLOADED', 'INSTRUMENT_NOT_FOUND']);
const REFUSED_FOR_MS = 5_000;
const REMEMBERED = 1_000;

type SymbolTopic = MarketTopic & { readonly symbol: string };

@Injectable()
export class FeedSeeds implements OnModuleInit {
  /** Whoever asks again and again is answered without market-data. */
  private readonly refusals = new Map<string, { readonly error: TradingFailure; readonly atMs: number }>();

  constructor(
    private readonly bus: Bus,
    private readonly topics: TopicFeeds,
  ) {}

  onModuleInit(): void {
    this.topics.onWanted((about, isNew) => {
      if (isNew && 'symbol' in about && (isOfTrades(about) || about.kind.endsWith('books')))
        void this.seed(about);
    });
  }

  private async seed(about: SymbolTopic): Promise<void> {
    this.topics.expectSeed(about);
    try {
      this.topics.seed(about, await this.read(about));
    } catch (error) {
      if (error instanceof TradingFailure && REFUSALS.has(error.code)) return this.refuse(about, error);
      this.topics.seed(about, []);
    }
  }

  /** Oldest first. */
  private async read(about: SymbolTopic): Promise<readonly object[]> {
    const refusal = this.refusals.get(marketTopicName(about));
    if (refusal && performance.now() - refusal.atMs < REFUSED_FOR_MS) throw refusal.error;
    const which = { market: isOfSpot(about) ? 'spot' : 'futures', symbol: about.symbol } as const;
    const options = { timeoutMs: TIMEOUT_MS };
    if (!isOfTrades(about))
      return [await this.bus.request(getMarketOrderBook, { ...which, levels: LEVELS }, options)];
    const { trades } = await this.bus.request(getMarketTrades, { ...which, limit: TRADES }, options);
    return [...trades].reverse();
  }

  private refuse(about: SymbolTopic, error: TradingFailure): void {
    if (this.refusals.size >= REMEMBERED) this.refusals.clear();
    this.refusals.set(marketTopicName(about), { error, atMs: performance.now() });
    this.topics.refuse(about, error.message);
  }
}
