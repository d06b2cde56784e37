/**
 * Candles as numbers, for signals: those a step asks for, read from the history once and then followed. A minute is known
 * as soon as it is sealed, before the history has stored it; a larger interval once all its minutes are.
 */
import {
  CANDLE_SUBJECTS,
  MOST_EXCHANGE_CANDLES,
  SealedCandle,
  getExchangeCandles,
  listCandles,
} from '@elvis/contracts';
import { Bus, NATS } from '@elvis/platform';
import {
  Candle,
  CandleInterval,
  MINUTE_MS,
  Market,
  SealedMinute,
  TradingFailure,
  foldCandles,
  intervalLengthMs,
  minutesIn,
} from '@elvis/trading';
import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';

const PAGE = 1_500;
/** Of the exchange, for one window. */
const MOST_QUESTIONS = 3;
/** What the exchange did not have is not asked for again at once. */
const ASK_EVERY_MS = 20_000;
/** Of one symbol and interval; the oldest go first. */
const MOST_KEPT = 40_000;
const codec = JSONCodec<SealedCandle>();

interface Known {
  /** Decimals as text: larger intervals are summed of these, to the last digit. */
  readonly candle: Candle;
  /** Open, high, low, close, volume. */
  readonly numbers: readonly [number, number, number, number, number];
  /** Of its minutes those that were corrected, with their revision; none are known of what was read as a whole. */
  readonly revised: Revised;
}

type Revised = readonly (readonly [openTimeMs: number, revision: number])[];

export interface Window {
  readonly market: Market;
  readonly symbol: string;
  readonly interval: Exclude<CandleInterval, '1w' | '1M'>;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export interface CandleWindow {
  readonly firstOpenMs: number;
  readonly values: Float64Array;
  /** Minutes of it that were corrected, with the revision that is in it. */
  readonly revised: Revised;
}

@Injectable()
export class BotCandles implements OnModuleInit {
  private readonly series = new Map<string, Map<number, Known>>();
  private readonly askedAt = new Map<string, number>();

  constructor(
    private readonly bus: Bus,
    @Inject(NATS) private readonly nats: NatsConnection,
  ) {}

  onModuleInit(): void {
    this.nats.subscribe(CANDLE_SUBJECTS, {
      callback: (error, message) => {
        if (!error) this.hear(codec.decode(message.data));
      },
    });
  }

  /** A minute that a due step carries, so that it is known here whatever was heard. */
  add(market: Market, symbol: string, minute: SealedMinute): void {
    this.keep(this.seriesOf(market, symbol, '1m'), minute);
  }

  /**
   * The candles of the window without a hole, up to its end: fewer than asked for where older ones are missing.
   *
   * @throws TradingFailure MARKET_DATA_MISSING the last of them is not there
   */
  async window(wish: Window): Promise<CandleWindow> {
    const { fromMs, toMs, interval } = wish;
    const span = intervalLengthMs(interval);
    const series = this.seriesOf(wish.market, wish.symbol, interval);
    let first = this.reach(wish, series, toMs);
    if (first > fromMs) {
      await this.read(wish, series, fromMs, first);
      first = await this.ask(wish, series, this.reach(wish, series, toMs));
    }
    first = Math.max(first, fromMs);
    const count = Math.max(0, (toMs - first) / span);
    if (count === 0)
      throw new TradingFailure(
        'MARKET_DATA_MISSING',
        `The ${interval} candle of ${wish.symbol} that ends at ${new Date(toMs).toISOString()} is not known yet; the step waits for it`,
        { retryAfterMs: 1_000 },
      );
    const values = new Float64Array(count * 5);
    const revised: Revised[] = [];
    for (let at = 0; at < count; at += 1) {
      const known = series.get(first + at * span)!;
      values.set(known.numbers, at * 5);
      if (known.revised.length > 0) revised.push(known.revised);
    }
    return { firstOpenMs: first, values, revised: revised.flat() };
  }

  /** Open time of the first of those that reach up to `toMs` without a hole; `toMs` where the last is missing. */
  private reach(
    { market, symbol, interval, fromMs }: Window,
    series: Map<number, Known>,
    toMs: number,
  ): number {
    const span = intervalLengthMs(interval);
    let first = toMs;
    while (first > fromMs) {
      const open = first - span;
      if (!series.has(open) && !this.fold(market, symbol, interval, series, open)) break;
      first = open;
    }
    return first;
  }

