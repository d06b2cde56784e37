/**
 * What a symbol is worth now: on futures the mark that market-data publishes, on spot the middle of the order book that it is
 * asked for. Only a fresh one is a price; an older one is none, and nothing is guessed in its place.
 */
import { MarkUpdate, getMarketOrderBook, markFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, Market, parsePositiveDecimal } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { middleOf } from './middle';

const FRESH_MS = 5_000;
/** An answer serves whoever asks within this time. */
const SERVES_MS = 300;
const ANSWER_WITHIN_MS = 1_000;

interface Known {
  readonly price: Decimal;
  /** Of the price, on the monotonic clock. */
  readonly atMs: number;
}

@Injectable()
export class BotPrices implements OnModuleInit {
  private readonly marks = new Map<string, Known>();
  private readonly asked = new Map<
    string,
    { readonly atMs: number; readonly answer: Promise<Known | undefined> }
  >();

  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.subscribe(markFeed, (update) => this.acceptMark(update));
  }

  /** Undefined unless it is known as of the last seconds. Never throws. */
  async of(market: Market, symbol: string): Promise<Decimal | undefined> {
    const known = market === 'futures' ? this.marks.get(symbol) : await this.shared(symbol);
    return known && performance.now() - known.atMs <= FRESH_MS ? known.price : undefined;
  }

  private acceptMark({ symbol, mark, ageMs }: MarkUpdate): void {
    const price = parsePositiveDecimal(mark);
    if (price && Number.isFinite(ageMs) && ageMs >= 0)
      this.marks.set(symbol, { price, atMs: performance.now() - ageMs });
    else this.marks.delete(symbol);
  }

  private shared(symbol: string): Promise<Known | undefined> {
    const last = this.asked.get(symbol);
    if (last && performance.now() - last.atMs < SERVES_MS) return last.answer;
    const answer = this.askMiddle(symbol);
    this.asked.set(symbol, { atMs: performance.now(), answer });
    return answer;
  }

  private async askMiddle(symbol: string): Promise<Known | undefined> {
    try {
      const wish = { market: 'spot', symbol, levels: 1 } as const;
      const { bids, asks, ageMs } = await this.bus.request(getMarketOrderBook, wish, {
        timeoutMs: ANSWER_WITHIN_MS,
      });
      const price = middleOf(bids, asks);
      return price && ageMs >= 0 ? { price, atMs: performance.now() - ageMs } : undefined;
    } catch {
      return undefined;
    }
  }
}
