/**
 * The newest books in Redis, for a gateway that has not heard one of its own lately: one that has just started, or
 * whose bus is unavailable. Kept for a minute, written at most once a second and symbol; only the symbols that this
 * system follows are in it. The age is counted on Redis's own clock, by what is left of the minute.
 */
import { OrderBookUpdate } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { CacheCounts } from './cache-counts';

const KEPT_MS = 60_000;
const WRITE_EVERY_MS = 1_000;

@Injectable()
export class OrderBookCache {
  private readonly writtenAtMs = new Map<string, number>();

  constructor(
    private readonly redis: Redis,
    private readonly counts: CacheCounts,
  ) {}

  /** Keeps it, unless one of the symbol was kept a moment ago; without Redis nothing is kept and nobody waits. */
  store(orderBook: OrderBookUpdate): void {
    const nowMs = performance.now();
    if (nowMs - (this.writtenAtMs.get(orderBook.symbol) ?? -WRITE_EVERY_MS) < WRITE_EVERY_MS) return;
    this.writtenAtMs.set(orderBook.symbol, nowMs);
    this.redis.set(keyOf(orderBook.symbol), JSON.stringify(orderBook), 'PX', KEPT_MS).catch(() => undefined);
  }

  /** As it was kept, with its age by now; undefined if none is kept or Redis is unavailable. */
  async find(symbol: string): Promise<OrderBookUpdate | undefined> {
    const found = await this.read(symbol);
    this.counts.count('books', found !== undefined);
    return found;
  }

  private async read(symbol: string): Promise<OrderBookUpdate | undefined> {
    try {
      const key = keyOf(symbol);
      const [text, leftMs] = await Promise.all([this.redis.get(key), this.redis.pttl(key)]);
      if (text === null || leftMs < 0) return undefined;
      const orderBook = JSON.parse(text) as OrderBookUpdate;
      return { ...orderBook, ageMs: orderBook.ageMs + KEPT_MS - leftMs };
    } catch {
      return undefined;
    }
  }
}

const keyOf = (symbol: string): string => `cache:books:futures:${symbol}:v1`;
