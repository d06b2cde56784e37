/** The claim of a client order id: the first record of an order, by which an approval is used once. */
import { JournalEntry, OrderJournal } from '@elvis/platform';
import { JournalRecord, TradingFailure } from '@elvis/trading';
import { ExposureLedger } from '../../ledgers/exposure-ledger';
import { announced, writtenAfter } from '../../relay/announcement';

/** So many times in a row another writer may be first before a change is given up. */
export const MAX_CONFLICTS = 50;

export interface IdClaim {
  /** The entry that stands under the id. */
  readonly entry: JournalEntry;
  /** Whether it is this intent. */
  readonly isOurs: boolean;
}

export class IdClaims {
  constructor(
    private readonly journal: OrderJournal,
    private readonly exposure: ExposureLedger,
  ) {}

  /**
   * A first claim expects nothing before it, a later one the RELEASED or VOID record that freed the id, unless it was
   * this very approval that was released or voided.
   *
   * @throws TradingFailure STORE_UNAVAILABLE nothing was sent
   */
  async claimId(intent: JournalRecord): Promise<IdClaim> {
    let expected = 0;
    for (let conflict = 0; conflict < MAX_CONFLICTS; conflict += 1) {
      const record = announced(intent, 'claimed', writtenAfter(expected));
      const sequence = await this.journal.appendOrFind(
        record,
        expected,
        ({ type, approvalId }) => type === 'INTENT' && approvalId === record.approvalId,
      );
      if (sequence !== undefined) {
        if (expected > 0) await this.takeOverReservation(intent);
        return { entry: { record, sequence }, isOurs: true };
      }
      const standing = await this.journal.last(intent.order.clientOrderId);
      if (standing && !isFreeFor(standing.record, intent)) return { entry: standing, isOurs: false };
      expected = standing?.sequence ?? 0;
    }
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      'This order is being changed by other requests at the same time; nothing was sent. Retry',
    );
  }

  /** Without Redis there is no reservation to take over; what only reduces leaves all the same. */
  private async takeOverReservation({ order, approvalId = '' }: JournalRecord): Promise<void> {
    try {
      await this.exposure.reassignReservation(order.clientOrderId, approvalId);
    } catch (error) {
      if (!order.reduceOnly) throw error;
    }
  }
}

/** Whether the id was freed, by another approval than this intent's. */
const isFreeFor = ({ type, approvalId }: JournalRecord, intent: JournalRecord): boolean =>
  (type === 'RELEASED' || type === 'VOID') && approvalId !== intent.approvalId;
