/** What is planned for a protection, and what it is planned by. */
import { Decimal, Instrument, OrderContent, OrderView } from '@elvis/trading';
import { Held, ProtectionTerms } from './levels';

export interface ProtectionGiven {
  /** `b.<bot>.<run>.<step>`: what the ids of the orders begin with. */
  readonly step: string;
  readonly botConfigId: string;
  readonly instrument: Instrument;
  /** Undefined while the bot is flat. */
  readonly held: Held | undefined;
  readonly terms: ProtectionTerms;
  /** The bot's orders that may be alive, as execution's journal has them. */
  readonly orders: readonly OrderView[];
  /** Protections that risk or the exchange refused since the position was opened; those of a halt are not among them. */
  readonly refused: readonly Refused[];
  /** Targets that this position has reached. */
  readonly reached: number;
  /** What the sweep or a fault has decided; null for none. */
  readonly close: CloseReason | null;
  /** What the symbol is worth now; null where nothing fresh says so. */
  readonly price: Decimal | null;
  /** The exchange's clock. */
  readonly nowMs: number;
}

export interface Refused {
  readonly clientOrderId: string;
  /** A denial code of risk, or the exchange's number, and its words. */
  readonly code: string;
  readonly reason?: string;
}

export type CloseReason =
  'time' | 'stop-passed' | 'stop-refused' | 'target-passed' | 'unprotected' | 'flatten';

/** One order list of spot: a target above and a stop below, of which one at most trades. */
export interface ListContent {
  readonly orderListId: string;
  readonly symbol: string;
  readonly side: 'SELL';
  readonly quantity: string;
  readonly botConfigId: string;
  readonly target: { readonly clientOrderId: string; readonly price: string };
  readonly stop: { readonly clientOrderId: string; readonly stopPrice: string; readonly price: string };
}

export type ProtectionAction =
  | { readonly kind: 'place'; readonly order: OrderContent; readonly because: string }
  | { readonly kind: 'place-list'; readonly list: ListContent; readonly because: string }
  | { readonly kind: 'cancel'; readonly clientOrderId: string; readonly because: string };

export interface ProtectionPlan {
  /** In the order in which they are sent. */
  readonly actions: readonly ProtectionAction[];
  /** Why the position is being closed at market, where it is. */
  readonly closing: CloseReason | null;
}
