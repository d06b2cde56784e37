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

/** A conditional order of the Algo service. Its numbers are its own until it triggers into an order. */
export interface FuturesAlgoOrder {
  readonly algoId: number | string;
  readonly clientAlgoId: string;
  readonly orderType: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
  readonly algoStatus: string;
  readonly actualOrderId?: string | number;
  readonly updateTime?: number;
}

/** One element of a batch's answer: the order, or why there is none. */
export type FuturesBatchAnswer = FuturesOrder | { readonly code: number; readonly msg: string };

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

export interface FuturesAccountConfig {
  readonly dualSidePosition: boolean;
  readonly multiAssetsMargin: boolean;
  readonly canTrade?: boolean;
}

/** One booking. Only fills have a trade id, and only some bookings a symbol; both are empty text otherwise. */
export interface FuturesIncome {
  readonly symbol?: string;
  readonly incomeType: string;
  readonly income: string;
  readonly asset: string;
  readonly info?: string;
  readonly time: number;
  readonly tranId: number | string;
  readonly tradeId?: number | string;
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
  /** position side: BOTH in one-way mode */
  readonly ps?: string;
}

/** The `o` of an ALGO_UPDATE. */
export interface FuturesAlgoUpdate {
  /** client algo id, algo id, order type, symbol, side, quantity, price */
  readonly caid: string;
  readonly aid: number | string;
  readonly o: string;
  readonly s: string;
  readonly S: 'BUY' | 'SELL';
  readonly q: string;
  readonly p?: string;
  /** status, actual order id once triggered */
  readonly X: string;
  readonly ai?: number | string;
  /** position side: BOTH in one-way mode */
  readonly ps?: string;
}

export interface FuturesUserEvent {
  readonly e: string;
  readonly E: number;
  readonly T?: number;
  readonly o?: FuturesOrderUpdate | FuturesAlgoUpdate;
  /** Of ACCOUNT_CONFIG_UPDATE: the leverage of a symbol, or whether the account is in multi-asset mode. */
  readonly ac?: { readonly s: string; readonly l: number };
  readonly ai?: { readonly j: boolean };
  readonly a?: FuturesAccountUpdate;
}

/** The `a` of an ACCOUNT_UPDATE: balances and positions that changed, as they are now. */
export interface FuturesAccountUpdate {
  /** asset, wallet balance */
  readonly B?: readonly { readonly a: string; readonly wb: string }[];
  /** symbol, amount, entry price, unrealized profit, position side */
  readonly P?: readonly {
    readonly s: string;
    readonly pa: string;
    readonly ep: string;
    readonly up: string;
    readonly ps: string;
  }[];
}
