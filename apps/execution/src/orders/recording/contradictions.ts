/** Evidence that cannot be true of an order as it is recorded: counted, logged, and the order is in dispute. */
import { JournalEntry, Log, Metrics } from '@elvis/platform';
import { Evidence } from '../../domain/order-evidence';
import { isSettled } from '../../domain/order-lifecycle';
import { Disputes } from '../reconciliation/disputes';

export class Contradictions {
  private readonly illegalEvidence;

  constructor(
    private readonly disputes: Disputes,
    metrics: Metrics,
    private readonly log: Log,
  ) {
    this.illegalEvidence = metrics.counter(
      'elvis_order_illegal_evidence_total',
      "Evidence that contradicts the order's record, by kind; logged and not applied",
      ['kind'],
    );
  }

  recordContradiction({ record, sequence }: JournalEntry, evidence: Evidence, why: string): void {
    // A wish of ours, of which anyone who has it hears.
    if (evidence.kind === 'amending') return;
    this.illegalEvidence.inc({ kind: evidence.kind });
    const isOurs = record.type === 'INTENT' || record.type === 'OUTCOME';
    if (isOurs && !isSettled(record)) this.disputes.raise(record.order.clientOrderId, why);
    this.log.error(
      {
        alert: 'order-evidence',
        clientOrderId: record.order.clientOrderId,
        standing: { type: record.type, status: record.view.status, sequence },
        evidence,
      },
      `A report of the exchange contradicts the recorded order; it was not applied and the exchange is asked again: ${why}`,
    );
  }
}
