/**
 * `npm run bench:indicators`: what an anchored indicator costs a candle, beside the same one without anchors, a peer that
 * streams (technicalindicators) and one that takes all candles at once (indicatorts). Every value of a year is compared
 * before anything is timed, from where the anchored ones begin. Exits with 1 if a value differs, an anchored one costs
 * more than twice the one without anchors, or is slower than the peer that streams.
 */
import { CandleColumns, candleAt, lengthOf } from '@elvis/backtest';
import { AnchoredIndicator, Candle, Indicator, atr, bollinger, ema, macd, rsi } from '@elvis/strategy';
import * as batch from 'indicatorts';
import { loadavg } from 'node:os';
import { YEAR, market } from '../backtest/market';
import { installPeers, loadPeer } from '../backtest/peers/load';

/** The numbers of a reading, in one order for all. */
type Lines = readonly number[];
type Add = (candle: Candle, index: number) => Lines | null;

interface Streaming {
  nextValue(input: unknown): unknown;
}
interface Peer {
  readonly EMA: new (input: object) => Streaming;
  readonly RSI: new (input: object) => Streaming;
  readonly ATR: new (input: object) => Streaming;
  readonly BollingerBands: new (input: object) => Streaming;
  readonly MACD: new (input: object) => Streaming;
}

interface Case {
  readonly name: string;
  readonly indicator: Indicator<'main', unknown>;
  readonly peer: (library: Peer) => Add;
  readonly batch: (columns: CandleColumns) => readonly (readonly number[])[];
  /** By how much values may differ, of the price; two libraries add in another order. */
  readonly tolerance: number;
  /** In the indicator's own unit, where the peer rounds. */
  readonly peerRounds?: number;
}

const RUNS = 3;
const ANCHORS_COST_AT_MOST = 2;

const linesOf = (reading: unknown): Lines | null => {
  if (reading === null || reading === undefined) return null;
  if (typeof reading === 'number') return [reading];
  const named = reading as Record<string, number>;
  if ('upper' in named) return [named.lower!, named.middle!, named.upper];
  return [named.macd ?? named.MACD!, named.signal!];
};

const closeOf = ({ close }: Candle): unknown => close;
const feeding =
  (source: Streaming, input: (candle: Candle) => unknown): Add =>
  (candle) =>
    linesOf(source.nextValue(input(candle)));

const CASES: readonly Case[] = [
  {
    name: 'EMA 9',
    indicator: ema('main', 9),
    peer: ({ EMA }) => feeding(new EMA({ period: 9, values: [] }), closeOf),
    batch: ({ close }) => [batch.ema([...close], { period: 9 })],
    tolerance: 1e-8,
  },
  {
    name: 'RSI 14',
    indicator: rsi('main', 14),
    peer: ({ RSI }) => feeding(new RSI({ period: 14, values: [] }), closeOf),
    batch: ({ close }) => [batch.rsi([...close], { period: 14 })],
    tolerance: 1e-8,
    peerRounds: 0.005,
  },
  {
    name: 'ATR 14',
    indicator: atr('main', 14),
    peer: ({ ATR }) =>
      feeding(new ATR({ period: 14, high: [], low: [], close: [] }), ({ high, low, close }) => ({
        high,
        low,
        close,
      })),
    // Its own line is the plain mean of the true range; Wilder's is its `rma` of it.
    batch: ({ high, low, close }) => {
      const { trLine } = batch.atr([...high], [...low], [...close], { period: 14 });
      return [batch.rma(trLine, { period: 14 })];
    },
    tolerance: 1e-8,
  },
  {
    name: 'Bollinger 20',
    indicator: bollinger('main', 20, 2),
    peer: ({ BollingerBands }) => feeding(new BollingerBands({ period: 20, stdDev: 2, values: [] }), closeOf),
    batch: ({ close }) => {
      const { lower, middle, upper } = batch.bb([...close], { period: 20 });
      return [lower, middle, upper];
    },
    tolerance: 1e-8,
  },
  {
    name: 'MACD 12 26 9',
    indicator: macd('main', { fast: 12, slow: 26, signal: 9 }),
    peer: ({ MACD }) =>
      feeding(
        new MACD({
          values: [],
          fastPeriod: 12,
          slowPeriod: 26,
          signalPeriod: 9,
          SimpleMAOscillator: false,
          SimpleMASignal: false,
        }),
        closeOf,
      ),
    batch: ({ close }) => {
      const { macdLine, signalLine } = batch.macd([...close], { fast: 12, slow: 26, signal: 9 });
      return [macdLine, signalLine];
    },
    tolerance: 1e-8,
  },
];

