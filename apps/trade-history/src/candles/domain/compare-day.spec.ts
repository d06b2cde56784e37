import { Candle } from '@elvis/trading';
import { compareDay, dayText } from './compare-day';

const minute = (openTimeMs: number, changes: Partial<Candle> = {}): Candle => ({
  openTimeMs,
  open: '1',
  high: '3',
  low: '0.5',
  close: '2',
  volume: '10',
  quoteVolume: '15.5',
  trades: 4,
  ...changes,
});

describe('a day beside the exchange’s own', () => {
  it('counts what is equal and names each minute that is not, with the figures', () => {
    const ours = [minute(0), minute(60_000), minute(120_000, { volume: '11', trades: 5 })];
    const theirs = [minute(60_000), minute(120_000), minute(180_000)];
    expect(compareDay(ours, theirs)).toEqual({
      equal: 1,
      differences: [
        { openTimeMs: 0, kind: 'MISSING_AT_EXCHANGE', figures: [] },
        { openTimeMs: 120_000, kind: 'FIGURES_DIFFER', figures: ['volume', 'trades'] },
        { openTimeMs: 180_000, kind: 'MISSING_HERE', figures: [] },
      ],
    });
  });

  it('does not mind ids, which the exchange’s candles lack', () => {
    expect(compareDay([minute(0, { firstId: 5, lastId: 9 })], [minute(0)])).toEqual({
      equal: 1,
      differences: [],
    });
  });

  it('finds nothing in two empty days', () => {
    expect(compareDay([], [])).toEqual({ equal: 0, differences: [] });
  });

  it('has a text in which every figure stands', () => {
    expect(dayText([minute(0), minute(60_000)])).toBe('0,1,3,0.5,2,10,15.5,4\n60000,1,3,0.5,2,10,15.5,4\n');
  });
});
