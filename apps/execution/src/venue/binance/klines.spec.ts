import { klineTerms, readKlines } from './klines';

/** As Binance's documentation shows it; spot sends numbers of that size as they are. */
const ROW = [
  1499040000000,
  '0.01634790',
  '0.80000000',
  '0.01575800',
  '0.01577100',
  '148976.11427815',
  1499644799999,
  '2434.19055334',
  308,
  '1756.87402397',
  '28.46694368',
  '0',
];

describe('the exchange’s candles', () => {
  it('are asked for by whole minutes, the last one included', () => {
    expect(klineTerms('BTCUSDT', 60_000, 300_000)).toEqual({
      symbol: 'BTCUSDT',
      interval: '1m',
      startTime: 60_000,
      endTime: 299_999,
      limit: 4,
    });
  });

  it('are read with every figure in its plainest form', () => {
    expect(readKlines([ROW])).toEqual([
      {
        openTimeMs: 1499040000000,
        open: '0.0163479',
        high: '0.8',
        low: '0.015758',
        close: '0.015771',
        volume: '148976.11427815',
        quoteVolume: '2434.19055334',
        trades: 308,
      },
    ]);
  });

  it.each([
    ['no list', {}],
    ['a row that is none', [5]],
    ['a price that is no number', [ROW.with(1, 'NaN')]],
    ['a figure that is missing', [ROW.slice(0, 7)]],
    ['a count that is none', [ROW.with(8, 'many')]],
  ])('are refused where there is %s', (_, rows) => {
    expect(() => readKlines(rows)).toThrow('none of them was taken');
  });
});
