import { ExchangeInfoRow, Recording } from '@elvis/simulation';
import { defineStrategy } from '@elvis/strategy';
import { setupOf } from '../../test/a-market';
import { candleAt, lengthOf, slice } from '../data/candle-columns';
import { drawnArrivals } from './delay';
import { minutesOf } from './recorded-minutes';
import { runOnRecording } from './recorded-run';

const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE_MS);
const ROW: ExchangeInfoRow = {
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  pricePrecision: 2,
  quantityPrecision: 3,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.10', maxPrice: '1000000', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    { filterType: 'MIN_NOTIONAL', notional: '5' },
    { filterType: 'PERCENT_PRICE', multiplierUp: '1.05', multiplierDown: '0.95' },
  ],
};
const trade = (atMs: number, price: number, quantity: number) => ({
  kind: 'trade' as const,
  atMs,
  price,
  quantity,
  buyerIsMaker: false,
});
/** A minute and a half, then again; nothing is traded in its second minute. */
const RECORDING: Recording = {
  symbol: 'BTCUSDT',
  market: 'futures',
  bids: [[5_999_990, 10_000]],
  asks: [[6_000_010, 10_000]],
  firstUpdateId: 1,
  firstTradeId: 1,
  durationMs: 150_000,
  events: [
    trade(10, 6_000_010, 100),
    trade(20_000, 6_001_000, 50),
    trade(59_999, 5_999_000, 25),
    trade(149_000, 6_002_000, 7),
  ],
};
const PLAYED = { recording: RECORDING, row: ROW, startMs: START_MS, minutes: 5 };

describe('the minutes of a recording', () => {
  it('are those of its trades, round after round, quiet where nothing was traded', () => {
    const columns = minutesOf(PLAYED, 0, 1);
    expect([columns.firstOpenMs, lengthOf(columns)]).toEqual([START_MS, 5]);
    const rows = [0, 1, 2, 3, 4].map((at) => candleAt(columns, at));
    expect(rows[0]).toEqual({
      openTimeMs: START_MS,
      open: 60_000.1,
      high: 60_010,
      low: 59_990,
      close: 59_990,
      volume: 0.175,
    });
    expect(rows[1]).toMatchObject({ open: 59_990, close: 59_990, volume: 0 });
    // The second round begins at 150 s: what it trades first falls into the same minute as the last of the first.
    expect(rows[2]).toMatchObject({ open: 60_020, close: 60_010, volume: 0.157 });
    expect(rows[4]).toMatchObject({ open: 60_020, close: 60_020, volume: 0.007 });
  });

  it('are the candles that the exchange makes of them', () => {
    const columns = minutesOf(PLAYED, 3, 1);
    const idle = defineStrategy({
      name: 'idle',
      version: 1,
      summary: 'Nothing.',
      parameters: {},
      onCandle: () => undefined,
    });
    const { candles, orders } = runOnRecording({
      ...setupOf(idle),
      ...PLAYED,
      speed: 1,
      history: slice(columns, 0, 3).columns,
      toMs: START_MS + 5 * MINUTE_MS,
      arrivalMs: ({ sentMs }) => sentMs,
    });
    expect(orders).toEqual([]);
    expect(candles).toEqual([3, 4, 5, 6, 7].map((at) => candleAt(columns, at)));
  });

  it('have made-up ones before them that lead up to the first price, the same for the same seed', () => {
    const columns = minutesOf(PLAYED, 500, 7);
    expect([columns.firstOpenMs, lengthOf(columns)]).toEqual([START_MS - 500 * MINUTE_MS, 505]);
    expect(Math.abs(columns.close[499]! / 60_000.1 - 1)).toBeLessThan(0.001);
    expect(minutesOf(PLAYED, 500, 7)).toEqual(columns);
    expect(minutesOf(PLAYED, 500, 8).close[250]).not.toBe(columns.close[250]);
  });

  it('are none where the first minute has no trade', () =>
    expect(() =>
      minutesOf({ ...PLAYED, recording: { ...RECORDING, events: [trade(70_000, 1, 1)] } }, 0, 1),
    ).toThrow('Nothing of BTCUSDT was traded in the first minute'));
});

describe('the way to the exchange', () => {
  it('takes as long as both percentiles say, the same for the same seed, and nothing is overtaken', () => {
    const delays = (seed: number) => {
      const arrivalMs = drawnArrivals({ medianMs: 25, p99Ms: 80 }, seed);
      return Array.from({ length: 4_000 }, (_, number) => {
        const sentMs = number * 10_000;
        return arrivalMs({ action: 'PLACE', number, sentMs }) - sentMs;
      }).sort((one, other) => one - other);
    };
    const drawn = delays(1);
    expect(drawn[2_000]! / 25).toBeCloseTo(1, 1);
    expect(drawn[3_960]! / 80).toBeCloseTo(1, 0);
    expect(delays(1)).toEqual(drawn);
    expect(delays(2)).not.toEqual(drawn);
    const arrivalMs = drawnArrivals({ medianMs: 25, p99Ms: 800 }, 3);
    const at = Array.from({ length: 50 }, (_, number) => arrivalMs({ action: 'PLACE', number, sentMs: 0 }));
    expect(at).toEqual([...at].sort((one, other) => one - other));
  });
});
