/** Lossy market updates on `elvis.market.<kind>.<SYMBOL>`. Ages are milliseconds at the moment of publishing. */
import { OrderSide } from '@elvis/trading';
import { IsArray, IsIn, IsInt, IsString, Min } from 'class-validator';
import { marketFeed } from './contract';
import { PriceLevel } from './orders/order-queries';

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

export class MarketTrade {
  @IsString() readonly symbol!: string;
  @IsString() readonly tradeId!: string;
  @IsString() readonly price!: string;
  @IsString() readonly quantity!: string;
  @IsIn(['BUY', 'SELL']) readonly takerSide!: OrderSide;
  @IsInt() readonly eventTimeMs!: number;
  @IsInt() @Min(0) readonly ageMs!: number;
}

export const markFeed = marketFeed('elvis.market.mark', MarkUpdate);
export const orderBookFeed = marketFeed('elvis.market.book', OrderBookUpdate);
export const tradeFeed = marketFeed('elvis.market.trade', MarketTrade);
