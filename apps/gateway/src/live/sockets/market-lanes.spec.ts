import fc from 'fast-check';
import { ACCOUNT_ONLY, Level, STATE_INTERVALS_MS, TRADES_INTERVALS_MS } from '../domain/quality';
import { TopicFeeds } from '../market/topic-feeds';
import { MarketLanes } from './market-lanes';
import { Ticks } from './ticks';

interface Sent {
  readonly atMs: number;
  readonly level: Level;
  readonly topic: string;
  readonly updateId: string;
  readonly tradeIds: readonly number[];
  readonly dropped: number;
}

const ORDER_BOOK = { kind: 'books', symbol: 'BTCUSDT' } as const;
const TRADES = { kind: 'trades', symbol: 'BTCUSDT' } as const;
/** A start within a slot may come that much before the slot's end. */
const SLOT_MS = 10;

/** One client whose connection takes whatever it is given, on a clock that only the spec moves. */
class LanesUnderTest {
  readonly feeds = new TopicFeeds(() => Promise.reject(new Error('This spec asks for no candles')));
  readonly sent: Sent[] = [];
  level: Level = 0;
  orderBooks = 0;
  trades = 0;
  private readonly ticks = new Ticks();
  private readonly lanes: MarketLanes;

  constructor(phase = 7) {
    this.lanes = new MarketLanes(this.feeds, this.ticks, phase, {
      mayStart: () => undefined,
      refused: () => undefined,
      send: (frames) => frames.forEach((frame) => this.store(frame.bytes(false))),
    });
  }

  subscribe(): void {
    this.lanes.subscribe([ORDER_BOOK, TRADES]);
    this.lanes.start(performance.now());
  }

  unsubscribe(): void {
    this.lanes.unsubscribe([ORDER_BOOK, TRADES]);
  }

  setLevel(level: Level): void {
    this.level = level;
    this.lanes.setLevel(level, performance.now());
  }

  changeOrderBook(): void {
    this.orderBooks += 1;
    const update = { bids: [], asks: [], updateId: `${this.orderBooks}`, eventTimeMs: 0, ageMs: 0 };
    this.feeds.hear(ORDER_BOOK, update, performance.now());
  }

  trade(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.trades += 1;
      const trade = { tradeId: this.trades, eventTimeMs: 0, ageMs: 0 };
      this.feeds.hear(TRADES, trade, performance.now());
    }
  }

  about = (topic: string): Sent[] => this.sent.filter((frame) => frame.topic.startsWith(topic));

  private store(bytes: Buffer): void {
    const [{ topic, data }] = JSON.parse(bytes.subarray(bytes.indexOf('[{')).toString()) as [
      { topic: string; data: { updateId: string; trades?: { tradeId: number }[]; dropped: number } },
    ];
    this.sent.push({
      atMs: performance.now(),
      level: this.level,
      topic,
      updateId: data.updateId,
      tradeIds: (data.trades ?? []).map(({ tradeId }) => tradeId),
      dropped: data.dropped,
    });
  }
}

describe('market topics of one client', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => jest.useRealTimers());

  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('order book' as const) }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('trades' as const), count: fc.integer({ min: 1, max: 300 }) }),
      },
      {
        weight: 9,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('level' as const), level: fc.integer({ min: 0, max: 4 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('subscribe' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const) }) },
    ),
    { minLength: 20, maxLength: 120 },
  );

  it('come at most once an interval of their level, each time the newest, whatever happens in between', () => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), (script, phase) => {
        const client = new LanesUnderTest(phase);
        const newest: string[] = [];
        client.subscribe();
        for (const step of script) {
          const before = client.sent.length;
          if (step.do === 'order book') client.changeOrderBook();
          else if (step.do === 'trades') client.trade(step.count);
          else if (step.do === 'level') client.setLevel(step.level as Level);
          else if (step.do === 'subscribe') client.subscribe();
          else if (step.do === 'unsubscribe') client.unsubscribe();
          else jest.advanceTimersByTime(step.ms);
          for (const { updateId } of client.sent
            .slice(before)
            .filter(({ topic }) => topic.startsWith('books')))
            newest.push(updateId, `${client.orderBooks}`);
        }
        for (let n = 0; n < newest.length; n += 2) expect(newest[n]).toBe(newest[n + 1]);
        expect(client.sent.every(({ level }) => level !== ACCOUNT_ONLY)).toBe(true);
        for (const [topic, intervals] of [
          ['books', STATE_INTERVALS_MS],
          ['trades', TRADES_INTERVALS_MS],
        ] as const) {
          const frames = client.about(topic);
          frames.slice(1).forEach(({ atMs, level }, index) => {
            const gapMs = atMs - (frames[index]?.atMs ?? 0);
            expect(gapMs).toBeGreaterThan((intervals[level as 0 | 1 | 2 | 3] ?? 0) - SLOT_MS);
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('reach it within an interval, the newest order book and every trade once or counted as dropped', () => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), fc.integer({ min: 0, max: 3 }), (script, phase, level) => {
        const client = new LanesUnderTest(phase);
        client.subscribe();
        client.setLevel(level as Level);
        for (const step of script) {
          if (step.do === 'order book') client.changeOrderBook();
          else if (step.do === 'trades') client.trade(step.count);
          else if (step.do === 'wait') jest.advanceTimersByTime(step.ms);
        }
        jest.advanceTimersByTime(2_000);
        if (client.orderBooks > 0)
          expect(client.about('books').at(-1)?.updateId).toBe(`${client.orderBooks}`);
        const batches = client.about('trades');
        const had = batches.flatMap(({ tradeIds }) => tradeIds);
        expect(had).toEqual([...new Set(had)].sort((left, right) => left - right));
        expect(batches.every(({ tradeIds }) => tradeIds.length <= 200)).toBe(true);
        const dropped = batches.reduce((sum, batch) => sum + batch.dropped, 0);
        expect(had.length + dropped).toBe(client.trades);
      }),
      { numRuns: 150 },
    );
  });

  it('come at once to a newcomer: the newest order book and the newest 200 trades', () => {
    const client = new LanesUnderTest();
    client.changeOrderBook();
    client.trade(500);
    client.subscribe();
    expect(client.about('books').map(({ updateId }) => updateId)).toEqual(['1']);
    expect(
      client.about('trades').map(({ tradeIds, dropped }) => [tradeIds[0], tradeIds.length, dropped]),
    ).toEqual([[301, 200, 0]]);
  });

  it('cost nothing while the page is hidden, and begin again as for a newcomer', () => {
    const client = new LanesUnderTest();
    client.subscribe();
    client.setLevel(ACCOUNT_ONLY);
    expect(client.feeds.wanted()).toEqual([]);
    client.changeOrderBook();
    jest.advanceTimersByTime(5_000);
    expect([client.sent, jest.getTimerCount()]).toEqual([[], 0]);
    client.setLevel(0);
    expect(client.sent.map(({ updateId }) => updateId)).toEqual(['1']);
  });
});
