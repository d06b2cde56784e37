import { takingLoses, FUTURES_COSTS } from '../engine/costs';
import { measureSlippage } from './measured-slippage';
import { recordedCandles, recordedMarket, recordedOrderBooks } from './read-recording';

const SECOND = 1_000_000_000n;
let atNs = 1_723_161_255n * SECOND;
const line = (seconds: number, data: object): string => {
  atNs += BigInt(Math.round(seconds * 1_000)) * 1_000_000n;
  return `${atNs} ${JSON.stringify({ stream: 'x', data })}`;
};
const trade = (timeMs: number, price: string, quantity: string, change: object = {}) =>
  line(0, { e: 'trade', T: timeMs, s: 'BTCUSDT', p: price, q: quantity, m: true, ...change });
const change = (seconds: number, u: number, bids: string[][], asks: string[][], rest: object = { pu: 1 }) =>
  line(seconds, { e: 'depthUpdate', s: 'BTCUSDT', u, b: bids, a: asks, ...rest });
const snapshot = (id: number, bids: string[][], asks: string[][]) =>
  `${atNs} ${JSON.stringify({ lastUpdateId: id, bids, asks })}`;

describe('a recording', () => {
  it('says which market it is of', () => {
    expect(recordedMarket([change(0, 1, [], [])])).toEqual({ symbol: 'BTCUSDT', market: 'futures' });
    expect(recordedMarket([change(0, 1, [], [], {})])).toEqual({ symbol: 'BTCUSDT', market: 'spot' });
    expect(() => recordedMarket([trade(1, '1', '1')])).toThrow('no capture of a market');
  });

  it('gives the minutes that it has whole, of the trades of the market alone', () => {
    const lines = [
      trade(59_999, '1', '1'),
      trade(60_000, '10', '2'),
      trade(61_000, '12', '1'),
      trade(62_000, '99', '1', { X: 'INSURANCE_FUND' }),
      trade(62_000, '98', '1', { e: 'aggTrade' }),
      trade(63_000, '9', '0.5', { X: 'MARKET' }),
      trade(119_999, '11', '1'),
      trade(120_000_000_000_000_000, '5', '1'),
    ];
    const expected = [{ openTimeMs: 60_000, open: 10, high: 12, low: 9, close: 11, volume: 4.5 }];
    expect(recordedCandles(lines)).toEqual(expected);
    expect(() => recordedCandles(lines.slice(0, 7))).toThrow('shorter than a whole minute');
  });

  it('shows its order book second by second, from the snapshot on, with every change and none twice', () => {
    const lines = [
      change(0, 5, [['98', '7']], []),
      change(0, 11, [['99', '2']], []),
      snapshot(
        10,
        [
          ['98', '1'],
          ['97', '1'],
          ['50', '1'],
        ],
        [
          ['101', '1'],
          ['103', '4'],
        ],
      ),
      change(
        0.1,
        12,
        [],
        [
          ['101', '0'],
          ['102', '3'],
        ],
      ),
      change(1, 13, [['99', '1']], []),
      change(1, 14, [], []),
    ];
    // What is further than 1 % from the best price is not read: 98 and below.
    const asks = [
      [102, 3],
      [103, 4],
    ];
    expect([...recordedOrderBooks(lines)]).toEqual([
      { bids: [[99, 2]], asks },
      { bids: [[99, 1]], asks },
    ]);
  });

  it('shows what taking costs by size, as 95 of 100 order books have it', () => {
    const usual = {
      bids: [[99, 2_000]],
      asks: [
        [101, 10],
        [102, 2_000],
      ],
    } as const;
    const dear = { bids: [[90, 2_000]], asks: [[110, 2_000]] } as const;
    const orderBooksWith = (dearOnes: number) =>
      Array.from({ length: 100 }, (_, at) => (at < dearOnes ? dear : usual));
    const { orderBooks, halfSpread, bySize } = measureSlippage(orderBooksWith(5));
    expect([orderBooks, halfSpread, bySize.length]).toEqual([100, 0.01, 6]);
    // 1,000 is bought at 101 whole; of 5,000 it is 1,010 at 101, and the rest at 102: 101.796 on average.
    expect(bySize[0]).toEqual({ notional: 1_000, slippage: 0 });
    expect(bySize[1]!.slippage).toBeCloseTo(5_000 / (10 + 3_990 / 102) / 100 - 1.01, 6);
    expect(measureSlippage(orderBooksWith(6)).halfSpread).toBe(0.1);
    expect(
      measureSlippage([{ bids: [[99, 20]], asks: [[101, 20]] }]).bySize.map(({ notional }) => notional),
    ).toEqual([1_000]);
    expect(() => measureSlippage([{ bids: [], asks: [] }])).toThrow('no order book');
  });

  it('makes taking cost by its size: the row that holds it, and beyond the last one in proportion', () => {
    const slippageBySize = [
      { notional: 1_000, slippage: 0.001 },
      { notional: 5_000, slippage: 0.002 },
    ];
    const costs = { ...FUTURES_COSTS, halfSpread: 0.01, slippageBySize };
    expect([1, 1_000, 1_001, 5_000, 10_000].map((notional) => takingLoses(costs, notional))).toEqual([
      0.011, 0.011, 0.012, 0.012, 0.014,
    ]);
    expect(takingLoses(FUTURES_COSTS, 1e9)).toBeCloseTo(0.000_21, 12);
  });
});
