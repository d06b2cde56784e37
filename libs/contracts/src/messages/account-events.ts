/**
 * What the exchange did to the account that no order of Elvis explains: a person in the app, a liquidation, a changed
 * leverage; and where our books and the exchange's differed. Ids derive from the exchange's, so that two replicas that
 * notice the same make one event.
 */
import { Fill, Market, OrderSide } from '@elvis/trading';
import { event } from './contract';

export class ExternalOrderSeen {
  readonly market!: Market;
  readonly symbol!: string;
  /** The exchange's number and the client id it was given there. */
  readonly exchangeOrderId!: string;
  readonly clientOrderId!: string;
  readonly side!: OrderSide;
  readonly status!: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly filledQuantity!: string;
}

export class ExternalFillSeen {
  readonly fill!: Fill;
}

export const DIFFERENCE_KINDS = ['ORDER', 'FILL', 'POSITION', 'BALANCE', 'LEVERAGE'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Our books said `ours`, the exchange said `theirs`; the exchange's word is what counts from now on. */
export class AccountDiffered {
  readonly market!: Market;
  readonly kind!: DifferenceKind;
  /** A client order id, a symbol or an asset. */
  readonly about!: string;
  readonly ours!: string;
  readonly theirs!: string;
  /** Of a position: what the difference is worth, in USDT; absent where no price could be had. */
  readonly worth?: string;
  readonly noticedAtMs!: number;
}

/** Everything behind a gap has been fetched; trading goes on. */
export class AccountSynced {
  readonly reason!: string;
  readonly orders!: number;
  readonly fills!: number;
  readonly tookMs!: number;
}

export class LeverageDrifted {
  readonly symbol!: string;
  /** What was set and read back. */
  readonly confirmed!: number;
  /** What the exchange has now. */
  readonly found!: number;
}

/** An order on our account that Elvis did not place. */
export const externalOrderSeen = event('elvis.event.account.external-order', ExternalOrderSeen);
/** A fill of such an order. */
export const externalFillSeen = event('elvis.event.account.external-fill', ExternalFillSeen);
/** Elvis and the exchange had different views of the same thing. */
export const accountDiffered = event('elvis.event.account.differed', AccountDiffered);
/** Elvis took over the view of the exchange. */
export const accountSynced = event('elvis.event.account.synced', AccountSynced);
/** The leverage of a symbol is not the one that Elvis set. */
export const leverageDrifted = event('elvis.event.leverage.drifted', LeverageDrifted);
