/** An order as risk shows it before execution has anything to say about it. */
import { OrderView, SubmitOrder, contentOf } from '@elvis/contracts';
import { Denial } from '@elvis/trading';

const view = (order: SubmitOrder, decisionId: string, nowMs: number): Omit<OrderView, 'status'> => ({
  ...contentOf(order),
  filledQuantity: '0',
  decisionId,
  actor: order.actor,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
});

export const deniedView = (
  order: SubmitOrder,
  decisionId: string,
  nowMs: number,
  { code }: Denial,
): OrderView => ({ ...view(order, decisionId, nowMs), status: 'DENIED', code });

/** Handed to execution; its outcome is not known yet. */
export const unknownView = (order: SubmitOrder, decisionId: string, nowMs: number): OrderView => ({
  ...view(order, decisionId, nowMs),
  status: 'UNKNOWN',
});

/** Never came out: its id is free again. */
export const voidView = (order: SubmitOrder, decisionId: string, nowMs: number): OrderView => ({
  ...view(order, decisionId, nowMs),
  status: 'EXPIRED',
  reason: 'never sent',
});
