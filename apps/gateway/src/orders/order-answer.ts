/**
 * Orders as REST shows them, and the status that each outcome answers with: 201 taken, 202 not known yet, 200 a
 * repeat, 422 denied or rejected, repeated or not: nobody should read a refusal as a success.
 */
import { OrderView, SubmitOrder, SubmitOrderReply, contentOf } from '@elvis/contracts';
import { problemDetails } from '@elvis/platform';
import { Denial, TradingFailure } from '@elvis/trading';
import { isoTime } from '../rest/iso-time';

export interface HttpAnswer {
  readonly status: number;
  readonly body: object;
}

export type OrderBody = Omit<OrderView, 'actor' | 'createdAtMs' | 'updatedAtMs' | 'decisionId' | 'origin'> & {
  readonly decisionId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export function toOrderBody({
  actor: _,
  origin: _origin,
  createdAtMs,
  updatedAtMs,
  decisionId,
  ...order
}: OrderView): OrderBody {
  return {
    ...order,
    decisionId: decisionId || null,
    createdAt: isoTime(createdAtMs),
    updatedAt: isoTime(updatedAtMs),
  };
}

export function answerToSubmit({ order, isRepeat, denial }: SubmitOrderReply): HttpAnswer {
  switch (order.status) {
    case 'DENIED':
      return refused(order, order.code ?? 'DENIED', denialSentence(order, denial), denial?.context);
    case 'REJECTED':
      return refused(order, 'VENUE_REJECTED', rejectionSentence(order), {
        exchangeCode: order.code ?? 'none',
      });
    case 'UNKNOWN':
    case 'PENDING_NEW':
      return { status: 202, body: toOrderBody(order) };
    default:
      return { status: isRepeat ? 200 : 201, body: toOrderBody(order) };
  }
}

/** A refused change leaves the order as it was, which is shown. */
export function answerToAmend({ order, denial }: SubmitOrderReply): HttpAnswer {
  if (denial)
    return refused(
      order,
      denial.code,
      denialSentence({ ...order, code: denial.code }, denial),
      denial.context,
    );
  return { status: order.status === 'UNKNOWN' ? 202 : 200, body: toOrderBody(order) };
}

/** A cancel is done when the order is closed; until then it is under way. */
export const answerToCancel = (order: OrderView): HttpAnswer => ({
  status: order.status === 'CANCELED' ? 200 : 202,
  body: toOrderBody(order),
});

/** The order as far as the sender knows it, when nobody has said its outcome. */
export function unansweredOrder(order: SubmitOrder, nowMs: number): OrderView {
  return {
    ...contentOf(order),
    actor: order.actor,
    filledQuantity: '0',
    status: 'UNKNOWN',
    decisionId: '',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function refused(order: OrderView, code: string, detail: string, context?: object): HttpAnswer {
  const problem = problemDetails(new TradingFailure('VENUE_REJECTED', detail), 422);
  const body = {
    ...problem,
    type: `urn:elvis:${code.toLowerCase().replaceAll('_', '-')}`,
    title: code.toLowerCase().replaceAll('_', ' '),
    code,
    ...(context && { context }),
    order: toOrderBody(order),
  };
  return { status: 422, body };
}

function denialSentence({ code = 'DENIED' }: OrderView, denial: Denial | undefined): string {
  const numbers = Object.entries(denial?.context ?? {}).map(([name, value]) => `${name} ${value}`);
  const reason = code.toLowerCase().replaceAll('_', ' ');
  return `Denied by Elvis, never sent: ${reason}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}`;
}

const rejectionSentence = ({ code, reason }: OrderView): string =>
  `Rejected by the exchange${code ? ` with ${code}` : ''}${reason ? `: ${reason}` : ''}`;
