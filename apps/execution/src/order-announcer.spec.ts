import { JournalRecord } from '@elvis/trading';
import { announced } from './order-announcer';

const order = {
  clientOrderId: 'an-id',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'MARKET',
  quantity: '1',
} as const;

const intent = (decisionId: string): JournalRecord => ({
  version: 1,
  type: 'INTENT',
  order,
  view: {
    ...order,
    filledQuantity: '0',
    status: 'PENDING_NEW',
    decisionId,
    actor: 'spec',
    createdAtMs: 1,
    updatedAtMs: 1,
  },
});

const idOf = (record: JournalRecord, before: number): string | undefined =>
  announced(record, 'claimed', before).announcement?.id;

describe('the id of an order event', () => {
  it('follows from the record, so that telling it again tells it once', () => {
    expect(idOf(intent('first'), 0)).toBe(idOf(intent('first'), 0));
    expect(idOf(intent('first'), 7)).toBe(idOf(intent('second'), 7));
  });

  it('differs from record to record of one order', () => {
    expect(new Set([0, 7, 8].map((before) => idOf(intent('first'), before))).size).toBe(3);
  });

  it('differs for the order that uses an id again after the journal forgot the one before', () => {
    expect(idOf(intent('first'), 0)).not.toBe(idOf(intent('second'), 0));
  });
});
