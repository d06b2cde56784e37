/** The first record of an order's way out. */
import { PlaceOrder } from '@elvis/contracts';
import { JournalRecord } from '@elvis/trading';

export function intentOf({ order, approval }: PlaceOrder, recvWindowMs: number): JournalRecord {
  const atMs = Date.now();
  const { actor, remoteIp: _remoteIp, ...content } = order;
  return {
    version: 1,
    type: 'INTENT',
    order: content,
    view: {
      ...content,
      filledQuantity: '0',
      status: 'PENDING_NEW',
      decisionId: approval.decisionId,
      actor,
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
