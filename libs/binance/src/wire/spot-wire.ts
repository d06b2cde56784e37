/** Spot answers as Binance writes them; only the fields that are read. Order and trade ids are a symbol's own. */
export interface SpotOrder {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly orderId: number | string;
  readonly status: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  /** Below zero where the exchange does not know any more. */
  readonly cummulativeQuoteQty?: string;
  readonly updateTime?: number;
  /** In answers to a placement or a cancel, instead of `updateTime`. */
  readonly transactTime?: number;
}

/** Answer to a list that was placed or canceled. */
export interface SpotOrderList {
  readonly listClientOrderId: string;
  readonly orderReports: readonly SpotOrder[];
}

export interface SpotTrade {
  readonly symbol: string;
  readonly id: number | string;
  readonly orderId: number | string;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly time: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
}

export interface SpotAccountAnswer {
  readonly balances: readonly { readonly asset: string; readonly free: string; readonly locked: string }[];
}

/** `executionReport`. */
export interface SpotExecutionReport {
  /** symbol, client id, original client id (of a cancel, else empty), side, order type */
  readonly s: string;
  readonly c: string;
  readonly C: string;
  readonly S: 'BUY' | 'SELL';
  readonly o: string;
  /** quantity, price */
  readonly q: string;
  readonly p: string;
  /** execution type, order status, order id */
  readonly x: string;
  readonly X: string;
  readonly i: number | string;
  /** last filled quantity, its price, its worth; cumulated quantity and worth */
  readonly l: string;
  readonly L: string;
  readonly Y: string;
  readonly z: string;
  readonly Z: string;
  /** fee and its asset */
  readonly n: string | null;
  readonly N: string | null;
  /** time, trade id, maker */
  readonly T: number;
  readonly t: number | string;
  readonly m: boolean;
}

/** What arrives on the WebSocket API: an answer to a message of this client, or an event. */
export interface SpotUserMessage {
  readonly id?: string;
  readonly status?: number;
  readonly error?: { readonly code: number; readonly msg: string };
  readonly event?: SpotUserEvent;
}

export interface SpotUserEvent {
  readonly e: string;
  readonly E: number;
  /** Of `outboundAccountPosition`: asset, free, locked, of each that may have changed. */
  readonly B?: readonly { readonly a: string; readonly f: string; readonly l: string }[];
}
