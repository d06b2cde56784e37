import { intervalMs } from '@elvis/strategy';
import { createHash } from 'node:crypto';
import { NEW_YEAR_MS } from '../../test/a-market';
import { candleAt, lengthOf } from './candle-columns';
import { GeneratedMarket, generateCandles } from './generate';

const MARKET: GeneratedMarket = {
  symbol: 'BTCUSDT',
  interval: '1m',
  firstOpenMs: NEW_YEAR_MS,
  count: 5_000,
  seed: 1,
};

/** Of every number there is, in order. */
const printOf = (change: Partial<GeneratedMarket>): string => {
  const { open, high, low, close, volume } = generateCandles({ ...MARKET, ...change });
  const hash = createHash('sha256');
  for (const column of [open, high, low, close, volume]) hash.update(column.join(' '));
  return hash.digest('hex').slice(0, 16);
};

describe('candles that nobody traded', () => {
  // A report names its data by their hash: a version that made others from the same words would make it worthless.
  it.each<[string, Partial<GeneratedMarket>, string]>([
    ['minutes', {}, '54333100a7b0a677'],
    ['another seed', { seed: 2 }, '9b702154e7d8cff7'],
    ['a cheap coin on a fine grid', { price: 0.35, tick: 0.000_1 }, '944d3e051e7d6904'],
    ['a coin near its smallest price', { price: 0.3, tick: 0.1 }, '9ab46bb3f5dcc407'],
    ['a grid of more than a unit', { price: 40_000, tick: 25 }, 'dc0fb54eca4e8306'],
    ['a grid that divides no unit', { price: 500, tick: 0.3 }, '5f5953626e46905c'],
    ['hours', { interval: '1h' }, 'e96a72f7db26523d'],
    ['five minutes, long', { interval: '5m', count: 20_000 }, '7bfb524371345f29'],
  ])('are the same in every version: %s', (_, change, print) => expect(printOf(change)).toBe(print));

  it('lie in the columns of their market, one an interval from the first', () => {
    const columns = generateCandles({ ...MARKET, interval: '5m', count: 3 });
    expect(columns).toMatchObject({ symbol: 'BTCUSDT', interval: '5m', firstOpenMs: NEW_YEAR_MS });
    expect(lengthOf(columns)).toBe(3);
    expect(candleAt(columns, 2).openTimeMs).toBe(NEW_YEAR_MS + 2 * intervalMs('5m'));
  });
});
