/** The futures streams: what both markets have, mark prices, forced orders, and the two routes they are split over. */
import { FuturesSymbol, Instrument, Order, SymbolMarket } from '@elvis/simulation';
import { CandleHistory } from '../candles/candle-history';
import { forceOrderPayload, FUTURES_PAYLOADS, markPayload } from './futures-payloads';
import { DepthPeriod, MarketStreams } from './market-streams';
import { StreamHub } from './stream-hub';

/** Which of the two public routes carries a stream; a stream asked for on the other stays silent. */
export function routeOf(stream: string): 'public' | 'market' {
  return /@(bookTicker|depth|rpiDepth|trade)|^!bookTicker/.test(stream) ? 'public' : 'market';
}

/** 250 ms is the one without a suffix. */
const PERIODS: readonly DepthPeriod[] = [
  ['', 250],
  ['@250ms', 250],
  ['@500ms', 500],
  ['@100ms', 100],
];

export class FuturesStreams extends MarketStreams {
  constructor(
    hub: StreamHub,
    private readonly symbols: ReadonlyMap<string, FuturesSymbol>,
    history: (symbol: string) => CandleHistory,
    gap: (symbol: string) => boolean,
  ) {
    super(
      hub,
      () => [...symbols.values()].map(({ market }) => market),
      history,
      FUTURES_PAYLOADS,
      PERIODS,
      gap,
    );
  }

  liquidated(market: SymbolMarket, order: Order, time: number): void {
    const payload = (): string => forceOrderPayload(order, market.instrument, time);
    this.hub.publish(`${this.of(market).name}@forceOrder`, time, payload);
    this.hub.publish('!forceOrder@arr', time, payload);
  }

  /** Mark prices go each second, or each third. */
  protected override everySecond(now: number): void {
    const everyThird = Math.floor(now / 1000) % 3 === 0;
    const all = (): string =>
      `[${[...this.symbols.values()].map((symbol) => markPayload(symbol, now)).join(',')}]`;
    for (const suffix of everyThird ? ['@1s', ''] : ['@1s']) {
      for (const symbol of this.symbols.values())
        this.hub.publish(`${this.of(symbol.market).name}@markPrice${suffix}`, now, () =>
          markPayload(symbol, now),
        );
      this.hub.publish(`!markPrice@arr${suffix}`, now, all);
    }
  }

  /** A continuous candle names the pair and the kind of contract instead of the symbol. */
  protected override candleText(stream: string, payload: string, { symbol }: Instrument): string {
    if (!stream.includes('@continuousKline_')) return payload;
    return payload
      .replace('"e":"kline"', '"e":"continuous_kline"')
      .replace(`"s":"${symbol}","k"`, `"ps":"${symbol}","ct":"PERPETUAL","k"`)
      .replace(`,"s":"${symbol}","i"`, ',"i"');
  }
}
