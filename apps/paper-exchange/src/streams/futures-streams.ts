/** Turns what happens on the futures markets into their streams, and says which route carries which. */
import { FuturesExchange } from '../domain/futures-exchange';
import { FuturesSymbol } from '../domain/futures-symbol';
import { Order } from '../domain/order';
import { DepthUpdate, SymbolMarket, TradePrint } from '../domain/symbol-market';
import { AggregateTrade, dayStatistics, folded, INTERVALS, Tape } from '../domain/tape';
import { DepthCollector } from './depth-collector';
import {
  aggregatePayload,
  bookTickerPayload,
  candlePayload,
  depthPayload,
  forceOrderPayload,
  markPayload,
  miniTickerPayload,
  tickerPayload,
  tradePayload,
} from './futures-payloads';
import { StreamHub } from './stream-hub';

/** Which of the two public routes carries a stream; a stream asked for on the other stays silent. */
export function routeOf(stream: string): 'public' | 'market' {
  return /@(bookTicker|depth|rpiDepth|trade)|^!bookTicker/.test(stream) ? 'public' : 'market';
}

/** Depth streams by their period; 250 ms is the one without a suffix. */
const PERIODS: readonly (readonly [suffix: string, ms: number])[] = [
  ['', 250],
  ['@500ms', 500],
  ['@100ms', 100],
];
const PARTIAL = [5, 10, 20];

interface SymbolStreams {
  readonly name: string;
  readonly collectors: readonly {
    readonly suffix: string;
    readonly everyMs: number;
    readonly depth: DepthCollector;
    due: number;
  }[];
  bestBid: string;
  readonly candleOpen: Map<string, number>;
}

export class FuturesStreams {
  private readonly bySymbol = new Map<string, SymbolStreams>();
  private nextSecond = 0;

  constructor(
    private readonly hub: StreamHub,
    private readonly exchange: FuturesExchange,
    private readonly tape: (symbol: string) => Tape,
  ) {}

  depthChanged(market: SymbolMarket, update: DepthUpdate): void {
    const streams = this.of(market);
    const { instrument } = market;
    this.hub.publish(`${streams.name}@depth@0ms`, update.time, () =>
      depthPayload(update, instrument, update.time),
    );
    for (const { depth } of streams.collectors) depth.add(update);
    const bid = market.best('BUY') ?? 0;
    const ask = market.best('SELL') ?? 0;
    const top = `${bid}:${market.quantityAt('BUY', bid)}:${ask}:${market.quantityAt('SELL', ask)}`;
    if (top === streams.bestBid) return;
    streams.bestBid = top;
    this.hub.publish(`${streams.name}@bookTicker`, update.time, () => bookTickerPayload(market, update.time));
    this.hub.publish('!bookTicker', update.time, () => bookTickerPayload(market, update.time));
  }

  traded(market: SymbolMarket, print: TradePrint): void {
    this.hub.publish(`${this.of(market).name}@trade`, print.time, () =>
      tradePayload(print, market.instrument),
    );
  }

  aggregated(market: SymbolMarket, trade: AggregateTrade, time: number): void {
    this.hub.publish(`${this.of(market).name}@aggTrade`, time, () =>
      aggregatePayload(trade, market.instrument, time),
    );
  }

  liquidated(market: SymbolMarket, order: Order, time: number): void {
    const payload = (): string => forceOrderPayload(order, market.instrument, time);
    this.hub.publish(`${this.of(market).name}@forceOrder`, time, payload);
    this.hub.publish('!forceOrder@arr', time, payload);
  }

  /** Everything that goes by the clock: slower depths, candles, tickers, mark prices. */
  tick(now: number): void {
    for (const symbol of this.exchange.symbols.values()) this.tickDepth(symbol, now);
    if (now < this.nextSecond) return;
    this.nextSecond = Math.floor(now / 1000) * 1000 + 1000;
    const everyThird = Math.floor(now / 1000) % 3 === 0;
    for (const symbol of this.exchange.symbols.values()) this.tickSecond(symbol, now, everyThird);
    this.publishAll('!markPrice@arr@1s', now, (symbol) => markPayload(symbol, now));
    if (everyThird) this.publishAll('!markPrice@arr', now, (symbol) => markPayload(symbol, now));
    this.publishAll('!ticker@arr', now, (symbol) => this.dayPayload(symbol, now, false));
    this.publishAll('!miniTicker@arr', now, (symbol) => this.dayPayload(symbol, now, true));
  }

