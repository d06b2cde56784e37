/** What the Binance front tells a key of its own past, in the order and by the numbers of the exchange. */
import { MARKETS, Market, OrderSide, SYMBOL_PATTERN } from '@elvis/trading';
import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { query } from '../contract';
import { OrderView } from '../orders/order-commands';

const NUMBER = /^\d{1,20}$/;

/** From the number on, or of the span, oldest first; the newest ones where neither is given. */
class OwnPast {
  @IsUUID() readonly botConfigId!: string;
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  /** The exchange's number of the first one. */
  @IsOptional() @Matches(NUMBER) readonly fromId?: string;
  @IsOptional() @IsInt() @Min(0) readonly fromMs?: number;
  /** Inclusive. */
  @IsOptional() @IsInt() @Min(0) readonly toMs?: number;
  @IsInt() @Min(1) @Max(1_000) readonly limit!: number;
}

export class ListOwnOrders extends OwnPast {
  /** Conditional orders of futures have numbers of their own. */
  @IsIn(['plain', 'conditional']) readonly kind!: 'plain' | 'conditional';
}

export class ListOwnTrades extends OwnPast {
  /** Only of the order with this number. */
  @IsOptional() @Matches(NUMBER) readonly exchangeOrderId?: string;
}

export interface OwnTrade {
  readonly tradeId: string;
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly realizedPnl: string;
  readonly isMaker: boolean;
  readonly tradedAtMs: number;
}

export class GetOwnFlows {
  @IsUUID() readonly botConfigId!: string;
  @IsIn(MARKETS) readonly market!: Market;
}

/** What a bot's trades have moved since its first one: into the quote asset of each symbol, and fees by asset. */
export interface OwnFlows {
  readonly symbols: readonly { readonly symbol: string; readonly quoteFlow: string }[];
  readonly fees: readonly { readonly asset: string; readonly amount: string }[];
}

export const getOwnFlows = query<GetOwnFlows, OwnFlows>('elvis.query.trade-history.own-flows', GetOwnFlows);
export const listOwnOrders = query<ListOwnOrders, { readonly items: readonly OrderView[] }>(
  'elvis.query.trade-history.own-orders',
  ListOwnOrders,
);
export const listOwnTrades = query<ListOwnTrades, { readonly items: readonly OwnTrade[] }>(
  'elvis.query.trade-history.own-trades',
  ListOwnTrades,
);
