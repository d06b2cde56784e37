import { CandleList, FormingCandle, ListCandles } from '@elvis/contracts';
import { CandlesFeed } from './candles-feed';

const START = Date.UTC(2026, 10, 30, 12, 0);
const MINUTE = 60_000;

const candle = (minute: number, close: string, volume: string, high = close) => ({
  openTimeMs: START + minute * MINUTE,
  open: '100',
  high,
  low: '90',
  close,
  volume,
  quoteVolume: '1',
  trades: 1,
});
const forming = (minute: number, close: string, volume: string): FormingCandle => ({
  ...candle(minute, close, volume),
  market: 'futures',
  symbol: 'BTCUSDT',
  isWhole: true,
  eventTimeMs: START + minute * MINUTE + 1_000,
  ageMs: 4,
});

describe('candles of a page', () => {
  const asked: ListCandles[] = [];
  let answer: CandleList | Error = { items: [], missingMinutes: 0 };
  const feedOf = (interval: '1m' | '5m'): CandlesFeed => {
    asked.length = 0;
    return new CandlesFeed(`candles.BTCUSDT.${interval}`, 'BTCUSDT', interval, (question) => {
      asked.push(question);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    });
  };
  const shown = (feed: CandlesFeed, nowMs: number): string[] => {
    const bytes = feed.frame(undefined, nowMs).bytes(false);
    const [{ data }] = JSON.parse(bytes.subarray(bytes.indexOf('[{')).toString()) as [
      { data: { items: { openTimeMs: number; close: string; volume: string; isSealed: boolean }[] } },
    ];
    return data.items.map(
      ({ openTimeMs, close, volume, isSealed }) =>
        `${(openTimeMs - START) / MINUTE} ${close} ${volume}${isSealed ? ' sealed' : ''}`,
    );
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('of five minutes are what is stored of it and the minute that is going on', async () => {
    answer = {
      items: [
        { ...candle(0, '104', '50'), isSealed: true, revision: 1 },
        { ...candle(5, '105', '20'), isSealed: false, revision: 1 },
      ],
      missingMinutes: 0,
    };
    const feed = feedOf('5m');
    feed.hear(forming(7, '106', '1'), 0);
    expect(shown(feed, 0)).toEqual(['5 106 1']);
    await settled();
    expect(asked).toEqual([
      {
        market: 'futures',
        symbol: 'BTCUSDT',
        interval: '5m',
        fromMs: START,
        toMs: START + 7 * MINUTE,
        limit: 2,
      },
    ]);
    feed.hear(forming(7, '107', '2'), 250);
    expect(shown(feed, 250)).toEqual(['0 104 50 sealed', '5 107 22']);
  });

  it('count a minute that has just ended as it was heard last, until it is stored', async () => {
    answer = { items: [{ ...candle(0, '99', '7'), isSealed: true, revision: 1 }], missingMinutes: 0 };
    const feed = feedOf('1m');
    feed.hear(forming(1, '100', '3'), 0);
    await settled();
    feed.hear(forming(2, '101', '1'), 1_000);
    expect(shown(feed, 1_000)).toEqual(['1 100 3', '2 101 1']);

    answer = { items: [], missingMinutes: 1 };
    feed.hear(forming(2, '102', '2'), 5_900);
    expect(asked).toHaveLength(1);
    feed.hear(forming(2, '102', '2'), 6_000);
    await settled();
    feed.hear(forming(2, '103', '3'), 6_250);
    expect([asked.length, shown(feed, 6_250)]).toEqual([2, ['1 100 3', '2 103 3']]);

    answer = { items: [{ ...candle(1, '100.5', '4'), isSealed: true, revision: 1 }], missingMinutes: 0 };
    feed.hear(forming(2, '103', '3'), 11_000);
    await settled();
    feed.hear(forming(2, '104', '3'), 11_250);
    expect([asked.length, shown(feed, 11_250)]).toEqual([3, ['1 100.5 4 sealed', '2 104 3']]);
  });

  it('go on with what is heard while trade-history does not answer', async () => {
    answer = new Error('unavailable');
    const feed = feedOf('1m');
    feed.hear(forming(1, '100', '3'), 0);
    await settled();
    feed.hear(forming(2, '101', '1'), 1_000);
    feed.hear(forming(1, '1', '1'), 1_100);
    expect(shown(feed, 1_000)).toEqual(['1 100 3', '2 101 1']);
  });
});
