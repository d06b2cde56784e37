import { Candle } from './candle';
import { foldCandles, minutesIn } from './fold';
import { CANDLE_INTERVALS, intervalEnd, intervalStart, intervalsBefore } from './intervals';

const iso = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16);
const NOW = Date.parse('2026-11-30T12:34:56.789Z');

describe('intervals', () => {
  it.each`
    interval | start                 | end
    ${'1m'}  | ${'2026-11-30T12:34'} | ${'2026-11-30T12:35'}
    ${'3m'}  | ${'2026-11-30T12:33'} | ${'2026-11-30T12:36'}
    ${'5m'}  | ${'2026-11-30T12:30'} | ${'2026-11-30T12:35'}
    ${'15m'} | ${'2026-11-30T12:30'} | ${'2026-11-30T12:45'}
    ${'30m'} | ${'2026-11-30T12:30'} | ${'2026-11-30T13:00'}
    ${'1h'}  | ${'2026-11-30T12:00'} | ${'2026-11-30T13:00'}
    ${'2h'}  | ${'2026-11-30T12:00'} | ${'2026-11-30T14:00'}
    ${'4h'}  | ${'2026-11-30T12:00'} | ${'2026-11-30T16:00'}
    ${'6h'}  | ${'2026-11-30T12:00'} | ${'2026-11-30T18:00'}
    ${'12h'} | ${'2026-11-30T12:00'} | ${'2026-12-01T00:00'}
    ${'1d'}  | ${'2026-11-30T00:00'} | ${'2026-12-01T00:00'}
    ${'1w'}  | ${'2026-11-30T00:00'} | ${'2026-12-07T00:00'}
    ${'1M'}  | ${'2026-11-01T00:00'} | ${'2026-12-01T00:00'}
  `(
    '$interval at 12:34 of Monday, 30 November begins at $start and ends at $end',
    ({ interval, start, end }) => {
      const startMs = intervalStart(interval, NOW);
      expect([iso(startMs), iso(intervalEnd(interval, startMs))]).toEqual([start, end]);
    },
  );

  it('begin where the one before them ends', () => {
    for (const interval of CANDLE_INTERVALS) {
      const start = intervalStart(interval, NOW);
      const before = intervalsBefore(interval, start, 1);
      expect(intervalEnd(interval, before)).toBe(start);
      expect(intervalStart(interval, start - 1)).toBe(before);
      expect(intervalStart(interval, start)).toBe(start);
    }
  });

  it('have a week’s Monday also before 1970-01-05', () => {
    expect(iso(intervalStart('1w', Date.parse('1970-01-01T00:00Z')))).toBe('1969-12-29T00:00');
  });
});

describe('summing minutes', () => {
  const minute = (openTimeMs: number, open: string, close: string, volume: string): Candle => ({
    openTimeMs,
    open,
    high: '12',
    low: '0.5',
    close,
    volume,
    quoteVolume: '0.000000000000000000000000000000000001',
    trades: 2,
    firstId: 1,
    lastId: 2,
  });
  const start = Date.parse('2026-11-30T12:00Z');

  it('gives first open, last close, extremes and sums, and how many minutes it was made of', () => {
    const minutes = [
      { ...minute(start, '1', '2', '0.1'), low: '0.25' },
      minute(start + 60_000, '2', '3', '0.2'),
      { ...minute(start + 240_000, '9.5', '10.5', '100'), high: '100.5', firstId: 3, lastId: 9 },
      minute(start + 300_000, '4', '5', '1'),
    ];
    expect(foldCandles('5m', minutes)).toEqual([
      {
        openTimeMs: start,
        open: '1',
        high: '100.5',
        low: '0.25',
        close: '10.5',
        volume: '100.3',
        quoteVolume: '0.000000000000000000000000000000000003',
        trades: 6,
        firstId: 1,
        lastId: 9,
        minutes: 3,
      },
      { ...minute(start + 300_000, '4', '5', '1'), minutes: 1 },
    ]);
    expect(minutesIn('5m', start)).toBe(5);
  });

  it('says nothing of ids where one minute has none', () => {
    const { firstId: _first, lastId: _last, ...without } = minute(start, '1', '2', '1');
    expect(foldCandles('5m', [without])[0]).not.toHaveProperty('firstId');
  });

  it('makes nothing of nothing', () => {
    expect(foldCandles('1d', [])).toEqual([]);
  });
});
