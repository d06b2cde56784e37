/**
 * Who waits for the journal to know what he has brought: whichever record says so first, he is answered with it. An
 * order's answer and the user stream's news of it come at the same moment, and are written one after the other.
 */
import { JournalEntry } from '@elvis/platform';
import { Evidence } from '../../domain/order-evidence';
import { isOldEvidence, evaluateEvidence } from '../../domain/order-lifecycle';

interface Awaited {
  readonly evidence: Evidence;
  readonly onWritten: (entry: JournalEntry) => void;
}

export class PendingWrites {
  private readonly awaited = new Map<string, Set<Awaited>>();

  /** Answers what ends the waiting. */
  awaitWrite(clientOrderId: string, evidence: Evidence, tell: Awaited['onWritten']): () => void {
    const one: Awaited = { evidence, onWritten: tell };
    const all = this.awaited.get(clientOrderId) ?? new Set();
    this.awaited.set(clientOrderId, all.add(one));
    return () => {
      all.delete(one);
      if (all.size === 0 && this.awaited.get(clientOrderId) === all) this.awaited.delete(clientOrderId);
    };
  }

  /** The journal has this record now. */
  notifyWritten(entry: JournalEntry): void {
    for (const { evidence, onWritten: tell } of this.awaited.get(entry.record.order.clientOrderId) ?? []) {
      if (!isOldEvidence(entry.record, evidence)) continue;
      if (evaluateEvidence(entry.record, evidence, Date.now()).verdict === 'known') tell(entry);
    }
  }
}
