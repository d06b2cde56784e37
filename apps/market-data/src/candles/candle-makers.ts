/**
 * The candles of every symbol whose trades are followed: sealed ones go to their stream, the forming one to pages, and for
 * minutes with missing trades the exchange's own candles are asked for, one question at a time.
 */
import { MOST_EXCHANGE_CANDLES, formingCandleFeed, getExchangeCandles } from '@elvis/contracts';
import { Bus, LOG, Log, Metrics, Rounds } from '@elvis/platform';
import { MINUTE_MS, Market, SealedMinute, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { MarketMessage } from '../domain/stream-messages';
import { TradeClock } from '../domain/trade-clock';
import { MarketListener, MarketTap } from '../feeds/market-tap';
import { MarketDataConfig } from '../market-data.config';
import { CandleMaker } from './candle-maker';
import { CandleStream } from './candle-stream';

const LOOK_MS = 250;
const LOOK_FOR_MISSING_MS = 1_000;
/** The exchange's own candle of a minute is taken for final so long after its end. */
const FINAL_AFTER_MS = 3_000;
const REPAIR_RETRY_MS = 2_000;
const REPAIR_RETRY_CAP_MS = 60_000;
/** Reads wait for the request budget at the lowest priority. */
const REPAIR_TIMEOUT_MS = 15_000;
/** A time that is further ahead of this machine's is a fault: believed, it would seal minutes that have not begun. */
const MOST_AHEAD_MS = 10 * MINUTE_MS;

interface HeardClock {
  readonly clock: TradeClock;
  heardAtMs: number;
}

@Injectable()
export class CandleMakers implements MarketListener, OnApplicationBootstrap, OnModuleDestroy {
  private readonly makers = new Map<string, CandleMaker>();
  private readonly watched = new Map<Market, ReadonlySet<string>>();
  private readonly clocks = new Map<Market, HeardClock>();
  private readonly rounds = new Rounds(() => this.look());
  private readonly repairs = new Rounds(() => this.repairNext());
  private failures = 0;
  /** When a symbol may be asked for again that the exchange had no candles of. */
  private readonly retryAtMs = new Map<CandleMaker, number>();
  private readonly missing;

  constructor(
    tap: MarketTap,
    private readonly stream: CandleStream,
    private readonly bus: Bus,
    private readonly config: MarketDataConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.missing = metrics.gauge(
      'elvis_candles_missing_minutes',
      'Minutes that wait for the exchange’s own candle, because trades of them were missed',
    );
    tap.listen(this);
  }

  onApplicationBootstrap(): void {
    this.rounds.start(0);
    this.repairs.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
    this.repairs.stop();
  }

  heard(market: Market, message: MarketMessage): void {
    if (message.kind !== 'trade' || isTooFarAhead(message.tradeTimeMs)) return;
    this.clocks.get(market)?.clock.trade(message.tradeTimeMs);
    this.makers.get(nameOf(market, message.symbol))?.trade(message);
  }

  clock(market: Market, exchangeMs: number): void {
    if (isTooFarAhead(exchangeMs)) return;
    let heard = this.clocks.get(market);
    if (!heard) this.clocks.set(market, (heard = { clock: new TradeClock(), heardAtMs: 0 }));
    if (exchangeMs > heard.clock.nowMs) heard.heardAtMs = performance.now();
    heard.clock.hear(exchangeMs);
  }

  connected(market: Market): void {
    for (const maker of this.makers.values()) if (maker.market === market) maker.connected();
  }

  followCandles(market: Market, symbols: ReadonlySet<string>, watched: ReadonlySet<string>): void {
    this.watched.set(market, watched);
    for (const [name, maker] of this.makers)
      if (maker.market === market && !symbols.has(maker.symbol)) {
        this.makers.delete(name);
        this.retryAtMs.delete(maker);
      }
    for (const symbol of symbols) {
      const name = nameOf(market, symbol);
      if (this.makers.has(name)) continue;
      const maker = new CandleMaker(market, symbol, this.config.CANDLE_GRACE_MS, (from, minutes) =>
        this.seal(from, minutes),
      );
      this.makers.set(name, maker);
    }
  }

  private seal({ market, symbol }: CandleMaker, minutes: readonly SealedMinute[]): void {
    this.stream.put(minutes.map((minute) => ({ ...minute, market, symbol, interval: '1m' })));
  }

  private async look(): Promise<number> {
    for (const maker of this.makers.values()) {
      if (!maker.hasBegun) await this.begin(maker);
      const heard = this.clocks.get(maker.market);
      if (!heard) continue;
      maker.clock(heard.clock.tradesMs);
      this.show(maker, heard);
    }
    return LOOK_MS;
  }

  private async begin(maker: CandleMaker): Promise<void> {
    try {
      await maker.begin((market, symbol) => this.stream.last(market, symbol));
    } catch (error) {
      this.log.info(
        {
          market: maker.market,
          symbol: maker.symbol,
          reason: error instanceof Error ? error.message : error,
        },
        'The last sealed candle of a symbol could not be read, so its candles have not begun; retrying',
      );
    }
  }

  private show(maker: CandleMaker, { clock, heardAtMs }: HeardClock): void {
    if (!this.watched.get(maker.market)?.has(maker.symbol)) return;
    const forming = maker.changedForming();
    if (!forming) return;
    const ageMs = Math.max(0, Math.round(performance.now() - heardAtMs));
    const { market, symbol } = maker;
    this.bus.publish(formingCandleFeed, symbol, {
      ...forming,
      market,
      symbol,
      eventTimeMs: clock.nowMs,
      ageMs,
    });
  }

  /** Answers when to look again. */
  private async repairNext(): Promise<number> {
    const wanting = [...this.makers.values()].flatMap((maker) => {
      const span = maker.missing;
      return span ? [{ maker, ...span }] : [];
    });
    this.missing.set(wanting.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / MINUTE_MS, 0));
    try {
      for (const { maker, fromMs, toMs } of wanting) await this.repair(maker, fromMs, toMs);
      this.failures = 0;
      return LOOK_FOR_MISSING_MS;
    } catch (error) {
      this.failures += 1;
      this.log[this.failures > 3 ? 'warn' : 'info'](
        { reason: error instanceof Error ? error.message : error },
        'Candles with missing trades could not be repaired from the exchange; no later minute of their symbols is sealed until they are. Retrying',
      );
      return Math.min(REPAIR_RETRY_CAP_MS, REPAIR_RETRY_MS * 2 ** (this.failures - 1));
    }
  }

  private async repair(maker: CandleMaker, fromMs: number, toMs: number): Promise<void> {
    const { market, symbol } = maker;
    const nowMs = this.clocks.get(market)?.clock.nowMs ?? 0;
    if (nowMs < toMs + FINAL_AFTER_MS) return;
    if (performance.now() < (this.retryAtMs.get(maker) ?? 0)) return;
    const span = { fromMs, toMs: Math.min(toMs, fromMs + MOST_EXCHANGE_CANDLES * MINUTE_MS) };
    const { candles } = await this.bus
      .request(getExchangeCandles, { market, symbol, ...span }, { timeoutMs: REPAIR_TIMEOUT_MS })
      .catch((error: unknown) => {
        // One symbol that the exchange refuses holds up no other.
        if (error instanceof TradingFailure && error.kind === 'REJECTED') return { candles: [] };
        throw error;
      });
    maker.repair(candles);
    this.retryAtMs.delete(maker);
    if (maker.missing?.fromMs !== fromMs) return;
    this.retryAtMs.set(maker, performance.now() + REPAIR_RETRY_CAP_MS);
    this.log.warn(
      { market, symbol, fromMs, toMs },
      'The exchange has no candle for a minute with missing trades, so no later minute of the symbol is sealed; it is asked again in a minute',
    );
  }
}

const isTooFarAhead = (exchangeMs: number): boolean => exchangeMs > Date.now() + MOST_AHEAD_MS;

const nameOf = (market: Market, symbol: string): string => `${market} ${symbol}`;
