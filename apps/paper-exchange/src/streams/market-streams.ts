/** Turns what happens on the markets into their public streams. Both markets work alike; their payloads differ. */
import {
  AggregateTrade,
  Candle,
  dayStatistics,
  DayStatistics,
  DepthUpdate,
  Instrument,
  Interval,
  INTERVALS,
  quietDay,
  SymbolMarket,
  TradePrint,
} from '@elvis/simulation';
import { CandleHistory } from '../candles/candle-history';
import { aheadOfZone } from '../candles/time-zone';
import { DepthCollector } from './depth-collector';
import { StreamHub } from './stream-hub';

export interface MarketPayloads {
  depth(update: DepthUpdate, instrument: Instrument, time: number): string;
  partialDepth(market: SymbolMarket, levels: number, update: DepthUpdate, time: number): string;
  bookTicker(market: SymbolMarket, time: number): string;
  trade(print: TradePrint, instrument: Instrument): string;
  aggregate(trade: AggregateTrade, instrument: Instrument, time: number): string;
  candle(
    candle: Candle,
    interval: ShownInterval,
    instrument: Instrument,
    closed: boolean,
    time: number,
  ): string;
  miniTicker(day: DayStatistics, instrument: Instrument, time: number): string;
  ticker(day: DayStatistics, lastQuantity: number, market: SymbolMarket, time: number): string;
  /** Spot alone has the following. */
  readonly averagePrice?: (market: SymbolMarket, history: CandleHistory, time: number) => string;
  readonly windowTicker?: (
    figures: DayStatistics,
    window: string,
    instrument: Instrument,
    time: number,
  ) => string;
}

/** How a candle event names its length, and when the next candle opens. */
export interface ShownInterval {
  readonly name: string;
  readonly nextTime: number;
}

/** A depth stream's suffix and how often it sends. */
export type DepthPeriod = readonly [suffix: string, everyMs: number];

const PARTIAL = [5, 10, 20];
const HOUR = 3_600_000;
/** The windows that have a ticker stream of their own. */
const WINDOWS = [
  ['1h', HOUR],
  ['4h', 4 * HOUR],
  ['1d', 24 * HOUR],
] as const;
/** `btcusdt@kline_1m`, `btcusdt_perpetual@continuousKline_1m`, `btcusdt@kline_1d@+08:00`. */
const CANDLES = /^([a-z0-9]+)(?:_perpetual)?@(?:kline|continuousKline)_(\w+)(?:@(.+))?$/;

interface Collected {
  /** The streams it feeds: every change, and the best 5, 10 and 20 levels. */
  readonly diff: string;
  readonly partial: readonly (readonly [stream: string, levels: number])[];
  readonly everyMs: number;
  readonly depth: DepthCollector;
  due: number;
}

interface SymbolStreams {
  readonly name: string;
  readonly everyChange: string;
  readonly collectors: readonly Collected[];
  top: string;
  readonly candleOpen: Map<string, number>;
}

export class MarketStreams {
  private readonly bySymbol = new Map<string, SymbolStreams>();
  /** Markets with changes that a slower depth stream has not sent yet. */
  private readonly changed = new Set<SymbolMarket>();
  private nextSecond = 0;

  constructor(
    protected readonly hub: StreamHub,
    private readonly markets: () => Iterable<SymbolMarket>,
    private readonly history: (symbol: string) => CandleHistory,
    private readonly payloads: MarketPayloads,
    private readonly periods: readonly DepthPeriod[],
    /** Whether this update's event is to be left out, as a gap for its readers. */
    private readonly gap: (symbol: string) => boolean,
  ) {}

  depthChanged(market: SymbolMarket, update: DepthUpdate): void {
    const streams = this.of(market);
    const { instrument } = market;
    if (this.hub.wanted(streams.everyChange) && !this.gap(instrument.symbol))
      this.hub.publish(streams.everyChange, update.time, () =>
        this.payloads.depth(update, instrument, update.time),
      );
    for (const collector of streams.collectors) {
      if (!this.isWanted(collector)) continue;
      if (!collector.depth.hasChanges)
        collector.due = (Math.floor(update.time / collector.everyMs) + 1) * collector.everyMs;
      collector.depth.add(update);
      this.changed.add(market);
    }
    const bid = market.best('BUY') ?? 0;
    const ask = market.best('SELL') ?? 0;
    const top = `${bid}:${market.quantityAt('BUY', bid)}:${ask}:${market.quantityAt('SELL', ask)}`;
    if (top === streams.top) return;
    streams.top = top;
    const payload = (): string => this.payloads.bookTicker(market, update.time);
    this.hub.publish(`${streams.name}@bookTicker`, update.time, payload);
    this.hub.publish('!bookTicker', update.time, payload);
  }

  traded(market: SymbolMarket, print: TradePrint): void {
    this.hub.publish(`${this.of(market).name}@trade`, print.time, () =>
      this.payloads.trade(print, market.instrument),
    );
  }

  aggregated(market: SymbolMarket, trade: AggregateTrade, time: number): void {
    this.hub.publish(`${this.of(market).name}@aggTrade`, time, () =>
      this.payloads.aggregate(trade, market.instrument, time),
    );
  }

