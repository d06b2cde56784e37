/** Opens the markets the configuration asks for, and answers what plays them. */
import {
  MarketFeed,
  Recording,
  Replay,
  ReplayTarget,
  SymbolMarket,
  readRecording,
  toMoney,
} from '@elvis/simulation';
import { PaperClock } from '../faults/paper-clock';
import { backfill } from '../feed/backfill';
import { GeneratedPast } from '../candles/generated-past';
import { InTurn } from '../feed/in-turn';
import { LiveFeed } from '../feed/live';
import { RecordingSource, linesOf, openRecording } from '../feed/captures';
import { SlowFeed } from '../feed/slow';
import { SHIPPED_RECORDINGS, shippedRecording, symbolRow } from '../feed/symbol-rows';
import { SyntheticFeed } from '../feed/synthetic';
import { CandleHistory } from '../candles/candle-history';
import { FuturesMarket } from './futures-market';
import { PaperExchangeConfig } from '../paper-exchange.config';
import { SpotMarket } from './spot-market';

/** Where a synthetic market begins. */
const START_PRICES: Readonly<Record<string, number>> = { BTCUSDT: 61_800, ETHUSDT: 2_680 };
/** Played on spot as well, after the futures where there is no recording of their own. */
const SPOT_SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];
const MINUTE = 60_000;

export class MarketOpener {
  private readonly feeds = new Map<string, MarketFeed>();
  private readonly slow: SlowFeed[] = [];

  constructor(
    private readonly config: PaperExchangeConfig,
    private readonly futures: FuturesMarket,
    private readonly spot: SpotMarket,
    private readonly clock: PaperClock,
    private readonly say: (message: string) => void,
  ) {}

  /** By market and symbol, `futures:BTCUSDT` say; what plays several has a name of its own. */
  async open(): Promise<ReadonlyMap<string, MarketFeed>> {
    const { PAPER_MARKET: kind, PAPER_RECORDINGS: recordings, SYMBOLS: symbols } = this.config;
    if (kind === 'live') await this.openLive(symbols);
    else if (kind === 'synthetic') this.openSynthetic(symbols);
    else await this.openRecorded(recordings ?? shippedFiles(symbols));
    if (kind === 'recording' && !recordings) this.openFurther(symbols);
    if (kind !== 'live') this.openSpotAfterFutures();
    if (this.slow.length > 0)
      this.feeds.set('in turn', new InTurn(this.slow, this.config.PAPER_SPEED, this.clock.steady()));
    return this.feeds;
  }

  private async openLive(symbols: readonly string[]): Promise<void> {
    const origins = { rest: this.config.PAPER_LIVE_REST_URL, streams: this.config.PAPER_LIVE_WS_URL };
    for (const name of symbols) {
      const { market } = this.openFutures(name);
      const feed = new LiveFeed(market, origins, () => this.clock.now(), this.say);
      await feed.open();
      this.feeds.set(`futures:${name}`, feed);
    }
  }

  private openSynthetic(symbols: readonly string[]): void {
    symbols.forEach((name, index) => {
      const { market, instrument } = this.openFutures(name);
      const start = (START_PRICES[name] ?? 100) * 10 ** instrument.priceDecimals;
      const seed = this.config.PAPER_SEED * 1_000 + index;
      const feed = new SyntheticFeed(market, seed, start, this.config.PAPER_SPEED, this.clock.steady());
      this.feeds.set(`futures:${name}`, feed);
      this.makePast(this.futures.history(name), market);
    });
  }

