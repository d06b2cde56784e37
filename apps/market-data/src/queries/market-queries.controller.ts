import {
  GetMarketOrderBook,
  GetMarketTrades,
  InterestTopic,
  MarketTrades,
  OrderBookUpdate,
  VenuesView,
  getMarketOrderBook,
  getMarketTrades,
  getVenues,
} from '@elvis/contracts';
import { ServiceIdentity } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { setTimeout as pause } from 'node:timers/promises';
import { Interests } from '../feeds/interests';
import { MarketFollower } from '../feeds/market-follower';
import { Venues } from '../feeds/venues';

/** A book that has just been asked for is in sequence within a second. */
const SYNC_WITHIN_MS = 2_000;
/** Half of the deepest snapshot: a price that has moved leaves fewer than it had. */
const KNOWN_AT_LEAST = 250;

@Controller()
export class MarketQueriesController {
  constructor(
    private readonly follower: MarketFollower,
    private readonly interests: Interests,
    private readonly venues: Venues,
    private readonly identity: ServiceIdentity,
  ) {}

  @MessagePattern(getMarketOrderBook.subject)
  async book(@Payload() wish: GetMarketOrderBook): Promise<OrderBookUpdate> {
    const { market, symbol, levels, nextWithinMs } = wish;
    await this.interests.follow(symbol, topicOf(market, 'books'));
    const feed = this.follower.feed(market, symbol);
    await feed?.whenSynced(SYNC_WITHIN_MS);
    if (feed && !feed.sync.orderBook.knows(Math.min(levels, KNOWN_AT_LEAST)))
      await Promise.race([feed.sync.deepen(), pause(SYNC_WITHIN_MS, undefined, { ref: false })]);
    if (nextWithinMs) await feed?.nextChange(nextWithinMs);
    const orderBook = feed?.quotes.orderBook(levels);
    if (orderBook) return orderBook;
    throw new TradingFailure(
      'MARKET_DATA_MISSING',
      `The order book of ${symbol} on the ${market} market is being loaded; retry in a moment`,
      { retryAfterMs: 1_000 },
    );
  }

  @MessagePattern(getMarketTrades.subject)
  async trades(@Payload() { market, symbol, limit }: GetMarketTrades): Promise<MarketTrades> {
    await this.interests.follow(symbol, topicOf(market, 'trades'));
    return { trades: this.follower.feed(market, symbol)?.quotes.newestTrades(limit) ?? [] };
  }

  @MessagePattern(getVenues.subject)
  list(): VenuesView {
    return { instance: this.identity.instance, venues: this.venues.list() };
  }
}

const topicOf = (market: Market, kind: 'books' | 'trades'): InterestTopic =>
  market === 'spot' ? `spot-${kind}` : kind;
