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
    expect(() => recordedMarket([line(0, { e: 'depthUpdate', s: 'btc' })])).toThrow('no capture of a market');
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

  it('counts the times of spot in microseconds, and reads trades alone', () => {
    const lines = [59_999_999, 60_000_000, 119_999_999, 120_000_000].map((us) =>
      line(0, { e: 'aggTrade', T: 1_700_000_040_000_000 + us, s: 'BTCUSDT', p: '10', q: '1' }),
    );
    const other = [
      line(0, { e: 'kline', T: 1_700_000_130_000, s: 'BTCUSDT', p: '99', q: '9' }),
      line(0, { e: 'bookTicker', T: 1_700_000_130_000, s: 'BTCUSDT', p: '99', q: '9' }),
    ];
    const [first, ...rest] = lines;
    const minute = { openTimeMs: 1_700_000_100_000, open: 10, high: 10, low: 10, close: 10, volume: 2 };
    expect(recordedCandles([...other, first!, ...other, ...rest])).toEqual([minute]);
  });

  it('gives each whole minute its own trades', () => {
    const lines = [0, 60_000, 120_000, 180_000].map((timeMs) => trade(timeMs, String(timeMs + 1), '1'));
    expect(recordedCandles(lines).map(({ openTimeMs, close }) => [openTimeMs, close])).toEqual([
      [60_000, 60_001],
      [120_000, 120_001],
    ]);
  });

  it('shows an order book as it is at the end of a second, best first on both sides', () => {
    const second = (seconds: number, u: number, ...rows: string[][][]) =>
      change(seconds, u, rows[0]!, rows[1]!);
    const lines = [
      second(0, 8, [['100', '9']], []),
      second(0, 9, [['99.5', '1']], [['101', '1']]),
      snapshot(
        9,
        [
          ['99', '1'],
          ['98.01', '5'],
          ['100', '2'],
        ],
        [
          ['101.2', '4'],
          ['101', '1'],
          ['102.01', '6'],
        ],
      ),
      trade(1, '1', '1'),
      snapshot(99, [['1', '1']], []),
      second(1, 9, [['77', '1']], []),
      second(0.2, 10, [['99', '3']], []),
      second(1, 11, [], [['100.5', '2']]),
      second(1, 12, [], []),
    ];
    expect([...recordedOrderBooks(lines)]).toEqual([
      {
        bids: [
          [100, 2],
          [99, 3],
        ],
        asks: [
          [101, 1],
          [101.2, 4],
          [102.01, 6],
        ],
      },
      {
        bids: [
          [100, 2],
          [99, 3],
        ],
        asks: [
          [100.5, 2],
          [101, 1],
          [101.2, 4],
        ],
      },
    ]);
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

  it('shows how much lies within a thousandth of the middle on the thinner side, as one in ten has less', () => {
    const orderBook = (bid: number, ask: number) => ({
      bids: [
        [999.5, bid],
        [999, 1],
        [998.9, 50],
      ] as [number, number][],
      asks: [
        [1_000.5, ask],
        [1_001, 1],
        [1_001.1, 50],
      ] as [number, number][],
    });
    // 999.5 x 2 + 999 x 1; what is further away than 1 of 1,000 does not count.
    expect(measureSlippage([orderBook(2, 9)]).depth).toBe(2_998);
    expect(measureSlippage([orderBook(9, 2)]).depth).toBe(3_002);
    const many = [5, 3, 11, 1, 7, 9, 2, 4, 6, 8, 10].map((bid) => orderBook(bid, 20));
    expect(measureSlippage(many).depth).toBe(Math.floor(999.5 * 2 + 999));
  });

  it('shows nothing of order books that lack a side', () => {
    const whole = { bids: [[99, 20]], asks: [[101, 20]] } as const;
    const lacking = [
      { bids: [], asks: whole.asks },
      { bids: whole.bids, asks: [] },
    ];
    expect(measureSlippage([...lacking, whole])).toEqual(measureSlippage([whole]));
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