  private tickDepth({ market, instrument }: FuturesSymbol, now: number): void {
    const streams = this.of(market);
    for (const collector of streams.collectors) {
      if (now < collector.due) continue;
      collector.due = now + collector.everyMs;
      const update = collector.depth.take();
      if (!update) continue;
      const { suffix } = collector;
      this.hub.publish(`${streams.name}@depth${suffix}`, now, () => depthPayload(update, instrument, now));
      if (suffix === '')
        this.hub.publish(`${streams.name}@depth@250ms`, now, () => depthPayload(update, instrument, now));
      for (const levels of PARTIAL)
        this.hub.publish(`${streams.name}@depth${levels}${suffix}`, now, () =>
          depthPayload(
            { ...update, bids: market.levels('BUY', levels), asks: market.levels('SELL', levels) },
            instrument,
            now,
          ),
        );
    }
  }

  private tickSecond(symbol: FuturesSymbol, now: number, everyThird: boolean): void {
    const { market, instrument } = symbol;
    const streams = this.of(market);
    this.hub.publish(`${streams.name}@markPrice@1s`, now, () => markPayload(symbol, now));
    if (everyThird) this.hub.publish(`${streams.name}@markPrice`, now, () => markPayload(symbol, now));
    this.hub.publish(`${streams.name}@ticker`, now, () => this.dayPayload(symbol, now, false));
    this.hub.publish(`${streams.name}@miniTicker`, now, () => this.dayPayload(symbol, now, true));
    for (const [interval, lengthMs] of Object.entries(INTERVALS)) {
      const stream = `${streams.name}@kline_${interval}`;
      const continuous = `${streams.name}_perpetual@continuousKline_${interval}`;
      if (!this.hub.wanted(stream) && !this.hub.wanted(continuous)) continue;
      const recent = folded(
        this.tape(instrument.symbol).candles.slice(-(lengthMs / 60_000) - 2),
        lengthMs,
      ).slice(-2);
      const [before, latest] = recent.length === 2 ? recent : [undefined, recent[0]];
      if (!latest) continue;
      const reported = streams.candleOpen.get(interval);
      if (before && reported !== undefined && reported === before.openTime)
        this.hub.publish(stream, now, () => candlePayload(before, interval, lengthMs, instrument, true, now));
      streams.candleOpen.set(interval, latest.openTime);
      this.hub.publish(stream, now, () => candlePayload(latest, interval, lengthMs, instrument, false, now));
      this.hub.publish(continuous, now, () =>
        candlePayload(latest, interval, lengthMs, instrument, false, now)
          .replace('"e":"kline"', '"e":"continuous_kline"')
          .replace(`"s":"${instrument.symbol}","k"`, `"ps":"${instrument.symbol}","ct":"PERPETUAL","k"`)
          .replace(`,"s":"${instrument.symbol}","i"`, ',"i"'),
      );
    }
  }

  private publishAll(stream: string, now: number, each: (symbol: FuturesSymbol) => string): void {
    this.hub.publish(stream, now, () => `[${[...this.exchange.symbols.values()].map(each).join(',')}]`);
  }

  private dayPayload({ market, instrument }: FuturesSymbol, now: number, mini: boolean): string {
    const tape = this.tape(instrument.symbol);
    const last = market.lastPrice;
    const day = dayStatistics(tape, now) ?? {
      open: last,
      high: last,
      low: last,
      last,
      volume: 0,
      quoteVolume: 0n,
      openTime: now,
      firstTradeId: 0,
      lastTradeId: 0,
      trades: 0,
    };
    return mini
      ? miniTickerPayload(day, instrument, now)
      : tickerPayload(day, tape.prints[tape.prints.length - 1]?.quantity ?? 0, instrument, now);
  }

  private of(market: SymbolMarket): SymbolStreams {
    const { symbol } = market.instrument;
    let streams = this.bySymbol.get(symbol);
    if (!streams) {
      streams = {
        name: symbol.toLowerCase(),
        collectors: PERIODS.map(([suffix, everyMs]) => ({
          suffix,
          everyMs,
          depth: new DepthCollector(market),
          due: 0,
        })),
        bestBid: '',
        candleOpen: new Map(),
      };
      this.bySymbol.set(symbol, streams);
    }
    return streams;
  }
}
