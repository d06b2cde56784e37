/** How a judgement on evidence is put together, and what all of its rules share. */
import { JournalRecord, OrderStatus, OrderView, isClosedStatus } from '@elvis/trading';
import { Change, Judgement, VenueReport } from './order-evidence';

export const NEVER_REACHED_EXCHANGE = 'NEVER_REACHED_EXCHANGE';
export const UNVERIFIABLE = 'UNVERIFIABLE';

export const KNOWN: Judgement = { verdict: 'known' };
export const illegal = (why: string): Judgement => ({ verdict: 'illegal', why });

export const changes = (
  record: JournalRecord,
  changed: Partial<OrderView>,
  atMs: number,
  happened: Change['happened'],
): Judgement & { verdict: 'changes' } => ({
  verdict: 'changes',
  change: {
    record: { ...record, type: 'OUTCOME', view: { ...record.view, ...changed, updatedAtMs: atMs } },
    happened,
  },
});

/** An end that leaves no amendment behind. */
export function closed(
  { amendment: _void, ...record }: JournalRecord,
  changed: Partial<OrderView>,
  atMs: number,
  happened: Change['happened'],
): Judgement {
  return changes(record, changed, atMs, happened);
}

export function happenedBetween(before: OrderStatus, after: OrderStatus): Change['happened'] {
  if (before === after) return 'updated';
  if (after === 'CANCELED') return 'canceled';
  if (after === 'EXPIRED') return 'expired';
  if (after === 'REJECTED') return 'rejected';
  return before === 'PENDING_NEW' || before === 'UNKNOWN' ? 'placed' : 'updated';
}

/** Why the exchange ended the order, where the report with which it ends says so. */
export const endOf = (
  { status, code, reason }: VenueReport,
  becomes: OrderStatus,
): Pick<OrderView, 'code' | 'reason'> =>
  status === becomes && code !== undefined ? { code, ...(reason !== undefined && { reason }) } : {};

/** A verdict that nobody stated; the exchange's word is worth more. */
export const isInferred = ({ code, status }: OrderView): boolean =>
  isClosedStatus(status) && (code === NEVER_REACHED_EXCHANGE || code === UNVERIFIABLE);

/** A conditional order has the Algo service's number until it triggers, and the exchange's own afterwards. */
export const isAlgoNumber = (exchangeOrderId: string): boolean => exchangeOrderId.startsWith('algo:');

/** Whether the exchange has given this client order id to another order meanwhile. */
export const isOtherOrder = (
  { exchangeOrderId }: OrderView,
  report: Pick<VenueReport, 'exchangeOrderId'>,
): boolean =>
  exchangeOrderId !== undefined &&
  exchangeOrderId !== report.exchangeOrderId &&
  (!isAlgoNumber(exchangeOrderId) || isAlgoNumber(report.exchangeOrderId));
