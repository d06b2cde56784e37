/**
 * Fetches minutes that are missing from the exchange, through execution and its request budget: one question at a time in
 * the whole fleet, for the symbols of SYMBOLS and the last CANDLE_HISTORY_DAYS. What is fetched is stored, so it is asked for
 * once.
 */
import { MOST_EXCHANGE_CANDLES, getExchangeCandles } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { MINUTE_MS, minuteOf } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { CandleKey } from './candle-rows';
import { CandleStore } from './candle-store';

const LOCK = 7_201_765;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WINDOW_MS = MOST_EXCHANGE_CANDLES * MINUTE_MS;
/** A minute that is younger may still be sealed from its trades. */
const SETTLED_MS = 3 * MINUTE_MS;
/** What the exchange did not have is not asked for again so soon. */
const ASKED_FOR_MS = 10 * MINUTE_MS;
/** Low priority waits for the request budget, up to ten seconds there. */
const TIMEOUT_MS = 15_000;

@Injectable()
export class CandleFiller {
  private turn: Promise<void> = Promise.resolve();
  /** Windows that were asked for, and when. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly store: CandleStore,
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly config: TradeHistoryConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  isFollowed(symbol: string): boolean {
    return this.config.SYMBOLS.includes(symbol);
  }

  /** Returns when what can be fetched is stored, or the patience is over; then the rest comes behind it. */
  async fill(key: CandleKey, fromMs: number, toMs: number, patienceMs: number): Promise<void> {
    if (!this.isFollowed(key.symbol)) return;
    const nowMs = Date.now();
    const from = Math.max(fromMs, minuteOf(nowMs - this.config.CANDLE_HISTORY_DAYS * DAY_MS));
    const to = Math.min(toMs, minuteOf(nowMs - SETTLED_MS));
    if (from >= to) return;
    const stored = await this.store.openTimes(key, from, to);
    if (stored.size >= (to - from) / MINUTE_MS) return;
    this.turn = this.turn.then(() => this.fillAll(key, from, to));
    await Promise.race([this.turn, pause(patienceMs, undefined, { ref: false })]);
  }

  /** @throws TradingFailure the exchange could not be asked */
  async fetch(key: CandleKey, fromMs: number, toMs: number): Promise<number> {
    return this.database.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const stored = await this.store.openTimes(key, fromMs, toMs);
      const missing: number[] = [];
      for (let at = fromMs; at < toMs; at += MINUTE_MS) if (!stored.has(at)) missing.push(at);
      const [first] = missing;
      if (first === undefined) return 0;
      const span = { fromMs: first, toMs: (missing.at(-1) as number) + MINUTE_MS };
      const { candles } = await this.bus.request(
        getExchangeCandles,
        { ...key, ...span },
        { timeoutMs: TIMEOUT_MS },
      );
      return this.store.store(
        candles.map((candle) => ({ ...candle, ...key, interval: '1m', revision: 1, sealedBy: 'repair' })),
      );
    });
  }

  /** The newest first: that is what a reader looks at. */
  private async fillAll(key: CandleKey, fromMs: number, toMs: number): Promise<void> {
    for (let start = toMs - 1 - ((toMs - 1) % WINDOW_MS); start > fromMs - WINDOW_MS; start -= WINDOW_MS) {
      const name = `${key.market} ${key.symbol} ${start}`;
      if (Date.now() - (this.asked.get(name) ?? 0) < ASKED_FOR_MS) continue;
      try {
        await this.fetch(key, start, Math.min(toMs, start + WINDOW_MS));
        this.forgetOld();
        this.asked.set(name, Date.now());
      } catch (error) {
        this.log.info(
          { ...key, reason: error instanceof Error ? error.message : error },
          'Missing candles could not be fetched from the exchange; they are fetched when they are asked for again',
        );
        return;
      }
    }
  }

  private forgetOld(): void {
    for (const [name, atMs] of this.asked) if (Date.now() - atMs >= ASKED_FOR_MS) this.asked.delete(name);
  }
}