  private async openRecorded(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const source = await openRecording(file.split('+'));
      const feed = source.market === 'futures' ? this.replayFutures(source) : this.replaySpot(source);
      this.feeds.set(`${source.market}:${source.symbol}`, feed);
    }
  }

  /** Symbols without a recording: slow books with a price of their own. */
  private openFurther(symbols: readonly string[]): void {
    for (const name of symbols) {
      if (this.futures.exchange.symbols.has(name)) continue;
      const { market } = this.openFutures(name);
      this.addSlow(`futures:${name}`, new SlowFeed(market, this.seedOf(name), this.clock.steady()));
      this.makePast(this.futures.history(name), market);
    }
  }

  private openSpotAfterFutures(): void {
    for (const name of SPOT_SYMBOLS) {
      const leader = this.futures.exchange.symbols.get(name);
      if (!leader || this.spot.exchange.markets.has(name)) continue;
      const market = this.spot.addSymbol(symbolRow('spot', name));
      const scale = 10 ** (market.instrument.priceDecimals - leader.instrument.priceDecimals);
      const middle = (): number | undefined => {
        const twice = leader.market.recordedMidTwice();
        return twice === undefined ? undefined : (twice / 2) * scale;
      };
      const feed = new SlowFeed(market, this.seedOf(`spot ${name}`), this.clock.steady(), middle(), middle);
      this.addSlow(`spot:${name}`, feed);
      this.makePast(this.spot.history(name), market);
    }
  }

  private addSlow(name: string, feed: SlowFeed): void {
    this.slow.push(feed);
    this.feeds.set(name, feed);
  }

  private replayFutures(source: RecordingSource): MarketFeed {
    const symbol = this.openFutures(source.symbol);
    const recording = readRecording(source, linesOf(source.parts), symbol.instrument);
    this.fillPast(this.futures.history(source.symbol), recording, symbol.market);
    const target: ReplayTarget = {
      market: symbol.market,
      recordedMark: ({ markPrice, indexPrice }) =>
        this.futures.recordedMark(symbol, toMoney(markPrice), toMoney(indexPrice)),
    };
    return new Replay(recording, target, this.config.PAPER_SPEED, this.clock.steady());
  }

  private replaySpot(source: RecordingSource): MarketFeed {
    const market = this.spot.addSymbol(symbolRow('spot', source.symbol));
    const recording = readRecording(source, linesOf(source.parts), market.instrument);
    this.fillPast(this.spot.history(source.symbol), recording, market);
    const target = { market, recordedMark: () => undefined };
    return new Replay(recording, target, this.config.PAPER_SPEED, this.clock.steady());
  }

  /** The hours before, and the last price that they left: an open market without one would refuse stops and lists. */
  private fillPast(history: CandleHistory, recording: Recording, market: SymbolMarket): void {
    const { tape } = history;
    const nextTradeId = backfill(tape, recording, market.instrument, this.clock.now());
    market.startIds(recording.firstUpdateId, nextTradeId);
    market.lastPrice = tape.prints.at(-1)?.price ?? market.lastPrice;
    // The first minute is not whole: the past made up ends where the next one begins.
    if (tape.candles.length > 1) tape.candles.shift();
    const first = tape.candles[0];
    if (first) this.makePast(history, market, first.openTime, first.open);
  }

  private makePast(
    history: CandleHistory,
    { instrument, lastPrice }: SymbolMarket,
    endTime = Math.floor(this.clock.now() / MINUTE) * MINUTE,
    endPrice = lastPrice,
  ): void {
    history.past = new GeneratedPast(instrument, this.seedOf(instrument.symbol), endTime, endPrice);
  }

  private openFutures(symbol: string) {
    return this.futures.addSymbol(symbolRow('futures', symbol), {
      updateId: 0,
      tradeId: 1,
      maxOrders: this.config.PAPER_MAX_OPEN_ORDERS,
      now: this.clock.now(),
    });
  }

  private seedOf(name: string): number {
    return [...name].reduce(
      (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
      this.config.PAPER_SEED,
    );
  }
}

/** The shipped captures of these symbols, futures first; spot where there is one. */
function shippedFiles(symbols: readonly string[]): string[] {
  return (['futures', 'spot'] as const).flatMap((market) =>
    symbols.flatMap((symbol) => {
      const file = (SHIPPED_RECORDINGS[market] as Readonly<Record<string, string>>)[symbol];
      return file === undefined ? [] : [shippedRecording(file)];
    }),
  );
}
