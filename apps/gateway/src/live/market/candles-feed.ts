/**
 * The candles of one symbol and interval as a page draws them: the one before, and the one that is going on. Minutes that
 * are over are asked of trade-history some seconds later, when they are sealed and stored; until then they count as they
 * were heard last.
 */
import { CandleList, CandleView, FormingCandle, ListCandles } from '@elvis/contracts';
import { CandleInterval, foldCandles, intervalStart, intervalsBefore } from '@elvis/trading';
import { Frame } from '../frames/frame';
import { NewestFeed } from './newest-feed';
import { TopicFeed } from './topic-feed';

/** A minute is sealed 1.5 s after its end; a question that comes earlier would be answered by the exchange. */
const STORED_AFTER_MS = 5_000;
const TRIES = 5;

/** Asks trade-history for stored candles. */
export type ReadCandles = (question: ListCandles) => Promise<CandleList>;

export class CandlesFeed implements TopicFeed<FormingCandle> {
  private readonly frames: NewestFeed;
  private stored: readonly CandleView[] = [];
  /** Minutes that are not in `stored`, oldest first. */
  private minutes: FormingCandle[] = [];
  /** What began before it is in `stored`; undefined until something was read. */
  private storedToMs: number | undefined;
  private askAtMs = -Infinity;
  private tries = 0;

  constructor(
    topic: string,
    private readonly symbol: string,
    private readonly interval: CandleInterval,
    private readonly read: ReadCandles,
  ) {
    this.frames = new NewestFeed(topic);
  }

  get version(): number {
    return this.frames.version;
  }

  get heardAtMs(): number {
    return this.frames.heardAtMs;
  }

  hear(minute: FormingCandle, nowMs: number): void {
    const newest = this.minutes.at(-1);
    if (newest && minute.openTimeMs < newest.openTimeMs) return;
    if (newest?.openTimeMs === minute.openTimeMs) this.minutes.pop();
    else if (newest) this.askAtMs = nowMs + STORED_AFTER_MS;
    this.minutes.push(minute);
    const { symbol, eventTimeMs, ageMs } = minute;
    const update = { symbol, eventTimeMs, ageMs, items: this.items() };
    this.frames.hear(update, nowMs);
    if (nowMs >= this.askAtMs && minute.openTimeMs !== this.storedToMs)
      void this.ask(minute.openTimeMs, nowMs);
  }

  frame(known: number | undefined, nowMs: number): Frame {
    return this.frames.frame(known, nowMs);
  }

  private items(): object[] {
    const sealed = new Set(this.stored.flatMap((candle) => (candle.isSealed ? [candle.openTimeMs] : [])));
    return foldCandles(this.interval, [...this.stored, ...this.minutes])
      .slice(-2)
      .map(({ openTimeMs, open, high, low, close, volume, quoteVolume, trades }) => {
        const figures = { openTimeMs, open, high, low, close, volume, quoteVolume, trades };
        return { ...figures, isSealed: sealed.has(openTimeMs) };
      });
  }

  private async ask(toMs: number, nowMs: number): Promise<void> {
    this.askAtMs = nowMs + STORED_AFTER_MS;
    const { symbol, interval } = this;
    const fromMs = intervalsBefore(interval, intervalStart(interval, toMs), 1);
    const list = await this.read({ market: 'futures', symbol, interval, fromMs, toMs, limit: 2 }).catch(
      () => undefined,
    );
    this.tries += 1;
    const isWhole = list?.missingMinutes === 0 || this.storedToMs === undefined || this.tries >= TRIES;
    if (!list || !isWhole) return;
    this.tries = 0;
    this.stored = list.items;
    this.storedToMs = toMs;
    this.minutes = this.minutes.filter(({ openTimeMs }) => openTimeMs >= toMs);
  }
}
