/** Every decision of risk, with what it was decided on. */
import { Denial, InputCode, JournalRecord, OrderContent } from '@elvis/trading';
import { CLIENT_ORDER_ID_PATTERN } from '@elvis/trading';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { event, query } from './contract';
import { OrderView } from './orders/order-commands';

export class RiskDecided {
  readonly decisionId!: string;
  readonly actor!: string;
  readonly order!: OrderContent;
  readonly verdict!: 'APPROVED' | 'DENIED';
  readonly denial?: Denial;
  /** The facts the checks read, as strings: mark, its age, epoch, limits. */
  readonly inputs!: Readonly<Record<string, string>>;
  readonly decidedAtMs!: number;
  /** Everything the checks read, whole: `npm run replay` judges it again and must come to the same verdict. */
  readonly recorded?: Readonly<Record<string, unknown>>;
  /** Only for DENIED: the order as it stands in the journal, final. */
  readonly deniedOrder?: OrderView;
  readonly revision?: number;
}

/** An order may be sent, and the facts on which that was decided. */
export const riskApproved = event('elvis.event.risk.approved', RiskDecided);
/** An order may not be sent: why, and with the numbers that decided it. */
export const riskDenied = event('elvis.event.risk.denied', RiskDecided);

/** The decision in a record of the journal, as it is published; undefined if the record carries none. */
export function decisionIn(
  { type, view, decision }: JournalRecord,
  revision: number,
): RiskDecided | undefined {
  if (decision === undefined) return undefined;
  const decided = JSON.parse(decision) as RiskDecided;
  return type === 'DENIED' ? { ...decided, deniedOrder: view, revision } : decided;
}

export class OrdersUndecided {
  readonly actor!: string;
  /** What was missing or old. */
  readonly code!: InputCode;
  /** The beginning of the second in which they came. */
  readonly secondMs!: number;
  /** Orders and changes of orders. */
  readonly count!: number;
  readonly symbols!: readonly string[];
  readonly lastClientOrderId!: string;
  /** The numbers behind the last of them. */
  readonly context!: Readonly<Record<string, string>>;
}

/**
 * Orders were not judged for want of an input that Elvis needs: summed per actor, code and second. Nothing else remains
 * of them.
 */
export const ordersUndecided = event('elvis.event.risk.undecided', OrdersUndecided);

export class FindDecision {
  @IsOptional() @IsUUID() readonly decisionId?: string;
  @IsOptional() @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId?: string;
}

/** @throws DECISION_NOT_FOUND */
export const findDecision = query<FindDecision, RiskDecided>(
  'elvis.query.trade-history.decision',
  FindDecision,
);
