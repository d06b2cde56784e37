/**
 * Approvals that came to nothing give back what was reserved under them. A reservation goes back only after VOID stands in
 * the journal, or another order's record does: the claim was lost to it. Then that order, while it is alive, keeps the
 * reservation: under one id there is one, whoever reserved it first.
 */
import { RiskDecided, SubmitOrder } from '@elvis/contracts';
import { JournalEntry, LOG, Log, OrderJournal } from '@elvis/platform';
import { isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { voidRecord } from './own-records';
import { Charged } from './reserve-reply';
import { ReservationStore } from './reservation-store';

export interface LostClaim {
  readonly order: SubmitOrder;
  readonly approvalId: string;
  /** What its reservation charged to its actor; nothing where the reservation stood already. */
  readonly charged?: Charged;
}

export interface UnusedApproval extends LostClaim {
  readonly decision: RiskDecided;
}

@Injectable()
export class UnusedApprovals {
  constructor(
    private readonly journal: OrderJournal,
    private readonly reservations: ReservationStore,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Nothing was sent under it. Execution may have claimed the order before it failed: then the reservation is its own. */
  async giveBack(approval: UnusedApproval): Promise<void> {
    const { order, approvalId, decision } = approval;
    const { clientOrderId } = order;
    try {
      for (let after = 0; ;) {
        const record = voidRecord(order, { approvalId, decision, atMs: this.clock.nowMs(), after });
        if ((await this.journal.append(record, after)) !== undefined) break;
        const entry = await this.journal.last(clientOrderId);
        const isOwn = entry?.record.approvalId === approvalId;
        if (entry && !isFree(entry)) return isOwn ? undefined : await this.giveBackLost(approval, entry);
        if (isOwn) break;
        after = entry?.sequence ?? 0;
      }
      await this.reservations.giveBack(clientOrderId, approvalId);
    } catch (error) {
      this.log.error(
        { err: error, clientOrderId },
        'The reservation of an order that was not sent could not be released; its amount stays reserved until a later check releases it',
      );
    }
  }

  /** Another order's record stands under the id: nothing stays reserved or charged for this approval. */
  async lostClaim(approval: LostClaim): Promise<void> {
    const { clientOrderId } = approval.order;
    // The reservation stood before: it is the order's.
    if (!approval.charged) return;
    try {
      const standing = await this.journal.last(clientOrderId);
      if (standing) await this.giveBackLost(approval, standing);
    } catch (error) {
      this.log.warn(
        { err: error, clientOrderId },
        'The reservation of a repeat could not be released; its amount stays reserved until a later check releases it',
      );
    }
  }

  private async giveBackLost(
    { order, approvalId, charged }: LostClaim,
    standing: JournalEntry,
  ): Promise<void> {
    await this.reservations.giveBack(order.clientOrderId, approvalId, { charged, heir: heirOf(standing) });
  }
}

/** Left free by whoever wrote it: the id may be claimed. */
export const isFree = ({ record: { type } }: JournalEntry): boolean => type === 'RELEASED' || type === 'VOID';

/** The approval of an order that is alive: what is reserved under its id is its own. */
export const heirOf = ({ record: { type, view, approvalId } }: JournalEntry): string | undefined =>
  (type === 'INTENT' || type === 'OUTCOME') && !isClosedStatus(view.status) ? approvalId : undefined;
