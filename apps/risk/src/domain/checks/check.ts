/** What a pre-trade check is: a pure function of the order, the facts at hand and the limits in force. */
import { Decimal, Instrument, OrderContent, TradingState, Verdict } from '@elvis/trading';

/** The order with its decimals read once. */
export interface CheckedOrder {
  readonly content: OrderContent;
  readonly quantity: Decimal;
  readonly price?: Decimal;
  readonly isReduceOnly: boolean;
}

export interface MarkFact {
  readonly price: Decimal;
  readonly ageMs: number;
}

export interface BookLevel {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

/** The side of the book the order would take from, best price first. */
export interface BookFact {
  readonly levels: readonly BookLevel[];
  readonly ageMs: number;
}

export interface StateFact {
  readonly state: TradingState;
  /** The stop that says so, and what it covers; absent while ACTIVE. */
  readonly stopId?: string;
  readonly scope?: string;
}

/** The account as execution told it, `ageMs` ago. */
export interface AccountFact {
  readonly ageMs: number;
  /** Wallet and what is not realised yet, in the instrument's quote asset. */
  readonly equity: Decimal;
  /** What the exchange says is free for new positions. */
  readonly free: Decimal;
}

/** What the account has lost, as measured; absent while its history is not known. */
export interface LossFact {
  readonly today: Decimal;
  readonly drawdown: Decimal;
}

/** One row of the exchange's table: positions worth up to `notionalCap` may use up to `maximum`. */
export interface LeverageBracket {
  readonly notionalCap: Decimal;
  readonly maximum: number;
}

/** Everything the checks may read. What is absent is not known, and not known is a refusal. */
export interface Facts {
  readonly state: StateFact;
  readonly isSymbolTraded: boolean;
  readonly instrument?: Instrument;
  readonly mark?: MarkFact;
  readonly book?: BookFact;
  readonly leverage: number;
  readonly leverageCap?: number;
  readonly isLeverageOverridden: boolean;
  /** Smallest notional first. */
  readonly brackets?: readonly LeverageBracket[];
  readonly account?: AccountFact;
  readonly loss?: LossFact;
  /** Services of builds that do not understand each other; what they are, as text. */
  readonly buildsDisagree?: string;
}

/** A limit that is absent was switched `off`, explicitly. */
export interface RiskLimits {
  readonly maxOrderNotional?: Decimal;
  /** Fraction of the mark. */
  readonly priceCollar?: Decimal;
  readonly maxPriceAgeMs?: number;
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
