/**
 * What a capture of the exchange's streams tells a backtest: candles of its trades, and its order book second by second. A
 * line is `<receive time in nanoseconds> <what the exchange sent>`, with one snapshot of the order book among them, as
 * `npm run capture` writes it and the paper exchange plays it.
 */
import { Candle } from '@elvis/strategy';
import { Market } from '@elvis/trading';

const MINUTE_MS = 60_000;
const SECOND_NS = 1_000_000_000;
/** How far from the best price an order book is read, as a fraction of it. */
const DEPTH = 0.01;

type Rows = readonly (readonly [price: string, quantity: string])[];

/** The fields that are read of a trade, a change of the order book, or a snapshot of it. */
interface Wire {
  readonly e?: string;
  readonly T: number;
  readonly p: string;
  readonly q: string;
  /** Anything but MARKET is no trade of the market: insurance, liquidation by the fund. */
  readonly X?: string;
  readonly u: number;
  readonly b: Rows;
  readonly a: Rows;
  readonly lastUpdateId?: number;
  readonly bids: Rows;
  readonly asks: Rows;
}

export interface RecordedMarket {
  readonly symbol: string;
  readonly market: Market;
}

/** An order book, best price first. */
export interface RecordedOrderBook {
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
}

/** @throws RangeError where it is no capture of a market */
export function recordedMarket(lines: readonly string[]): RecordedMarket {
  const line = lines.find((each) => each.includes('"depthUpdate"'));
  const symbol = line && /"s":"([A-Z0-9_]+)"/.exec(line)?.[1];
  if (line === undefined || symbol === undefined)
    throw new RangeError('It has no changes of an order book, so it is no capture of a market');
  return { symbol, market: line.includes('"pu":') ? 'futures' : 'spot' };
}

/**
 * Minutes that were recorded whole: not the first, in which the recording begins, nor the last. Trades or aggregates of
 * trades, which tell the same: the kind that comes first counts.
 *
 * @throws RangeError where no minute is whole
 */
export function recordedCandles(lines: readonly string[]): Candle[] {
  const candles: { -readonly [Key in keyof Candle]: Candle[Key] }[] = [];
  let kind: string | undefined;
  for (const line of lines) {
    if (!line.includes('"e":"trade"') && !line.includes('"e":"aggTrade"')) continue;
    const trade = wireOf(line);
    kind ??= trade.e;
    if (trade.e !== kind || (trade.X ?? 'MARKET') !== 'MARKET') continue;
    const openTimeMs = Math.floor(millisecondsOf(trade.T) / MINUTE_MS) * MINUTE_MS;
    const [price, quantity] = [Number(trade.p), Number(trade.q)];
    const candle = candles.at(-1);
    if (candle === undefined || candle.openTimeMs < openTimeMs) {
      candles.push({ openTimeMs, open: price, high: price, low: price, close: price, volume: quantity });
      continue;
    }
    candle.high = Math.max(candle.high, price);
    candle.low = Math.min(candle.low, price);
    candle.close = price;
    candle.volume += quantity;
  }
  if (candles.length < 3) throw new RangeError('It is shorter than a whole minute');
  return candles.slice(1, -1);
}

/** The order book at the end of each second of the capture, from its snapshot on. */
export function* recordedOrderBooks(lines: readonly string[]): Generator<RecordedOrderBook> {
  const [bids, asks] = [new Map<number, number>(), new Map<number, number>()];
  let early: Wire[] = [];
  let snapshotId: number | undefined;
  let second: number | undefined;
  const apply = ({ u, b, a }: Wire): void => {
    if (u <= snapshotId!) return;
    set(bids, b);
    set(asks, a);
  };
  for (const line of lines) {
    const isChange = line.includes('"depthUpdate"');
    if (!isChange && (snapshotId !== undefined || !line.includes('"lastUpdateId"'))) continue;
    const wire = wireOf(line);
    if (isChange && snapshotId === undefined) {
      early.push(wire);
      continue;
    }
    if (isChange) {
      const at = Math.floor(Number(line.slice(0, line.indexOf(' '))) / SECOND_NS);
      if (second !== undefined && at > second) yield { bids: ranked(bids, -1), asks: ranked(asks, 1) };
      second = at;
      apply(wire);
      continue;
    }
    set(bids, wire.bids);
    set(asks, wire.asks);
    snapshotId = wire.lastUpdateId!;
    early.forEach(apply);
    early = [];
  }
}

function wireOf(line: string): Wire {
  const sent = JSON.parse(line.slice(line.indexOf(' ') + 1)) as Wire & { readonly data?: Wire };
  return sent.data ?? sent;
}

/** Some streams of spot count in microseconds. */
const millisecondsOf = (time: number): number => (time > 1e14 ? Math.floor(time / 1_000) : time);

function set(side: Map<number, number>, rows: Rows): void {
  for (const [price, quantity] of rows) {
    if (Number(quantity) === 0) side.delete(Number(price));
    else side.set(Number(price), Number(quantity));
  }
}

/** Best first; what is further away than `DEPTH` is left out. */
function ranked(side: ReadonlyMap<number, number>, sign: 1 | -1): [number, number][] {
  let best = sign * Infinity;
  for (const price of side.keys()) if ((price - best) * sign < 0) best = price;
  const limit = best * (1 + sign * DEPTH);
  return [...side]
    .filter(([price]) => (price - limit) * sign <= 0)
    .sort(([one], [other]) => (one - other) * sign);
}
