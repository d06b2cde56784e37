/**
 * What can be traded, from Redis: asked of execution again after some seconds, which answers with nothing while it has no
 * newer list; shown with its own time for ten minutes while execution does not answer. However many ask at once, one
 * fetch is under way. Without Redis the fetch alone remains.
 */
import { listInstruments } from '@elvis/contracts';
import { Bus, Redis, SharedWork } from '@elvis/platform';
import { InstrumentMessage, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { CacheCounts } from './cache-counts';

/** Execution reads the list every minute and a half: what is shown is never two minutes old. */
const FRESH_MS = 5_000;
const KEPT_MS = 10 * 60_000;
const LARGEST_BYTES = 8 * 1_024 * 1_024;

export interface SymbolList {
  readonly items: readonly InstrumentMessage[];
  /** When the exchange was asked for it. */
  readonly asOfMs: number;
  /** When execution last said that there is none newer; wall clock. */
  readonly checkedAtMs: number;
}

@Injectable()
export class SymbolCache {
  private readonly fetching = new SharedWork<Market, SymbolList>();

  constructor(
    private readonly bus: Bus,
    private readonly redis: Redis,
    private readonly counts: CacheCounts,
  ) {}

  async list(market: Market): Promise<SymbolList> {
    const known = await this.read(market);
    this.counts.count(`symbols:${market}`, known !== undefined);
    if (!known) return this.fetch(market);
    if (Date.now() - known.checkedAtMs <= FRESH_MS) return known;
    return this.fetch(market, known).catch(() => known);
  }

  private fetch(market: Market, known?: SymbolList): Promise<SymbolList> {
    return this.fetching.run(market, () => this.load(market, known));
  }

  private async load(market: Market, known: SymbolList | undefined): Promise<SymbolList> {
    const question = { market, newerThanMs: known?.asOfMs };
    const { instruments, asOfMs, isUnchanged } = await this.bus.request(listInstruments, question);
    const checkedAtMs = Date.now();
    const list =
      isUnchanged && known
        ? { ...known, checkedAtMs }
        : { items: instruments, asOfMs: asOfMs ?? checkedAtMs, checkedAtMs };
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