const anchored = ({ indicator }: Case): Add => {
  const running = new AnchoredIndicator(indicator);
  return (candle, index) => linesOf(running.add(index, candle));
};
const bare = ({ indicator }: Case): Add => {
  const running = indicator.begin();
  return (candle) => linesOf(running.add(candle));
};

function valuesOf(candles: readonly Candle[], add: Add): readonly (Lines | null)[] {
  return candles.map((candle) => add(candle, candle.openTimeMs / 60_000));
}

/** Microseconds of the processor a candle, in the median of some runs. */
function costOf(candles: readonly Candle[], begin: () => Add): number {
  const costs = Array.from({ length: RUNS }, () => {
    const add = begin();
    const before = process.cpuUsage();
    for (const candle of candles) add(candle, candle.openTimeMs / 60_000);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / candles.length;
  });
  return costs.sort((a, b) => a - b)[RUNS >> 1]!;
}

interface Compared {
  readonly count: number;
  /** The largest difference, of the price. */
  readonly largest: number;
}

function compared(
  candles: readonly Candle[],
  values: readonly (Lines | null)[],
  others: readonly (Lines | null)[],
): Compared {
  let [count, largest] = [0, 0];
  values.forEach((lines, at) => {
    const other = others[at];
    if (lines === null || other === null || other === undefined) return;
    lines.forEach((value, line) => {
      count += 1;
      largest = Math.max(largest, Math.abs(value - other[line]!) / candles[at]!.close);
    });
  });
  return { count, largest };
}

function main(): number {
  installPeers();
  const library = loadPeer<Peer>('technicalindicators');
  const columns = market(YEAR);
  const candles = Array.from({ length: lengthOf(columns) }, (_, at) => candleAt(columns, at));
  console.log(`load average at the start: ${loadavg()[0]!.toFixed(1)}`);
  let isSound = true;
  const rows = CASES.map((each) => {
    const values = valuesOf(candles, anchored(each));
    const lines = each.batch(columns);
    const all: readonly [string, Compared, number][] = [
      ['bare', compared(candles, values, valuesOf(candles, bare(each))), 0],
      [
        'technicalindicators',
        compared(candles, values, valuesOf(candles, each.peer(library))),
        each.peerRounds ?? 0,
      ],
      [
        'indicatorts',
        compared(
          candles,
          values,
          candles.map((_, at) => lines.map((line) => line[at]!)),
        ),
        0,
      ],
    ];
    for (const [who, { count, largest }, rounds] of all) {
      const bound = each.tolerance + rounds / 10_000;
      const isSame = count > YEAR / 2 && largest <= bound;
      if (!isSame) isSound = false;
      console.log(
        `${each.name}: ${count.toLocaleString('en')} values compared with ${who}, ${isSame ? 'the same' : 'DIFFERENT'}: at most ${largest.toExponential(1)} of the price apart`,
      );
    }
    const own = costOf(candles, () => anchored(each));
    const plain = costOf(candles, () => bare(each));
    const peer = costOf(candles, () => each.peer(library));
    if (own > ANCHORS_COST_AT_MOST * plain || own > peer) isSound = false;
    return {
      indicator: each.name,
      'anchored, µs a candle': own.toFixed(3),
      'without anchors': plain.toFixed(3),
      technicalindicators: peer.toFixed(3),
      'anchors cost': `${(own / plain).toFixed(2)} times`,
    };
  });
  console.table(rows);
  return isSound ? 0 : 1;
}

process.exitCode = main();
