import { aRecord } from '@elvis/testing';
import { JournalRecord } from '@elvis/trading';
import { announced } from './announcement';

const intent = (decisionId: string): JournalRecord =>
  aRecord({ clientOrderId: 'an-id', status: 'PENDING_NEW', decisionId });

const idOf = (record: JournalRecord, before: number): string | undefined =>
  announced(record, 'claimed', { sequence: before, traceId: 'a-trace' }).announcement?.id;

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

  it('of a fill is of one side of the trade: two orders of ours that trade with each other have one each', () => {
    const fill = {
      ...{ market: 'futures', symbol: 'BTCUSDT', clientOrderId: 'an-id', exchangeOrderId: '7', tradeId: '5' },
      ...{ price: '1', quantity: '1', quoteQuantity: '1', fee: '0', feeAsset: 'USDT', realizedPnl: '0' },
      ...{ isMaker: false, tradedAtMs: 1 },
    } as const;
    const ids = (['BUY', 'SELL'] as const).map(
      (side) =>
        announced(intent('first'), 'filled', { sequence: 1, traceId: 'a-trace' }, { ...fill, side })
          .announcement?.id,
    );
    expect(ids).toEqual(['fill:futures:BTCUSDT:5:BUY', 'fill:futures:BTCUSDT:5:SELL']);
  });
});

describe('the decision of an order', () => {
  it('stands in the record that claims the id and in none after it', () => {
    const record = { ...intent('first'), decision: '{}' };
    const at = { sequence: 0, traceId: 'a-trace' };
    expect(announced(record, 'claimed', at).decision).toBe('{}');
    expect(announced(record, 'placed', at).decision).toBeUndefined();
  });
});
