import { EventEnvelope, orderCanceled, orderFilled, orderPlaced } from '@elvis/contracts';
import { JournalEntry } from '@elvis/platform';
import { JournalRecord, OrderView } from '@elvis/trading';
import { aView } from '@elvis/testing';
import { differencesBetween } from './compare';
import { rebuildOrders } from './rebuild';

const event = (type: string, revision: number, order: OrderView, tradeId?: string): EventEnvelope => ({
  id: `${revision}`,
  type,
  version: 1,
  time: '2026-01-01T00:00:00.000Z',
  source: 'execution',
  actor: 'spec',
  traceId: 't',
  data: { order, revision, ...(tradeId !== undefined && { fill: { tradeId } }) },
});

const placed = event(orderPlaced.type, 2, aView());
const filled = event(
  orderFilled.type,
  3,
  aView({ status: 'PARTIALLY_FILLED', filledQuantity: '0.4', averagePrice: '100' }),
  '77',
);
const canceled = event(
  orderCanceled.type,
  4,
  aView({ status: 'CANCELED', filledQuantity: '0.4', averagePrice: '100' }),
);

const journal = (changed: Partial<JournalRecord> = {}): JournalEntry[] => {
  const last = aView({ status: 'CANCELED', filledQuantity: '0.4', averagePrice: '100' });
  const record = {
    version: 1,
    type: 'OUTCOME',
    order: last,
    view: last,
    appliedTradeIds: ['77'],
    ...changed,
  };
  return [{ record: record as JournalRecord, sequence: 4 }];
};

describe('the orders that the events tell', () => {
  it.each([
    ['in their order', [placed, filled, canceled]],
    ['backwards', [canceled, filled, placed]],
    ['twice and mixed', [filled, canceled, placed, filled, placed]],
  ])('are the same as the journal, told %s', (_, events) => {
    expect(differencesBetween(rebuildOrders(events), journal())).toEqual([]);
  });

  it.each`
    lacks                 | events                | what
    ${'the last word'}    | ${[placed, filled]}   | ${'the last event has revision 3, the journal 4'}
    ${'a fill'}           | ${[placed, canceled]} | ${'the trades are  by the events, but 77 in the journal'}
    ${'the order at all'} | ${[]}                 | ${'in the journal, but in no event'}
  `('are found to differ when the stream lacks $lacks', ({ events, what }) => {
    const differences = differencesBetween(rebuildOrders(events as EventEnvelope[]), journal());
    expect(differences.map((difference) => difference.what)).toContain(what);
  });

  it.each`
    order                            | purgedBefore | what
    ${'closed and due to be purged'} | ${1_000}     | ${[]}
    ${'closed and not yet due'}      | ${1}         | ${['in the events, but not in the journal']}
    ${'open, however old'}           | ${1_000}     | ${['in the events, but not in the journal']}
  `('say of an order that is $order and not in the journal: $what', ({ order, purgedBefore, what }) => {
    const events = (order as string).startsWith('open') ? [placed, filled] : [placed, filled, canceled];
    const differences = differencesBetween(rebuildOrders(events), [], purgedBefore as number);
    expect(differences.map((difference) => difference.what)).toEqual(what);
  });
});
