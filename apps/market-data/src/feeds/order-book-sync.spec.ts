/** A book that began with a small snapshot, or that the price has left: it is read on while a deeper one is made. */
import { DepthEvent, OrderBookSnapshot } from '../domain/local-order-book';
import { OrderBookSync } from './order-book-sync';

const levels = (from: number, step: 1 | -1, count: number): [string, string][] =>
  Array.from({ length: count }, (_, place) => [`${from + step * place}`, '1']);

const snapshot = (lastUpdateId: number, limit: number): OrderBookSnapshot => ({
  ...{ lastUpdateId, limit },
  bids: levels(9_999, -1, limit),
  asks: levels(10_001, 1, limit),
});

describe('an order book of which too little is known', () => {
  let asked: boolean[];
  let answer: (snapshot: OrderBookSnapshot | Error) => void;
  let resyncs: string[];
  let sync: OrderBookSync;
  let id: number;

  beforeEach(async () => {
    [asked, resyncs, id] = [[], [], 100];
    sync = new OrderBookSync(
      'BTCUSDT',
      (_, isDeeper) => {
        asked.push(isDeeper);
        return new Promise((resolve, reject) => {
          answer = (given) => (given instanceof Error ? reject(given) : resolve(given));
        });
      },
      {
        onChange: () => undefined,
        onSynced: () => undefined,
        onResync: (reason) => void resyncs.push(reason),
        onSnapshotFailure: () => undefined,
      },
    );
    hear();
    answer(snapshot(101, 35));
    await new Promise(setImmediate);
  });

  const hear = (bids: [string, string][] = []): void => {
    id += 1;
    const ids = { firstUpdateId: id, lastUpdateId: id, previousUpdateId: id - 1 };
    const event: DepthEvent = { symbol: 'BTCUSDT', ...ids, eventTimeMs: id, bids, asks: [] };
    sync.apply(event, performance.now(), 0);
  };
  const gone = (from: number, count: number): [string, string][] =>
    levels(from, -1, count).map(([price]) => [price, '0']);

  it('is enough while more than the published levels are known', () => {
    hear(gone(9_999, 5));
    expect([asked, sync.orderBook.isSynced]).toEqual([[false], true]);
  });

  it('gets a successor when the price has moved, and is read until that is there', async () => {
    hear(gone(9_999, 6));
    hear(gone(9_993, 1));
    expect(asked).toEqual([false, true]);
    expect(sync.orderBook.top(500).bids).toHaveLength(28);
    answer({ ...snapshot(102, 500), bids: levels(9_993, -1, 500) });
    hear([['9993', '2']]);
    await new Promise(setImmediate);
    expect(sync.orderBook.knows(500)).toBe(true);
    expect(sync.orderBook.top(1)).toEqual({ bids: [['9993', '2']], asks: [['10001', '1']] });
    hear();
    expect([asked, resyncs, sync.orderBook.updateId]).toEqual([[false, true], [], id]);
  });

  it('is made deeper at once for whoever asks, once for all of them', async () => {
    const both = Promise.all([sync.deepen(), sync.deepen()]);
    answer(snapshot(id, 500));
    await both;
    expect([asked, sync.orderBook.knows(500)]).toEqual([[false, true], true]);
  });

  it('stays as it is when the deeper one cannot be had, and is not asked for again at once', async () => {
    hear(gone(9_999, 6));
    answer(new Error('away'));
    await new Promise(setImmediate);
    hear(gone(9_993, 1));
    expect([asked, sync.orderBook.isSynced]).toEqual([[false, true], true]);
  });

  it('begins again with a small one when it was lost meanwhile', async () => {
    hear(gone(9_999, 6));
    id += 1;
    hear();
    expect([resyncs, sync.orderBook.isSynced]).toEqual([['gap'], false]);
    const late = answer;
    late(snapshot(id, 500));
    await new Promise(setImmediate);
    expect(asked).toEqual([false, true, false]);
    sync.forget();
  });

  it('is lost when the price leaves so much of it that it would be shown too thin, and begins again with a deep one', () => {
    hear(gone(9_999, 16));
    expect([resyncs, asked, sync.orderBook.isSynced]).toEqual([['outrun'], [false, true], false]);
    sync.forget();
  });
});