  /** Makes a larger candle of its minutes, where all of them are here. */
  private fold(
    market: Market,
    symbol: string,
    interval: CandleInterval,
    series: Map<number, Known>,
    openTimeMs: number,
  ): boolean {
    if (interval === '1m') return false;
    const minutes = this.seriesOf(market, symbol, '1m');
    const count = minutesIn(interval, openTimeMs);
    const parts: Known[] = [];
    for (let at = 0; at < count; at += 1) {
      const known = minutes.get(openTimeMs + at * MINUTE_MS);
      if (!known) return false;
      parts.push(known);
    }
    const revised = parts.flatMap((part) => part.revised);
    for (const candle of foldCandles(
      interval,
      parts.map(({ candle: minute }) => minute),
    ))
      this.keep(series, candle, revised);
    return true;
  }

  private async read(wish: Window, series: Map<number, Known>, fromMs: number, toMs: number): Promise<void> {
    const { market, symbol, interval } = wish;
    const span = intervalLengthMs(interval);
    for (let from = fromMs; from < toMs; from += PAGE * span) {
      const to = Math.min(toMs, from + PAGE * span);
      const { items } = await this.bus.request(listCandles, {
        market,
        symbol,
        interval,
        fromMs: from,
        toMs: to,
        limit: PAGE,
      });
      // Of a larger interval it is not told which of its minutes were corrected.
      for (const item of items)
        if (item.isSealed) this.keep(series, item, interval === '1m' ? revisionOf(item) : []);
    }
  }

  /** Minutes that the history has not got yet are asked of the exchange; answers how far the window reaches then. */
  private async ask(wish: Window, series: Map<number, Known>, from: number): Promise<number> {
    const { market, symbol, interval, fromMs, toMs } = wish;
    let first = from;
    const key = keyOf(market, symbol, interval);
    if (first <= fromMs || performance.now() - (this.askedAt.get(key) ?? -ASK_EVERY_MS) < ASK_EVERY_MS)
      return first;
    this.askedAt.set(key, performance.now());
    for (let count = 0; count < MOST_QUESTIONS && first > fromMs && interval === '1m'; count += 1) {
      const span = { fromMs: Math.max(fromMs, first - MOST_EXCHANGE_CANDLES * MINUTE_MS), toMs: first };
      const { candles } = await this.bus.request(getExchangeCandles, { market, symbol, ...span });
      for (const candle of candles) if (!series.has(candle.openTimeMs)) this.keep(series, candle);
      const reached = this.reach(wish, series, toMs);
      if (reached === first) break;
      first = reached;
    }
    return first;
  }

  private hear(minute: SealedCandle): void {
    const series = this.series.get(keyOf(minute.market, minute.symbol, '1m'));
    // Of a symbol that no bot asked for nothing is kept.
    if (series) this.keep(series, minute);
  }

  private keep(
    series: Map<number, Known>,
    candle: Candle & Partial<Pick<SealedMinute, 'revision'>>,
    revised: Revised = revisionOf(candle),
  ): void {
    const { open, high, low, close, volume } = candle;
    const numbers = [open, high, low, close, volume].map(Number) as unknown as Known['numbers'];
    series.set(candle.openTimeMs, { candle, numbers, revised });
    if (series.size <= MOST_KEPT) return;
    const oldest = [...series.keys()].sort((one, other) => one - other).slice(0, MOST_KEPT / 2);
    for (const key of oldest) series.delete(key);
  }

  private seriesOf(market: Market, symbol: string, interval: CandleInterval): Map<number, Known> {
    const key = keyOf(market, symbol, interval);
    const known = this.series.get(key);
    if (known) return known;
    const made = new Map<number, Known>();
    this.series.set(key, made);
    return made;
  }
}

const revisionOf = ({
  openTimeMs,
  revision = 1,
}: Candle & Partial<Pick<SealedMinute, 'revision'>>): Revised =>
  revision > 1 ? [[openTimeMs, revision]] : [];

const keyOf = (market: Market, symbol: string, interval: CandleInterval): string =>
  `${market}:${symbol}:${interval}`;
