import { JournalEntry } from '@elvis/platform';
import { OrderStatus } from '@elvis/trading';
import { aRecord } from '@elvis/testing';
import { PendingWrites } from './pending-writes';
import { Evidence } from '../../domain/order-evidence';

const record = (status: OrderStatus, venueTimeMs: number, clientOrderId = 'a-1'): JournalEntry => ({
  sequence: 2,
  record: aRecord({ clientOrderId, status, exchangeOrderId: '77' }, { type: 'OUTCOME', venueTimeMs }),
});
const answer: Evidence = {
  kind: 'reported',
  report: { exchangeOrderId: '77', status: 'NEW', filledQuantity: '0', atMs: 5 },
};

describe('whoever waits for the journal to know what he brought', () => {
  const told: JournalEntry[] = [];
  const awaiting = () => {
    told.length = 0;
    const awaited = new PendingWrites();
    return { awaited, forget: awaited.awaitWrite('a-1', answer, (entry) => told.push(entry)) };
  };

  it('is answered with the record that says as much', () => {
    const { awaited } = awaiting();
    awaited.notifyWritten(record('NEW', 5));
    expect(told).toEqual([record('NEW', 5)]);
  });

  it.each([
    ['an older record', record('NEW', 4)],
    ['a record that does not know it yet', record('PENDING_NEW', 5)],
    ["another order's record", record('NEW', 5, 'a-2')],
  ])('is not answered with %s', (_title, entry) => {
    const { awaited } = awaiting();
    awaited.notifyWritten(entry);
    expect(told).toEqual([]);
  });

  it('is answered no more once he has been answered, and nobody else is forgotten with him', () => {
    const { awaited, forget } = awaiting();
    awaited.awaitWrite('a-1', answer, (entry) => told.push(entry));
    forget();
    awaited.notifyWritten(record('NEW', 5));
    expect(told).toHaveLength(1);
  });
});
