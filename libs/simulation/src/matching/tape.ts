/** What traded: recent prints, the aggregates of taker orders, and candles of a second, a minute and an hour. */
import { Instrument, notionalOf } from '../shared/instrument';
import { Candle, emptyCandle, mergeInto } from './candle';
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

const PRINTS_KEPT = 1_000;
/** Half an hour of a busy market, for those who fetch what they missed. */
const AGGREGATES_KEPT = 50_000;
const CANDLES_KEPT = 3_000;
const AGGREGATION_MS = 100;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export class Tape {
  readonly prints: TradePrint[] = [];
  /** Minutes. */
  readonly candles: Candle[] = [];
  /** What is left of the minutes that were forgotten. */
  readonly hours: Candle[] = [];
  readonly seconds: Candle[] = [];
  private readonly aggregates: AggregateTrade[] = [];
  private lastAggregateId: number;
  private open: AggregateTrade | undefined;

  /** @param keepsSeconds whether this market has candles of a second */
  constructor(
    private readonly instrument: Instrument,
    firstAggregateId: number,
    private readonly keepsSeconds = false,
  ) {
    this.lastAggregateId = firstAggregateId;
  }

  /** Adds a print; answers the aggregate trade that it closed, if it began a new one. */
  add(print: TradePrint): AggregateTrade | undefined {
    this.prints.push(print);
    if (this.prints.length > PRINTS_KEPT * 2) this.prints.splice(0, this.prints.length - PRINTS_KEPT);
    const notional = notionalOf(this.instrument, print.price, print.quantity);
    addPrint(this.minuteAt(print), print, notional);
    if (this.keepsSeconds) addPrint(this.secondAt(print), print, notional);
    return this.aggregate(print);
  }

  /** Adds what happened in a second at once. */
  addSecond(second: Candle): void {
    const { openTime: time, open: price, firstTradeId: id } = second;
    mergeInto(this.minuteAt({ time, price, id }), second);
    if (this.keepsSeconds) mergeInto(this.secondAt({ time, price, id }), second);
  }

  /** The aggregate still being built, closed when its time is over. */
  closeAggregate(now: number): AggregateTrade | undefined {
    const open = this.open;
    if (!open || now - open.time < AGGREGATION_MS) return undefined;
    this.open = undefined;
    return open;
  }

  /** Whether an aggregate is still being built. */
  get isAggregating(): boolean {
    return this.open !== undefined;
  }

  /** Closed aggregates from an id on: their ids have no gaps. */
  aggregatesFrom(id: number, limit: number): readonly AggregateTrade[] {
    const index = Math.max(id - (this.aggregates[0]?.id ?? 0), 0);
    return this.aggregates.slice(index, Math.min(index + limit, this.closedCount));
  }

  /** Closed aggregates of a span of time, both ends in it: the first so many, or the last. */
  aggregatesBetween(from: number, to: number, limit: number, newest: boolean): readonly AggregateTrade[] {
    const start = firstAt(this.aggregates, from);
    const end = Math.min(to === Infinity ? Infinity : firstAt(this.aggregates, to + 1), this.closedCount);
    return newest
      ? this.aggregates.slice(Math.max(start, end - limit), end)
      : this.aggregates.slice(start, Math.min(end, start + limit));
  }

  private secondAt(beginning: Beginning): Candle {
    const candle = candleAt(this.seconds, SECOND, beginning);
    if (this.seconds.length > CANDLES_KEPT * 1.1) this.seconds.splice(0, this.seconds.length - CANDLES_KEPT);
    return candle;
  }

  private get closedCount(): number {
    return this.aggregates.length - (this.open ? 1 : 0);
  }

  /** A candle that is too old goes into its hour. */
  private minuteAt(beginning: Beginning): Candle {
    const candle = candleAt(this.candles, MINUTE, beginning);
    if (this.candles.length <= CANDLES_KEPT * 1.1) return candle;
    for (const minute of this.candles.splice(0, this.candles.length - CANDLES_KEPT))
      mergeInto(candleAt(this.hours, HOUR, beginningOf(minute)), minute);
    if (this.hours.length > CANDLES_KEPT * 1.1) this.hours.splice(0, this.hours.length - CANDLES_KEPT);
    return candle;
  }

  private aggregate(print: TradePrint): AggregateTrade | undefined {
    const { open } = this;
    const same =
      open &&
      open.price === print.price &&
      open.buyerIsMaker === print.buyerIsMaker &&
      print.time - open.time < AGGREGATION_MS &&
      // No aggregate belongs to two candles.
      Math.floor(print.time / SECOND) === Math.floor(open.time / SECOND);
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
    if (this.aggregates.length > AGGREGATES_KEPT * 1.1)
      this.aggregates.splice(0, this.aggregates.length - AGGREGATES_KEPT);
    return open;
  }
}

type Beginning = Pick<TradePrint, 'time' | 'price' | 'id'>;

function candleAt(candles: Candle[], lengthMs: number, { time, price, id }: Beginning): Candle {
  const openTime = Math.floor(time / lengthMs) * lengthMs;
  const last = candles[candles.length - 1];
  if (last && last.openTime >= openTime) return last;
  const candle = emptyCandle(openTime, price, id);
  candles.push(candle);
  return candle;
}

const beginningOf = ({ openTime: time, open: price, firstTradeId: id }: Candle): Beginning => ({
  time,
  price,
  id,
});

function addPrint(candle: Candle, { price, quantity, id, buyerIsMaker }: TradePrint, notional: bigint): void {
  if (price > candle.high) candle.high = price;
  if (price < candle.low) candle.low = price;
  candle.close = price;
  candle.volume += quantity;
  candle.quoteVolume += notional;
  candle.trades += 1;
  candle.lastTradeId = id;
  if (buyerIsMaker) return;
  candle.takerBuyVolume += quantity;
  candle.takerBuyQuote += notional;
}

/** The index of the first row at or after a moment. */
function firstAt(rows: readonly { readonly time: number }[], time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
