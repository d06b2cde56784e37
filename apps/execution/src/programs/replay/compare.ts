/** Holds the orders that the events tell against the orders in the journal. */
import { JournalEntry } from '@elvis/platform';
import { isClosedStatus } from '@elvis/trading';
import { RebuiltOrder } from './rebuild';

export interface Difference {
  readonly clientOrderId: string;
  readonly what: string;
}

/** What closed before `purgedBeforeMs` need not be in the journal any more. */
export function differencesBetween(
  rebuilt: ReadonlyMap<string, RebuiltOrder>,
  journal: readonly JournalEntry[],
  purgedBeforeMs = 0,
): Difference[] {
  const differences: Difference[] = [];
  const seen = new Set<string>();
  for (const { record, sequence } of journal) {
    const { clientOrderId } = record.order;
    seen.add(clientOrderId);
    const order = rebuilt.get(clientOrderId);
    // A voided id was never an order, and no event tells of it.
    if (record.type === 'VOID') continue;
    const tell = (what: string): void => void differences.push({ clientOrderId, what });
    if (!order) {
      tell('in the journal, but in no event');
      continue;
    }
    if (order.revision !== sequence)
      tell(`the last event has revision ${order.revision}, the journal ${sequence}`);
    if (order.isReleased !== (record.type === 'RELEASED'))
      tell(`recorded as ${record.type} in the journal, but not by the events`);
    for (const field of [
      'status',
      'filledQuantity',
      'averagePrice',
      'quantity',
      'price',
      'code',
      'exchangeOrderId',
    ] as const) {
      if (order.view[field] !== record.view[field]) {
        tell(`${field} is ${order.view[field]} by the events, but ${record.view[field]} in the journal`);
      }
    }
    const applied = [...(record.appliedTradeIds ?? [])].sort().join(' ');
    const told = [...order.tradeIds].sort().join(' ');
    if (applied !== told) tell(`the trades are ${told} by the events, but ${applied} in the journal`);
  }
  for (const [clientOrderId, { view, isReleased }] of rebuilt) {
    if (seen.has(clientOrderId)) continue;
    const isPurged = (isReleased || isClosedStatus(view.status)) && view.updatedAtMs < purgedBeforeMs;
    if (!isPurged) differences.push({ clientOrderId, what: 'in the events, but not in the journal' });
  }
  return differences;
}
