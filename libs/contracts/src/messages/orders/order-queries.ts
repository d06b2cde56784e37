/** Questions about orders and the account. `status=open` is execution's to answer, all else trade-history's. */
import {
  CLIENT_ORDER_ID_PATTERN,
  HedgeSide,
  InstrumentMessage,
  MARKETS,
  Market,
  ORDER_STATUSES,
  OrderStatus,
  SYMBOL_PATTERN,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { query } from '../contract';
import { OrderView } from './order-commands';

/** A page of a list; `nextCursor` is null on the last one and belongs to the source that made it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export class FindOrder {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
}

export class ListOrders {
  /** A single status, or `closed` for all of the final ones; everything if absent. */
  @IsOptional() @IsIn(['open', 'closed', ...ORDER_STATUSES]) readonly status?:
    'open' | 'closed' | OrderStatus;
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  @Type(() => Number) @IsInt() @Min(1) @Max(1000) readonly limit: number = 50;
}

/** The order as execution's journal has it. @throws ORDER_NOT_FOUND */
export const findOrder = query<FindOrder, OrderView>('elvis.query.execution.order', FindOrder);

/** The same from the database. @throws ORDER_NOT_FOUND */
export const findStoredOrder = query<FindOrder, OrderView>('elvis.query.trade-history.order', FindOrder);

export class FindOrderAtExchange {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @Matches(/^(algo:)?\d{1,20}$/) readonly exchangeOrderId!: string;
}

/** An order by its number at the exchange, as the database has it. @throws ORDER_NOT_FOUND */
export const findOrderAtExchange = query<FindOrderAtExchange, OrderView>(
  'elvis.query.trade-history.order-at-exchange',
  FindOrderAtExchange,
);

export const listOpenOrders = query<ListOrders, Page<OrderView>>(
  'elvis.query.execution.open-orders',
  ListOrders,
);

export const listStoredOrders = query<ListOrders, Page<OrderView>>(
  'elvis.query.trade-history.orders',
  ListOrders,
);

export class GetAccount {
  @IsIn(MARKETS) readonly market!: Market;
  /**
   * How old the answer may be, 2.5 s if absent. With 0 it is read from the exchange after the question was asked, which
   * costs weight; everything else is answered from what the account's stream tells as long as there is one.
   */
  @IsOptional() @IsInt() @Min(0) readonly maxAgeMs?: number;
}

export interface PositionView {
  readonly symbol: string;
  /** Of an account in hedge mode, where a symbol has one of each; absent in one-way mode. */
  readonly positionSide?: HedgeSide;
  /** Signed: above zero is LONG. */
  readonly quantity: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly unrealizedPnl: string;
  readonly leverage?: number;
}

/** How the futures account is set up at the exchange, as last read there. */
export interface AccountModes {
  readonly positionMode: 'ONE_WAY' | 'HEDGE';
  readonly assetMode: 'SINGLE' | 'MULTI';
  /** False where the exchange lets this account place no orders. */
  readonly canTrade: boolean;
}

export interface BalanceView {
  readonly asset: string;
  readonly wallet: string;
  readonly free: string;
}

/** The exchange's own view of the account, at `asOfMs` on the exchange's clock. */
export interface AccountView {
  readonly balances: readonly BalanceView[];
  readonly positions: readonly PositionView[];
  readonly asOfMs: number;
  /** How long ago `asOfMs` was when this was answered. */
  readonly ageMs?: number;
  /** When the exchange itself was last asked: what a futures account has free is as old as that. */
  readonly readAtMs?: number;
  /** Exchange time of the last change that is known of a wallet: every fill and every booking is one. */
  readonly changedAtMs?: number;
  /** Of futures; absent where the exchange has no word for it, or it has not been read yet. */
  readonly modes?: AccountModes;
}

export const getAccount = query<GetAccount, AccountView>('elvis.query.execution.account', GetAccount);

export class ListInstruments {
  @IsIn(MARKETS) readonly market!: Market;
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
  /** Known already, by its `asOfMs`: unless there is a newer list the answer has none. */
  @IsOptional() @IsInt() @Min(0) readonly newerThanMs?: number;
}

export interface InstrumentList {
  readonly instruments: readonly InstrumentMessage[];
  /** Exchange time at which the exchange was asked for this list. */
  readonly asOfMs?: number;
  /** There is none newer than the one that is known. */
  readonly isUnchanged?: boolean;
  /** Whether orders of this market are taken at all: spot is traded only where its addresses are named. */
  readonly isMarketTraded?: boolean;
}

/** What can be traded, as the exchange announces it. @throws INSTRUMENT_NOT_FOUND for an unknown `symbol` */
export const listInstruments = query<ListInstruments, InstrumentList>(
  'elvis.query.execution.instruments',
  ListInstruments,
);

export class GetDepth {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @IsIn([5, 10, 20, 50, 100, 500, 1000]) readonly limit!: number;
}

/** [price, quantity], both decimal strings. */
export type PriceLevel = readonly [price: string, quantity: string];

export interface DepthSnapshot {
  readonly lastUpdateId: string;
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
}

/** A REST snapshot to start a local book from: only execution speaks REST to the exchange. */
export const getDepth = query<GetDepth, DepthSnapshot>('elvis.query.execution.depth', GetDepth);
