/**
 * What can be traded, from Redis: fresh for five minutes, shown and renewed behind the answer until ten, asked of
 * execution after that. However many ask at once, one fetch is under way. Without Redis the fetch alone remains.
 */
import { listInstruments } from '@elvis/contracts';
import { Bus, Redis } from '@elvis/platform';
import { InstrumentMessage, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { CacheCounts } from '../cache-counts';

const FRESH_MS = 5 * 60_000;
const KEPT_MS = 10 * 60_000;
const LARGEST_BYTES = 8 * 1_024 * 1_024;

export interface SymbolList {
  readonly items: readonly InstrumentMessage[];
  readonly asOfMs: number;
}

@Injectable()
export class SymbolCache {
  private readonly fetching = new Map<Market, Promise<SymbolList>>();

  constructor(
    private readonly bus: Bus,
    private readonly redis: Redis,
    private readonly counts: CacheCounts,
  ) {}

  async list(market: Market): Promise<SymbolList> {
    const known = await this.read(market);
    this.counts.count(`symbols:${market}`, known !== undefined);
    if (!known) return this.fetch(market);
    if (Date.now() - known.asOfMs > FRESH_MS) void this.fetch(market).catch(() => undefined);
    return known;
  }

  private fetch(market: Market): Promise<SymbolList> {
    const underWay = this.fetching.get(market);
    if (underWay) return underWay;
    const fetched = this.ask(market).finally(() => this.fetching.delete(market));
    this.fetching.set(market, fetched);
    return fetched;
  }

  private async ask(market: Market): Promise<SymbolList> {
    const { instruments } = await this.bus.request(listInstruments, { market });
    const list = { items: instruments, asOfMs: Date.now() };
    const text = JSON.stringify(list);
    if (text.length <= LARGEST_BYTES) {
      await this.redis.set(keyOf(market), text, 'PX', KEPT_MS).catch(() => undefined);
    }
    return list;
  }

  private async read(market: Market): Promise<SymbolList | undefined> {
    try {
      const text = await this.redis.get(keyOf(market));
      return text === null ? undefined : (JSON.parse(text) as SymbolList);
    } catch {
      return undefined;
    }
  }
}

const keyOf = (market: Market): string => `cache:symbols:${market}:v1`;
