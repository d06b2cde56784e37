/** USD-M futures answers as Binance writes them; only the fields that are read. Numbers are strings, ids may be either. */
export interface FuturesOrder {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly orderId: number | string;
  readonly status: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly avgPrice?: string;
  readonly cumQuote?: string;
  readonly updateTime: number;
}

export interface FuturesTrade {
  readonly symbol: string;
  readonly id: number | string;
  readonly orderId: number | string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly realizedPnl: string;
  readonly maker: boolean;
  readonly time: number;
}

export interface FuturesPosition {
  readonly symbol: string;
  readonly positionSide: string;
  readonly positionAmt: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly unRealizedProfit: string;
  readonly updateTime: number;
}

export interface FuturesBalance {
  readonly asset: string;
  readonly balance: string;
  readonly availableBalance: string;
}

export interface FuturesSymbolConfig {
  readonly symbol: string;
  readonly leverage: number;
  readonly marginType: string;
}

export interface FuturesDepth {
  readonly lastUpdateId: number | string;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

export interface ExchangeFilter {
  readonly filterType: string;
  readonly [field: string]: unknown;
}

export interface ExchangeSymbol {
  readonly symbol: string;
  readonly status: string;
  readonly contractType?: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly filters: readonly ExchangeFilter[];
}

export interface ExchangeRateLimit {
  readonly rateLimitType: string;
  readonly interval: string;
  readonly intervalNum: number;
  readonly limit: number;
}

export interface ExchangeInfo {
  readonly rateLimits: readonly ExchangeRateLimit[];
  readonly symbols: readonly ExchangeSymbol[];
}

/** The `o` of an ORDER_TRADE_UPDATE. */
export interface FuturesOrderUpdate {
  /** symbol, client id, side, order type */
  readonly s: string;
  readonly c: string;
  readonly S: 'BUY' | 'SELL';
  readonly o: string;
  /** quantity, price, average price */
  readonly q: string;
  readonly p: string;
  readonly ap: string;
  /** execution type, order status, order id */
  readonly x: string;
  readonly X: string;
  readonly i: number | string;
  /** last filled quantity, cumulated, last price */
  readonly l: string;
  readonly z: string;
  readonly L: string;
  /** fee asset and fee, absent where there is none */
  readonly N?: string;
  readonly n?: string;
  /** trade time, trade id, maker, realised profit */
  readonly T: number;
  readonly t: number | string;
  readonly m: boolean;
  readonly rp: string;
}

export interface FuturesUserEvent {
  readonly e: string;
  readonly E: number;
  readonly T?: number;
  readonly o?: FuturesOrderUpdate;
  readonly ac?: { readonly s: string; readonly l: number };
  readonly a?: unknown;
}
