/** Lossy market updates on `elvis.market.<kind>.<SYMBOL>`. Ages are milliseconds at the moment of publishing. */
import { Market, OrderSide } from '@elvis/trading';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { marketFeed } from '../contract';
import { PriceLevel } from '../orders/order-queries';

export class MarkUpdate {
  @IsString() readonly symbol!: string;
  @IsString() readonly mark!: string;
  /** The exchange's own time of the event. */
  @IsInt() readonly eventTimeMs!: number;
  /** How long ago market-data received it; the reader adds the time since it read this. */
  @IsInt() @Min(0) readonly ageMs!: number;
}

export class OrderBookUpdate {
  @IsString() readonly symbol!: string;
  /** Best first, at most 20 a side. */
  @IsArray() readonly bids!: readonly PriceLevel[];
  @IsArray() readonly asks!: readonly PriceLevel[];
  @IsString() readonly updateId!: string;
  @IsInt() readonly eventTimeMs!: number;
  @IsInt() @Min(0) readonly ageMs!: number;
}

/** An aggregate trade: what one taker order took at one price. */
export class MarketTrade {
  @IsString() readonly symbol!: string;
  /** Counts up by one on its market and symbol. */
  @IsString() readonly tradeId!: string;
  /** The exchange's single trades in it; the first follows the last of the aggregate before. */
  @IsOptional() @IsString() readonly firstTradeId?: string;
  @IsOptional() @IsString() readonly lastTradeId?: string;
  /** When it was traded, by the exchange's clock. */
  @IsOptional() @IsInt() readonly tradeTimeMs?: number;
  @IsString() readonly price!: string;
  @IsString() readonly quantity!: string;
  @IsIn(['BUY', 'SELL']) readonly takerSide!: OrderSide;
  @IsInt() readonly eventTimeMs!: number;
  @IsInt() @Min(0) readonly ageMs!: number;
}

/** The last 24 hours of a symbol. */
export class TickerUpdate {
  @IsString() readonly symbol!: string;
  @IsString() readonly last!: string;
  /** Of the price, absolute, against 24 hours ago; may be negative. */
  @IsString() readonly change!: string;
  /** The same in percent. */
  @IsString() readonly changePercent!: string;
  @IsString() readonly high!: string;
  @IsString() readonly low!: string;
  /** In the base asset. */
  @IsString() readonly volume!: string;
  /** In the quote asset. */
  @IsString() readonly quoteVolume!: string;
  @IsInt() readonly eventTimeMs!: number;
  @IsInt() @Min(0) readonly ageMs!: number;
}

export const markFeed = marketFeed('elvis.market.mark', MarkUpdate);
export const orderBookFeed = marketFeed('elvis.market.book', OrderBookUpdate);
export const tradeFeed = marketFeed('elvis.market.trade', MarketTrade);
export const tickerFeed = marketFeed('elvis.market.ticker', TickerUpdate);
/** The same of the spot market, whose symbols have the same names. */
export const spotOrderBookFeed = marketFeed('elvis.market.spot-book', OrderBookUpdate);
export const spotTradeFeed = marketFeed('elvis.market.spot-trade', MarketTrade);
export const spotTickerFeed = marketFeed('elvis.market.spot-ticker', TickerUpdate);

/** What can be wanted of a symbol. Candles are made of trades, and want those. */
export const INTEREST_TOPICS = [
  'books',
  'trades',
  'marks',
  'tickers',
  'candles',
  'spot-books',
  'spot-trades',
  'spot-tickers',
] as const;
export type InterestTopic = (typeof INTEREST_TOPICS)[number];

/** Who wants a feed: those who watch may be told that there are too many symbols, the account never. */
export const INTERESTED = ['clients', 'account', 'bots'] as const;
export type Interested = (typeof INTERESTED)[number];

/**
 * Somebody wants a feed, on `elvis.presence.interest.<SYMBOL>.<topic>`: at once with the first want, and every
 * `INTEREST_EVERY_MS` while it lasts. There is no message for the end: what is not said again is let go after a while.
 */
export class Interest {
  @IsString() readonly symbol!: string;
  @IsIn(INTEREST_TOPICS) readonly topic!: InterestTopic;
  @IsIn(INTERESTED) readonly by!: Interested;
}

export const INTEREST_EVERY_MS = 5_000;
/** Published with `<SYMBOL>.<topic>` in the place of the symbol. */
export const interestFeed = marketFeed('elvis.presence.interest', Interest);

/** Which market a topic is of. */
export const marketOfTopic = (topic: InterestTopic): Market =>
  topic.startsWith('spot-') ? 'spot' : 'futures';