  /** Everything that goes by the clock: slower depths, candles, tickers. */
  tick(now: number): void {
    for (const market of this.changed) if (!this.tickDepth(market, now)) this.changed.delete(market);
    if (now < this.nextSecond) return;
    this.nextSecond = Math.floor(now / 1000) * 1000 + 1000;
    const all = new Map<string, SymbolMarket>();
    for (const market of this.markets()) {
      all.set(this.of(market).name, market);
      this.tickSecond(market, now);
    }
    this.publishAll('!ticker@arr', now, (market) => this.ticker(market, now));
    this.publishAll('!miniTicker@arr', now, (market) => this.miniTicker(market, now));
    for (const [window] of WINDOWS)
      this.publishAll(`!ticker_${window}@arr`, now, (market) => this.windowTicker(market, window, now));
    for (const stream of [...this.hub.names()]) {
      const [, name, interval, zone] = CANDLES.exec(stream) ?? [];
      const market = name === undefined ? undefined : all.get(name);
      if (market) this.sendCandle(market, stream, INTERVALS.get(interval!)!, aheadOfZone(zone ?? '0')!, now);
    }
    this.everySecond(now);
  }

  /** What one market alone sends each second. */
  protected everySecond(_now: number): void {
    // Futures add their mark prices.
  }

  protected candleText(_stream: string, payload: string, _instrument: Instrument): string {
    return payload;
  }

  private isWanted({ diff, partial }: Collected): boolean {
    return this.hub.wanted(diff) || partial.some(([stream]) => this.hub.wanted(stream));
  }

  /** Sends what is due; answers whether something is left to be sent. */
  private tickDepth(market: SymbolMarket, now: number): boolean {
    let isLeft = false;
    for (const collector of this.of(market).collectors) {
      if (now < collector.due) {
        isLeft ||= collector.depth.hasChanges;
        continue;
      }
      const update = collector.depth.takeUpdate();
      if (!update) continue;
      const { diff, partial } = collector;
      if (this.hub.wanted(diff) && !this.gap(market.instrument.symbol))
        this.hub.publish(diff, now, () => this.payloads.depth(update, market.instrument, now));
      for (const [stream, levels] of partial)
        this.hub.publish(stream, now, () => this.payloads.partialDepth(market, levels, update, now));
    }
    return isLeft;
  }

  private tickSecond(market: SymbolMarket, now: number): void {
    const { name } = this.of(market);
    this.hub.publish(`${name}@ticker`, now, () => this.ticker(market, now));
    this.hub.publish(`${name}@miniTicker`, now, () => this.miniTicker(market, now));
    const average = this.payloads.averagePrice;
    if (!average) return;
    this.hub.publish(`${name}@avgPrice`, now, () =>
      average(market, this.history(market.instrument.symbol), now),
    );
    for (const [window] of WINDOWS)
      this.hub.publish(`${name}@ticker_${window}`, now, () => this.windowTicker(market, window, now));
  }

  private sendCandle(
    market: SymbolMarket,
    stream: string,
    interval: Interval,
    aheadMs: number,
    now: number,
  ): void {
    const { instrument } = market;
    const { candleOpen } = this.of(market);
    const rows = this.history(instrument.symbol).candles(interval, { limit: 2, aheadMs }, now);
    const latest = rows[rows.length - 1];
    const before = rows[rows.length - 2];
    if (!latest) return;
    const send = (candle: Candle, closed: boolean): void => {
      const shown = { name: interval.name, nextTime: interval.after(candle.openTime, aheadMs) };
      this.hub.publish(stream, now, () =>
        this.candleText(stream, this.payloads.candle(candle, shown, instrument, closed, now), instrument),
      );
    };
    if (before && candleOpen.get(stream) === before.openTime) send(before, true);
    candleOpen.set(stream, latest.openTime);
    send(latest, false);
  }

  private publishAll(stream: string, now: number, each: (market: SymbolMarket) => string): void {
    this.hub.publish(stream, now, () => `[${[...this.markets()].map(each).join(',')}]`);
  }

  private ticker(market: SymbolMarket, now: number): string {
    const { tape } = this.history(market.instrument.symbol);
    const day = dayStatistics(tape, now) ?? quietDay(market.lastPrice, now);
    return this.payloads.ticker(day, tape.prints[tape.prints.length - 1]?.quantity ?? 0, market, now);
  }

  private miniTicker(market: SymbolMarket, now: number): string {
    const day =
      dayStatistics(this.history(market.instrument.symbol).tape, now) ?? quietDay(market.lastPrice, now);
    return this.payloads.miniTicker(day, market.instrument, now);
  }

  private windowTicker(market: SymbolMarket, window: string, now: number): string {
    const lengthMs = WINDOWS.find(([name]) => name === window)![1];
    const { tape } = this.history(market.instrument.symbol);
    const figures = dayStatistics(tape, now, lengthMs) ?? quietDay(market.lastPrice, now);
    return this.payloads.windowTicker!(figures, window, market.instrument, now);
  }

  protected of(market: SymbolMarket): SymbolStreams {
    const { symbol } = market.instrument;
    let streams = this.bySymbol.get(symbol);
    if (!streams) {
      const name = symbol.toLowerCase();
      streams = {
        name,
        everyChange: `${name}@depth@0ms`,
        collectors: this.periods.map(([suffix, everyMs]) => ({
          diff: `${name}@depth${suffix}`,
          partial: PARTIAL.map((levels) => [`${name}@depth${levels}${suffix}`, levels] as const),
          everyMs,
          depth: new DepthCollector(market),
          due: 0,
        })),
        top: '',
        candleOpen: new Map(),
      };
      this.bySymbol.set(symbol, streams);
    }
    return streams;
  }
}
