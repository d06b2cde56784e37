/**
 * Which symbols there are, so that a topic of one that does not exist is refused and not listened to for ever. Those of
 * `SYMBOLS` are known; of the others the exchange's list decides, as execution has it. While that cannot be read
 * everything passes: market-data has bounds of its own.
 */
import { SharedWork } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../gateway.config';
import { SymbolCache } from '../../market/symbol-cache';
import { MarketTopic, isOfSpot } from '../domain/market-topic';

const FRESH_MS = 5_000;

interface Listed {
  readonly symbols: ReadonlySet<string>;
  readonly atMs: number;
}

@Injectable()
export class KnownSymbols {
  private readonly listed = new Map<Market, Listed>();
  private readonly reading = new SharedWork<Market, Listed>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly cache: SymbolCache,
  ) {}

  async isKnown(about: MarketTopic): Promise<boolean> {
    if (!('symbol' in about) || this.config.SYMBOLS.includes(about.symbol)) return true;
    const market = isOfSpot(about) ? 'spot' : 'futures';
    const list = await this.list(market).catch(() => undefined);
    return list?.symbols.has(about.symbol) ?? true;
  }

  private list(market: Market): Promise<Listed> {
    const listed = this.listed.get(market);
    if (listed && performance.now() - listed.atMs < FRESH_MS) return Promise.resolve(listed);
    return this.reading.run(market, async () => {
      const { items } = await this.cache.list(market);
      const symbols = new Set(items.map(({ symbol }) => symbol));
      const read = { symbols, atMs: performance.now() };
      this.listed.set(market, read);
      return read;
    });
  }
}
