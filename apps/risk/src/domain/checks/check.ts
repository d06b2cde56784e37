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
}

/** A limit that is absent was switched `off`, explicitly. */
export interface RiskLimits {
  readonly maxOrderNotional?: Decimal;
  /** Fraction of the mark. */
  readonly priceCollar?: Decimal;
  readonly maxPriceAgeMs?: number;
}

export type Check = (order: CheckedOrder, facts: Facts, limits: RiskLimits) => Verdict;
