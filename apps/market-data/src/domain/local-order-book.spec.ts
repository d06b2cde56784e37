import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Level } from './price-ladder';
import { DepthEvent, LocalOrderBook } from './local-order-book';
import { readStreamMessage } from './stream-messages';

const event = (
  firstUpdateId: number,
  lastUpdateId: number,
  previousUpdateId: number,
  bids: readonly Level[] = [],
  asks: readonly Level[] = [],
): DepthEvent => ({
  symbol: 'BTCUSDT',
  firstUpdateId,
  lastUpdateId,
  previousUpdateId,
  eventTimeMs: lastUpdateId,
  bids,
  asks,
});

const SNAPSHOT = {
  lastUpdateId: 100,
  bids: [
    ['10', '1'],
    ['9', '2'],
  ],
  asks: [
    ['11', '1'],
    ['12', '2'],
  ],
} as const;

const syncedOrderBook = (): LocalOrderBook => {
  const orderBook = new LocalOrderBook();
  orderBook.load(SNAPSHOT);
  orderBook.offer(event(99, 101, 98));
  return orderBook;
};

describe('local order book', () => {
  it('buffers everything until it has a snapshot', () => {
    const orderBook = new LocalOrderBook();
    expect(orderBook.offer(event(1, 2, 0))).toBe('BUFFERED');
    expect(orderBook.isSynced).toBe(false);
  });

  it('is lost when the stream stays behind its snapshot: the two are not of one exchange', () => {
    const orderBook = syncedOrderBook();
    orderBook.load({ ...SNAPSHOT, lastUpdateId: 9_000_000 });
    const outcomes = Array.from({ length: 101 }, (_, place) =>
      orderBook.offer(event(102 + place, 102 + place, 101 + place)),
    );
    expect(outcomes.slice(0, 100)).toEqual(outcomes.slice(0, 100).map(() => 'IGNORED'));
    expect([outcomes[100], orderBook.isSynced]).toEqual(['GAP', false]);
  });

  it('drops buffered events older than the snapshot and applies those after it', () => {
    const orderBook = new LocalOrderBook();
    orderBook.offer(event(90, 95, 89, [['10', '7']]));
    orderBook.offer(event(96, 102, 95, [['9.5', '3']]));
    orderBook.offer(event(103, 104, 102, [['10', '0']]));
    expect(orderBook.load(SNAPSHOT)).toBe('SYNCED');
    expect(orderBook.updateId).toBe(104);
    expect(orderBook.top(2).bids).toEqual([
      ['9.5', '3'],
      ['9', '2'],
    ]);
  });

  it('wants a newer snapshot if the stream began after it, and keeps what it buffered', () => {
    const orderBook = new LocalOrderBook();
    orderBook.offer(event(150, 160, 149));
    expect(orderBook.load(SNAPSHOT)).toBe('TOO_OLD');
    expect(orderBook.load({ ...SNAPSHOT, lastUpdateId: 155 })).toBe('SYNCED');
    expect(orderBook.updateId).toBe(160);
  });

  it('takes no book from a buffer that has a hole', () => {
    const orderBook = new LocalOrderBook();
    orderBook.offer(event(99, 105, 98));
    orderBook.offer(event(120, 125, 119));
    expect(orderBook.load(SNAPSHOT)).toBe('GAP');
    expect(orderBook.isSynced).toBe(false);
    expect(orderBook.load({ ...SNAPSHOT, lastUpdateId: 121 })).toBe('SYNCED');
  });

  it('accepts a first event that begins right behind the snapshot', () => {
    const orderBook = new LocalOrderBook();
    orderBook.load(SNAPSHOT);
    expect(orderBook.offer(event(101, 103, 100))).toBe('APPLIED');
  });

  it('is lost when an event does not continue the one before it, overlaps included', () => {
    expect(syncedOrderBook().offer(event(103, 104, 102))).toBe('GAP');
    expect(syncedOrderBook().offer(event(100, 104, 100))).toBe('GAP');
    const orderBook = syncedOrderBook();
    orderBook.offer(event(103, 104, 102));
    expect(orderBook.isSynced).toBe(false);
    expect(orderBook.load({ ...SNAPSHOT, lastUpdateId: 103 })).toBe('SYNCED');
    expect(orderBook.updateId).toBe(104);
  });

  it('is lost when bid and ask cross', () => {
    const orderBook = syncedOrderBook();
    expect(orderBook.offer(event(102, 103, 101, [['11', '1']]))).toBe('CROSSED');
    expect(orderBook.isSynced).toBe(false);
  });

  it('removes a level at quantity zero and does not mind one that was never there', () => {
    const orderBook = syncedOrderBook();
    orderBook.offer(
      event(
        102,
        103,
        101,
        [
          ['10.0', '0.000'],
          ['8', '0'],
        ],
        [['11', '0']],
      ),
    );
    expect(orderBook.top(5)).toEqual({ bids: [['9', '2']], asks: [['12', '2']] });
  });

  it('lives on over a new connection that reaches over its last update', () => {
    const orderBook = syncedOrderBook();
    orderBook.onNewConnection();
    expect(orderBook.offer(event(97, 100, 96))).toBe('IGNORED');
    expect(orderBook.offer(event(100, 105, 99, [['10.5', '1']]))).toBe('APPLIED');
    expect(orderBook.top(1).bids).toEqual([['10.5', '1']]);
    expect(orderBook.offer(event(106, 107, 105))).toBe('APPLIED');
  });

  it('is lost over a new connection that begins later', () => {
    const orderBook = syncedOrderBook();
    orderBook.onNewConnection();
    expect(orderBook.offer(event(110, 115, 109))).toBe('GAP');
  });

  it.each(['usdm_btcusdt_20240808.gz', 'usdm_ethusdt_20240808.gz'])(
    'follows the recorded market of %s to its end, without a gap and like a plain map of levels',
    (file) => {
      const path = join(__dirname, '../../../paper-exchange/recordings', file);
      const lines = gunzipSync(readFileSync(path)).toString().split('\n');
      const orderBook = new LocalOrderBook();
      const model = { bids: new Map<number, string>(), asks: new Map<number, string>() };
      const outcomes = new Map<string, number>();
      const put = (side: Map<number, string>, levels: readonly Level[]): void => {
        for (const [price, quantity] of levels) {
          if (Number(quantity) === 0) side.delete(Number(price));
          else side.set(Number(price), quantity);
        }
      };
      let snapshotId = Infinity;
      for (const line of lines) {
        const text = line.slice(line.indexOf(' ') + 1);
        if (text.startsWith('{"lastUpdateId"')) {
          const snapshot = JSON.parse(text) as { lastUpdateId: number; bids: Level[]; asks: Level[] };
          expect(orderBook.load(snapshot)).toBe('SYNCED');
          snapshotId = snapshot.lastUpdateId;
          put(model.bids, snapshot.bids);
          put(model.asks, snapshot.asks);
        } else if (text.includes('"depthUpdate"')) {
          const message = readStreamMessage(text);
          if (message.kind !== 'depth') throw new Error(`malformed: ${text}`);
          const outcome = orderBook.offer(message);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          if (message.lastUpdateId >= snapshotId) {
            put(model.bids, message.bids);
            put(model.asks, message.asks);
          }
        }
      }
      expect([...outcomes.keys()].filter((key) => !['APPLIED', 'IGNORED', 'BUFFERED'].includes(key))).toEqual(
        [],
      );
      expect(outcomes.get('APPLIED')).toBeGreaterThan(6_000);
      const best = (side: Map<number, string>, sign: 1 | -1) =>
        [...side.entries()].sort(([a], [b]) => (a - b) * sign).slice(0, 100);
      const numeric = (levels: readonly Level[]) =>
        levels.map(([price, quantity]) => [Number(price), quantity]);
      expect(numeric(orderBook.top(100).bids)).toEqual(best(model.bids, -1));
      expect(numeric(orderBook.top(100).asks)).toEqual(best(model.asks, 1));
    },
  );
});
