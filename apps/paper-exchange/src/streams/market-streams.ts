/** Turns what happens on the markets into their public streams. Both markets work alike; their payloads differ. */
import {
  AggregateTrade,
  Candle,
  dayStatistics,
  DayStatistics,
  DepthUpdate,
  folded,
  Instrument,
  INTERVALS,
  quietDay,
  SymbolMarket,
  Tape,
  TradePrint,
} from '@elvis/simulation';
import { DepthCollector } from './depth-collector';
import { StreamHub } from './stream-hub';

export interface MarketPayloads {
  depth(update: DepthUpdate, instrument: Instrument, time: number): string;
  partialDepth(market: SymbolMarket, levels: number, update: DepthUpdate, time: number): string;
  bookTicker(market: SymbolMarket, time: number): string;
  trade(print: TradePrint, instrument: Instrument): string;
  aggregate(trade: AggregateTrade, instrument: Instrument, time: number): string;
  candle(candle: Candle, interval: Interval, instrument: Instrument, closed: boolean, time: number): string;
  miniTicker(day: DayStatistics, instrument: Instrument, time: number): string;
  ticker(day: DayStatistics, lastQuantity: number, market: SymbolMarket, time: number): string;
}

export interface Interval {
  readonly name: string;
  readonly lengthMs: number;
}

/** A depth stream's suffix and how often it sends. */
export type DepthPeriod = readonly [suffix: string, everyMs: number];

const PARTIAL = [5, 10, 20];

interface SymbolStreams {
  readonly name: string;
  readonly collectors: readonly {
    readonly suffix: string;
    readonly everyMs: number;
    readonly depth: DepthCollector;
    due: number;
  }[];
  top: string;
  readonly candleOpen: Map<string, number>;
}

export class MarketStreams {
  private readonly bySymbol = new Map<string, SymbolStreams>();
  private nextSecond = 0;

  constructor(
    protected readonly hub: StreamHub,
    private readonly markets: () => Iterable<SymbolMarket>,
    private readonly tape: (symbol: string) => Tape,
    private readonly payloads: MarketPayloads,
    private readonly periods: readonly DepthPeriod[],
    /** Whether this update's event is to be left out, as a gap for its readers. */
    private readonly gap: (symbol: string) => boolean,
  ) {}

  depthChanged(market: SymbolMarket, update: DepthUpdate): void {
    const streams = this.of(market);
    const { instrument } = market;
    if (this.hub.wanted(`${streams.name}@depth@0ms`) && !this.gap(instrument.symbol))
      this.hub.publish(`${streams.name}@depth@0ms`, update.time, () =>
        this.payloads.depth(update, instrument, update.time),
      );
    for (const { depth } of streams.collectors) depth.add(update);
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
    for (const market of this.markets()) this.tickDepth(market, now);
    if (now < this.nextSecond) return;
    this.nextSecond = Math.floor(now / 1000) * 1000 + 1000;
    for (const market of this.markets()) this.tickSecond(market, now);
    this.publishAll('!ticker@arr', now, (market) => this.ticker(market, now));
    this.publishAll('!miniTicker@arr', now, (market) => this.miniTicker(market, now));
    this.everySecond(now);
  }

  /** What one market alone sends each second. */
  protected everySecond(_now: number): void {
    // Futures add their mark prices.
  }

  protected candleStreams(name: string, interval: string): string[] {
    return [`${name}@kline_${interval}`];
  }

  protected candleText(_stream: string, payload: string, _instrument: Instrument): string {
    return payload;
  }

  private tickDepth(market: SymbolMarket, now: number): void {
    const streams = this.of(market);
    for (const collector of streams.collectors) {
      if (now < collector.due) continue;
      collector.due = now + collector.everyMs;
      const update = collector.depth.takeUpdate();
      if (!update) continue;
      const diff = `${streams.name}@depth${collector.suffix}`;
      if (this.hub.wanted(diff) && !this.gap(market.instrument.symbol))
        this.hub.publish(diff, now, () => this.payloads.depth(update, market.instrument, now));
      for (const levels of PARTIAL)
        this.hub.publish(`${streams.name}@depth${levels}${collector.suffix}`, now, () =>
          this.payloads.partialDepth(market, levels, update, now),
        );
    }
  }

  private tickSecond(market: SymbolMarket, now: number): void {
    const { name } = this.of(market);
    this.hub.publish(`${name}@ticker`, now, () => this.ticker(market, now));
    this.hub.publish(`${name}@miniTicker`, now, () => this.miniTicker(market, now));
    for (const [interval, lengthMs] of Object.entries(INTERVALS))
      for (const stream of this.candleStreams(name, interval))
        if (this.hub.wanted(stream)) this.sendCandle(market, stream, { name: interval, lengthMs }, now);
  }

  private sendCandle(market: SymbolMarket, stream: string, interval: Interval, now: number): void {
    const { instrument } = market;
    const { candleOpen } = this.of(market);
    const minutes = this.tape(instrument.symbol).candles.slice(-(interval.lengthMs / 60_000) - 2);
    const [latest, before] = folded(minutes, interval.lengthMs).reverse();
    if (!latest) return;
    const send = (candle: Candle, closed: boolean): void =>
      this.hub.publish(stream, now, () =>
        this.candleText(stream, this.payloads.candle(candle, interval, instrument, closed, now), instrument),
      );
    if (before && candleOpen.get(stream) === before.openTime) send(before, true);
    candleOpen.set(stream, latest.openTime);
    send(latest, false);
  }

  private publishAll(stream: string, now: number, each: (market: SymbolMarket) => string): void {
    this.hub.publish(stream, now, () => `[${[...this.markets()].map(each).join(',')}]`);
  }

  private ticker(market: SymbolMarket, now: number): string {
    const tape = this.tape(market.instrument.symbol);
    const day = dayStatistics(tape, now) ?? quietDay(market.lastPrice, now);
    return this.payloads.ticker(day, tape.prints[tape.prints.length - 1]?.quantity ?? 0, market, now);
  }

  private miniTicker(market: SymbolMarket, now: number): string {
    const day = dayStatistics(this.tape(market.instrument.symbol), now) ?? quietDay(market.lastPrice, now);
    return this.payloads.miniTicker(day, market.instrument, now);
  }

  protected of(market: SymbolMarket): SymbolStreams {
    const { symbol } = market.instrument;
    let streams = this.bySymbol.get(symbol);
    if (!streams) {
      streams = {
        name: symbol.toLowerCase(),
        collectors: this.periods.map(([suffix, everyMs]) => ({
          suffix,
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
