/** An order as risk shows it before execution has anything to say about it. */
import { OrderView, SubmitOrder } from '@elvis/contracts';
import { Denial, OrderContent } from '@elvis/trading';

/** What was asked for, without who asked, from where and by whose leave. */
export function contentOf({
  actor: _actor,
  remoteIp: _remoteIp,
  overrideToken: _token,
  ...content
}: SubmitOrder): OrderContent {
  return content;
}

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
