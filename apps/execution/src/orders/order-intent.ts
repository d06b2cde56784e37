/** The first record of an order's way out. */
import { PlaceOrder, contentOf } from '@elvis/contracts';
import { JournalRecord } from '@elvis/trading';

export function intentOf({ order, approval }: PlaceOrder, recvWindowMs: number): JournalRecord {
  const atMs = Date.now();
  const content = contentOf(order);
  return {
    version: 1,
    type: 'INTENT',
    order: content,
    view: {
      ...content,
      filledQuantity: '0',
      status: 'PENDING_NEW',
      decisionId: approval.decisionId,
      actor: order.actor,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    },
    ...(approval.decision !== undefined && { decision: approval.decision }),
    approvalId: approval.approvalId,
    epoch: approval.epoch,
    sendByMs: approval.sendByMs,
    recvWindowMs,
  };
}
