/** What a pre-trade check is: a pure function of the order, the facts at hand and the limits in force. */
import {
  ClearanceLimits,
  Decimal,
  Instrument,
  Market,
  MissingInput,
  OrderContent,
  TradingState,
  Verdict,
} from '@elvis/trading';

/** The order with its decimals read once. */
export interface CheckedOrder {
  readonly content: OrderContent;
  readonly quantity: Decimal;
  readonly price?: Decimal;
  /** The price at which a conditional order wakes, or a trailing one begins to follow the market. */
  readonly trigger?: Decimal;
  /** How far a trailing order follows behind, in percent. */
  readonly callback?: Decimal;
  /** It is sent so that it can only reduce: reduce-only, or one that closes the position. */
  readonly isReduceOnly: boolean;
}

export interface MarkFact {
  readonly price: Decimal;
  readonly ageMs: number;
}

export interface OrderBookLevel {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

/** The side of the book the order would take from, best price first. */
export interface OrderBookFact {
  readonly levels: readonly OrderBookLevel[];
  readonly ageMs: number;
}

/** The middle of the symbol's book at a venue that is only looked at, and how far the exchange is from it. */
export interface ReferenceFact {
  readonly venue: string;
  readonly price: Decimal;
  readonly ageMs: number;
  readonly compared?: ComparedFact;
  /** Why it was not compared; empty where it was. */
  readonly lacks: string;
}

/** The middle of the exchange's own book (futures) as it was when the two were compared, `ageMs` old by now. */
export interface ComparedFact {
  readonly price: Decimal;
  readonly ageMs: number;
  /** As a fraction, signed: exchange over reference less one, less the median of that over a day. */
  readonly divergence: Decimal;
}

export interface StateFact {
  readonly state: TradingState;
  /** The stop that says so, and what it covers; absent while ACTIVE. */
  readonly stopId?: string;
  readonly scope?: string;
}

/** Asked for each second; the limiter may hold a question back for some seconds while orders need its room. */
export const MAX_ACCOUNT_AGE_MS = 15_000;

/** The account as execution told it, `ageMs` ago. */
export interface AccountFact {
  readonly ageMs: number;
  /** Wallet and what is not realised yet, in the instrument's quote asset. */
  readonly equity: Decimal;
  /** What the exchange says is free for new positions. */
  readonly free: Decimal;
}

/** What the exchange said, `ageMs` ago, of the asset that a spot order spends. */
export interface FundsFact {
  readonly asset: string;
  readonly ageMs: number;
  /** Held back for orders that rest there, ours and others'. */
  readonly locked: Decimal;
}

/** What the account has lost, as measured; absent while its history is not known. */
export interface LossFact {
  readonly today: Decimal;
  readonly drawdown: Decimal;
  /** Today's by market where spot is measured, signed: below zero is won. Their sum is `today` where that is a loss. */
  readonly todayByMarket?: Readonly<Record<Market, Decimal>>;
  /** Why the figures are not those of this moment: the refusal of what would open something on them. */
  readonly lacks?: MissingInput;
}

/** One row of the exchange's table: positions worth up to `notionalCap` may use up to `maximum`. */
export interface LeverageBracket {
  readonly notionalCap: Decimal;
  readonly maximum: number;
}

/** What a bot was cleared for, and what it has used of that today. */
export interface ClearanceFact {
  /** Why no clearance holds. */
  readonly lacks?: string;
  /** Of a limited one. */
  readonly limits?: ClearanceLimits;
  /** Orders of today that opened, this one included. */
  readonly ordersToday?: number;
  /** In the quote asset; 0 where it has won. */
  readonly lossToday?: string;
}

/** Everything the checks may read. What is absent is not known, and not known is a refusal. */
export interface Facts {
  /** When this was judged, in UTC milliseconds of risk's own clock: what a check asks of the time, it asks of this. */
  readonly nowMs: number;
  readonly state: StateFact;
  readonly isSymbolTraded: boolean;
  /** False where execution takes no orders of the market; absent where it did not say. */
  readonly isMarketTraded?: boolean;
  readonly instrument?: Instrument;
  /** On spot, which has no mark: the middle of its own book. */
  readonly mark?: MarkFact;
  readonly book?: OrderBookFact;
  readonly reference?: ReferenceFact;
  readonly leverage: number;
  readonly leverageCap?: number;
  readonly isLeverageOverridden: boolean;
  /** Smallest notional first. */
  readonly brackets?: readonly LeverageBracket[];
  readonly account?: AccountFact;
  /** Spot alone: it is paid for with what is held, and the account above is the one of futures. */
  readonly funds?: FundsFact;
  readonly loss?: LossFact;
  /** Of a bot's order: who else holds the symbol, or `account` for a position that is no bot's; absent where none does. */
  readonly leasedTo?: string;
  /** Of a bot's order in live trading; absent elsewhere. */
  readonly clearance?: ClearanceFact;
  /** Services of builds that do not understand each other; what they are, as text. */
  readonly buildsDisagree?: string;
}

/** A limit that is absent was switched `off`, explicitly. */
export interface RiskLimits {
  readonly maxOrderNotional?: Decimal;
  /** Fraction of the mark. */
  readonly priceCollar?: Decimal;
  readonly maxPriceAgeMs?: number;
  /** Fraction of the reference. */
  readonly maxVenueDivergence?: Decimal;
  readonly maxPositionNotional?: Decimal;
  readonly maxGrossNotional?: Decimal;
  readonly maxOpenOrders?: number;
  readonly maxOrdersPerSecond?: number;
  readonly duplicateWindowMs?: number;
  readonly maxDailyLoss?: Decimal;
  readonly maxDrawdown?: Decimal;
  readonly maxConsecutiveRejects?: number;
}

export type Check = (order: CheckedOrder, facts: Facts, limits: RiskLimits) => Verdict;
