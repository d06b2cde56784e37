/** What traded: recent prints, the aggregate of one taker order, and candles of a minute from which the longer ones are made. */
import { Instrument, notionalOf } from '../shared/instrument';
import { TradePrint } from './symbol-market';

export interface AggregateTrade {
  readonly id: number;
  readonly price: number;
  quantity: number;
  readonly firstTradeId: number;
  lastTradeId: number;
  readonly time: number;
  readonly buyerIsMaker: boolean;
}

export interface Candle {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: bigint;
  trades: number;
  takerBuyVolume: number;
  takerBuyQuote: bigint;
  firstTradeId: number;
  lastTradeId: number;
}

const PRINTS_KEPT = 1_000;
const CANDLES_KEPT = 3_000;
const AGGREGATION_MS = 100;
const MINUTE = 60_000;

export class Tape {
  readonly prints: TradePrint[] = [];
  readonly aggregates: AggregateTrade[] = [];
  readonly candles: Candle[] = [];
  private lastAggregateId: number;

  constructor(
    private readonly instrument: Instrument,
    firstAggregateId: number,
  ) {
    this.lastAggregateId = firstAggregateId;
  }

  /** Adds a print; answers the aggregate trade that it closed, if it began a new one. */
  add(print: TradePrint): AggregateTrade | undefined {
    this.prints.push(print);
    if (this.prints.length > PRINTS_KEPT * 2) this.prints.splice(0, this.prints.length - PRINTS_KEPT);
    this.addToCandle(print);
    return this.aggregate(print);
  }

  /** The aggregate still being built, closed when its time is over. */
  closeAggregate(now: number): AggregateTrade | undefined {
    const open = this.open;
    if (!open || now - open.time < AGGREGATION_MS) return undefined;
    this.open = undefined;
    return open;
  }

  private open: AggregateTrade | undefined;

  private aggregate(print: TradePrint): AggregateTrade | undefined {
    const { open } = this;
    const same =
      open &&
      open.price === print.price &&
      open.buyerIsMaker === print.buyerIsMaker &&
      print.time - open.time < AGGREGATION_MS;
    if (same) {
      open.quantity += print.quantity;
      open.lastTradeId = print.id;
      return undefined;
    }
    this.lastAggregateId += 1;
    this.open = {
      id: this.lastAggregateId,
      price: print.price,
      quantity: print.quantity,
      firstTradeId: print.id,
      lastTradeId: print.id,
      time: print.time,
      buyerIsMaker: print.buyerIsMaker,
    };
    this.aggregates.push(this.open);
    if (this.aggregates.length > PRINTS_KEPT * 2)
      this.aggregates.splice(0, this.aggregates.length - PRINTS_KEPT);
    return open;
  }

  /** Adds what happened in a stretch of time at once: it must not reach over a minute's end. */
  addStretch(stretch: Candle): void {
    const candle = this.candleAt(stretch.openTime, stretch.open, stretch.firstTradeId);
    mergeInto(candle, stretch);
  }

  private addToCandle({ price, quantity, buyerIsMaker, time, id }: TradePrint): void {
    const candle = this.candleAt(time, price, id);
    const notional = notionalOf(this.instrument, price, quantity);
    candle.high = Math.max(candle.high, price);
    candle.low = Math.min(candle.low, price);
    candle.close = price;
    candle.volume += quantity;
    candle.quoteVolume += notional;
    candle.trades += 1;
    candle.lastTradeId = id;
    if (buyerIsMaker) return;
    candle.takerBuyVolume += quantity;
    candle.takerBuyQuote += notional;
  }

  private candleAt(time: number, price: number, tradeId: number): Candle {
    const openTime = Math.floor(time / MINUTE) * MINUTE;
    const last = this.candles[this.candles.length - 1];
    if (last && last.openTime >= openTime) return last;
    const candle = emptyCandle(openTime, price, tradeId);
    this.candles.push(candle);
    if (this.candles.length > CANDLES_KEPT * 1.1) this.candles.splice(0, this.candles.length - CANDLES_KEPT);
    return candle;
  }
}

function mergeInto(into: Candle, candle: Candle): void {
  into.high = Math.max(into.high, candle.high);
  into.low = Math.min(into.low, candle.low);
  into.close = candle.close;
  into.volume += candle.volume;
  into.quoteVolume += candle.quoteVolume;
  into.trades += candle.trades;
  into.takerBuyVolume += candle.takerBuyVolume;
  into.takerBuyQuote += candle.takerBuyQuote;
  into.lastTradeId = candle.lastTradeId;
}

export const emptyCandle = (openTime: number, price: number, tradeId: number): Candle => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  quoteVolume: 0n,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuote: 0n,
  firstTradeId: tradeId,
  lastTradeId: tradeId,
});

export const INTERVALS: Readonly<Record<string, number>> = {
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': 60 * MINUTE,
  '2h': 120 * MINUTE,
  '4h': 240 * MINUTE,
  '6h': 360 * MINUTE,
  '8h': 480 * MINUTE,
  '12h': 720 * MINUTE,
  '1d': 1440 * MINUTE,
  '3d': 4320 * MINUTE,
  '1w': 10080 * MINUTE,
  '1M': 43200 * MINUTE,
};

/** Minute candles folded into longer ones. */
export function folded(candles: readonly Candle[], lengthMs: number): Candle[] {
  const longer: Candle[] = [];
  for (const candle of candles) {
    const openTime = Math.floor(candle.openTime / lengthMs) * lengthMs;
    let into = longer[longer.length - 1];
    if (!into || into.openTime !== openTime) {
      into = { ...candle, openTime };
      longer.push(into);
      continue;
    }
    mergeInto(into, candle);
  }
  return longer;
}

export interface DayStatistics {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volume: number;
  readonly quoteVolume: bigint;
  readonly openTime: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
}

/** The statistics of a day without a trade. */
export const quietDay = (lastPrice: number, now: number): DayStatistics => ({
  open: lastPrice,
  high: lastPrice,
  low: lastPrice,
  last: lastPrice,
  volume: 0,
  quoteVolume: 0n,
  openTime: now,
  firstTradeId: 0,
  lastTradeId: 0,
  trades: 0,
});

/** The last 24 hours, as far as there are candles of them. */
export function dayStatistics(tape: Tape, now: number): DayStatistics | undefined {
  const [day] = folded(
    tape.candles
      .filter(({ openTime }) => openTime > now - 1440 * MINUTE)
      .map((candle) => ({ ...candle, openTime: 0 })),
    MINUTE,
  );
  if (!day) return undefined;
  return {
    open: day.open,
    high: day.high,
    low: day.low,
    last: day.close,
    volume: day.volume,
    quoteVolume: day.quoteVolume,
    openTime: now - 1440 * MINUTE,
    firstTradeId: day.firstTradeId,
    lastTradeId: day.lastTradeId,
    trades: day.trades,
  };
}
