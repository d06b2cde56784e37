/** What trade-history can tell. A fill of Elvis is called a trade here, as the old API called it. */
import { CLIENT_ORDER_ID_PATTERN, ORDER_SIDES, OrderSide, SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { query } from '../contract';
import { Page } from '../orders/order-queries';

export class TradeFilter {
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
  @IsOptional() @IsIn(ORDER_SIDES) readonly side?: OrderSide;
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  @IsOptional() @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId?: string;
  /** First millisecond, inclusive. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  /** Last millisecond, exclusive. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
}

export class ListTrades extends TradeFilter {
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  /** `older` walks back in time from the cursor, `newer` forward; items are newest first either way. */
  @IsIn(['older', 'newer']) readonly direction: 'older' | 'newer' = 'older';
  @Type(() => Number) @IsInt() @Min(1) @Max(1000) readonly limit: number = 50;
}

export interface TradeView {
  readonly id: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly realizedPnl: string;
  readonly botConfigId?: string;
  /** Absent for an order of Elvis; otherwise a hand at the exchange made it, or a liquidation. */
  readonly origin?: 'external' | 'liquidation';
  readonly createdAtMs: number;
}

/** `nextCursor` goes on in the asked direction, `previousCursor` back in the other one. */
export interface TradePage extends Page<TradeView> {
  readonly previousCursor: string | null;
}

export const listTrades = query<ListTrades, TradePage>('elvis.query.trade-history.trades', ListTrades);
export const countTrades = query<TradeFilter, { readonly count: number }>(
  'elvis.query.trade-history.trades-count',
  TradeFilter,
);
