/** The exchange's patience, as a port: nothing is sent to its REST interface without a grant. */
import { Answer, CallCost, MeterReading } from '@elvis/binance';
import { ApprovalPurpose } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { Priority } from '../domain/ledger';

/** What the send script must find in order before an order may leave. */
export interface SendTerms {
  readonly clientOrderId: string;
  readonly approvalId: string;
  readonly epoch: number;
  /** Flatten orders pass the switch and need no permit; `reduce` ones may leave while Redis is away. Risk alone signs them. */
  readonly purpose: ApprovalPurpose;
  /** Exchange time. */
  readonly sendByMs: number;
  /** A new order: the reservation under its id becomes this approval's. */
  readonly isClaim?: boolean;
}

/** A placement or an amendment: one order, or the orders of a batch, each with an approval of its own. */
export interface Placing {
  readonly orders: readonly SendTerms[];
  readonly recvWindowMs: number;
  /** Fixes the request's timestamp; called anew before each time the script is asked. */
  readonly stamp: () => number;
}

export interface BudgetCall {
  readonly market: Market;
  readonly cost: CallCost;
  readonly priority: Priority;
  /** The key of the Binance front that it is for; the house's own where there is none. */
  readonly sharer?: string;
  /** How long the caller can wait; if that will not do, it is told at once and nothing is spent. */
  readonly withinMs: number;
  /** It reads the limits themselves: while they are not known it goes by freezes alone, and what it costs is seen after. */
  readonly readsLimits?: boolean;
  /**
   * It brings what decisions need up to date, and passes at any load: a quarter of the weight is left to it. Of an outage's
   * share the account gets nothing.
   */
  readonly refreshes?: 'account' | 'clock';
  readonly placing?: Placing;
}

/** The share of one meter in a grant. */
export interface GrantedShare {
  readonly kind: 'weight' | 'orders';
  readonly windowMs: number;
  readonly cost: number;
  /** Window of the grant; what was known to be used of it then. */
  readonly index: number;
  readonly header: number;
}

/** Leave to send exactly one request, now. */
export interface BudgetGrant {
  readonly market: Market;
  readonly shares: readonly GrantedShare[];
  /** When it leaves, exchange time, and how far off that may be. */
  readonly sentAt: number;
  readonly errorMs: number;
  /** Given out of this replica's own share, because Redis is away. */
  readonly isOutageShare: boolean;
}

/** Leave to send one placement, with the timestamp and window the script agreed to. */
export interface PlacementGrant extends BudgetGrant {
  readonly timestampMs: number;
  readonly recvWindowMs: number;
}

export interface GrantOutcome {
  /** False only if it is certain that the request never left. */
  readonly landed: boolean;
  readonly meters: readonly MeterReading[];
}

/** Why a placement was not let out, in the send script's words. */
export type SendRefusal =
  'HALTED' | 'PERMIT' | 'EPOCH' | 'RESERVATION' | 'CLOCK' | 'LATE' | 'AHEAD' | 'FROZEN' | 'BUDGET';

export type SendAnswer =
  | { readonly granted: true; readonly grant: PlacementGrant }
  | {
      readonly granted: false;
      readonly refusal: SendRefusal;
      readonly retryAfterMs: number;
      /** Which order of a batch was not allowed; nothing of the batch was sent. */
      readonly place?: number;
    };

export abstract class RequestBudget {
  /**
   * Waits for leave to send, at most `withinMs`.
   *
   * @throws TradingFailure VENUE_BUDGET_SPENT it would take longer; `retryAfterMs` says how long
   * @throws TradingFailure VENUE_FROZEN       the exchange has rate-limited this IP or account until then
   * @throws TradingFailure CLOCK_UNCERTAIN    the exchange's windows are not known just now
   * @throws TradingFailure STORE_UNAVAILABLE  Redis is away and this call has no share without it
   */
  abstract acquire(call: Omit<BudgetCall, 'placing'>): Promise<BudgetGrant>;

  /**
   * The same for a placement, whose leave also depends on switch, permit, epoch, reservation and `sendBy`.
   *
   * @throws TradingFailure STORE_UNAVAILABLE treat as not granted, send nothing
   */
  abstract acquirePlacement(call: BudgetCall & { readonly placing: Placing }): Promise<SendAnswer>;

  /** What became of the granted request; never waited for. */
  abstract settleGrant(grant: BudgetGrant, outcome: GrantOutcome): void;

  /** The placement was answered, or its grant is past its end: it is in flight no more. */
  abstract endGrant(approvalId: string): void;

  /** The exchange has rate-limited us: the whole fleet waits. */
  abstract obeyFreeze(market: Market, answer: Answer, meters: readonly MeterReading[]): void;
}
