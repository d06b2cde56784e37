/**
 * Who wants what: hears it from the bus, and follows a symbol beside `SYMBOLS` for clients only if the exchange lists
 * it. An unknown name would cost a subscription that stays silent and a snapshot that is refused.
 */
import {
  INTERESTED,
  INTEREST_TOPICS,
  Interest,
  InterestTopic,
  interestFeed,
  listInstruments,
  marketOfTopic,
} from '@elvis/contracts';
import { Bus, LOG, Log, SharedWork } from '@elvis/platform';
import { Market, SYMBOL_PATTERN, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { MarketFollower } from './market-follower';

/** For so long a name that the exchange does not list is not asked about again. */
const UNLISTED_MS = 60_000;
const NAMES_AT_MOST = 10_000;

@Injectable()
export class Interests implements OnModuleInit {
  private readonly listed = new Set<string>();
  private readonly unlistedUntilMs = new Map<string, number>();
  private readonly asking = new SharedWork<string, boolean>();
  private isTold = false;

  constructor(
    private readonly bus: Bus,
    private readonly follower: MarketFollower,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(interestFeed, (interest) => void this.hear(interest));
  }

  /**
   * Follows the topic of the symbol for a client.
   *
   * @throws TradingFailure INSTRUMENT_NOT_FOUND the exchange does not list it, or this system does not follow the market
   * @throws TradingFailure OVERLOADED           clients watch as many symbols as they may
   */
  async follow(symbol: string, topic: InterestTopic): Promise<void> {
    const market = marketOfTopic(topic);
    if (!this.follower.isFollowed(market))
      throw new TradingFailure(
        'INSTRUMENT_NOT_FOUND',
        `The ${market} market is not followed here; set the address of its streams to follow it`,
      );
    if (!(await this.isListed(market, symbol)))
      throw new TradingFailure(
        'INSTRUMENT_NOT_FOUND',
        `The exchange does not list ${symbol} on the ${market} market. Check the symbol`,
      );
    if (this.follower.want({ symbol, topic, isBounded: true })) return;
    throw new TradingFailure(
      'OVERLOADED',
      'Clients watch as many symbols beside SYMBOLS as MARKET_MAX_SYMBOLS allows; retry when one is no longer watched',
      { retryAfterMs: 30_000 },
    );
  }

  private async hear(interest: Interest): Promise<void> {
    if (!isInterest(interest)) return;
    const { symbol, topic, by } = interest;
    if (by !== 'clients') return void this.follower.want({ symbol, topic, isBounded: false });
    try {
      await this.follow(symbol, topic);
      this.isTold = false;
    } catch (error) {
      if (!this.isTold)
        this.log.warn(
          { symbol, topic, reason: (error as Error).message },
          'A feed that a client wants is not followed; this is logged again after the next one that is',
        );
      this.isTold = true;
    }
  }

  private async isListed(market: Market, symbol: string): Promise<boolean> {
    const key = `${market}:${symbol}`;
    if (this.follower.feed(market, symbol) || this.listed.has(key)) return true;
    if (performance.now() < (this.unlistedUntilMs.get(key) ?? 0)) return false;
    return this.asking.run(key, () => this.ask(market, symbol, key));
  }

  private async ask(market: Market, symbol: string, key: string): Promise<boolean> {
    try {
      const { instruments } = await this.bus.request(listInstruments, { market, symbol });
      if (instruments.length === 0) return false;
      if (this.listed.size >= NAMES_AT_MOST) this.listed.clear();
      this.listed.add(key);
      return true;
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'INSTRUMENT_NOT_FOUND') throw error;
      if (this.unlistedUntilMs.size >= NAMES_AT_MOST) this.unlistedUntilMs.clear();
      this.unlistedUntilMs.set(key, performance.now() + UNLISTED_MS);
      return false;
    }
  }
}

const isInterest = (said: Partial<Interest> | null): said is Interest =>
  typeof said?.symbol === 'string' &&
  SYMBOL_PATTERN.test(said.symbol) &&
  INTEREST_TOPICS.some((topic) => topic === said.topic) &&
  INTERESTED.some((by) => by === said.by);
