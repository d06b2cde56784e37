/** Records that risk itself writes into the orders' journal. Each carries its decision; the relay publishes it from there. */
import { RiskDecided, SubmitOrder, contentOf, riskApproved, riskDenied } from '@elvis/contracts';
import { currentTraceId } from '@elvis/platform';
import { Denial, JournalRecord } from '@elvis/trading';
import { deniedView, voidView } from './order-views';

interface Written {
  readonly atMs: number;
  /** Sequence of the order's record before it; 0 if there is none. */
  readonly after: number;
}

/** The id is used up. */
export function deniedRecord(
  order: SubmitOrder,
  { decision, denial, after }: Omit<Written, 'atMs'> & { decision: RiskDecided; denial: Denial },
): JournalRecord {
  const { decisionId, decidedAtMs } = decision;
  return {
    version: 1,
    type: 'DENIED',
    order: decision.order,
    denial,
    view: deniedView(order, decisionId, decidedAtMs, denial),
    decision: JSON.stringify(decision),
    announcement: announcementOf(riskDenied.type, decisionId, after),
  };
}

/** The order was not sent under this approval and will not be; without a decision where nobody knows it any more. */
export function voidRecord(
  order: SubmitOrder,
  { approvalId, decision, atMs, after }: Written & { approvalId: string; decision?: RiskDecided },
): JournalRecord {
  const decisionId = decision?.decisionId ?? '';
  return {
    version: 1,
    type: 'VOID',
    order: contentOf(order),
    approvalId,
    view: voidView(order, decisionId, atMs),
    ...(decision && { decision: JSON.stringify(decision) }),
    announcement: announcementOf(riskApproved.type, decisionId, after),
  };
}

const announcementOf = (type: string, decisionId: string, after: number): JournalRecord['announcement'] => ({
  type,
  id: `decision:${decisionId}`,
  after,
  traceId: currentTraceId(),
});
