/**
 * Which two assets a symbol trades, by the exchange's own list: a name alone does not say it (`TUSDT` begins with `T`,
 * and ends with it). A symbol's assets never change, so what was read once is known for good.
 */
import { Fill, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Assets } from '../domain/balance-changes';
import { InstrumentCache } from './instrument-cache';

/** Of an exchange that does not answer nobody waits longer for a name; a fill is recorded in time. */
const ANSWER_MS = 2_000;

@Injectable()
export class SymbolAssets {
  private readonly known = new Map<Market, ReadonlyMap<string, Assets>>();

  constructor(private readonly instruments: InstrumentCache) {}

  /** Undefined where the exchange does not list the symbol, or cannot be asked now. Never throws. */
  async assetsOf(market: Market, symbol: string): Promise<Assets | undefined> {
    const known = this.known.get(market)?.get(symbol);
    if (known) return known;
    await this.tryToLearn(market);
    return this.known.get(market)?.get(symbol);
  }

  /** The symbol that trades the one asset for the other; of several that with no date to its name. Never throws. */
  async symbolOf(market: Market, baseAsset: string, quoteAsset: string): Promise<string | undefined> {
    if (!this.known.has(market)) await this.tryToLearn(market);
    const pairs = [...(this.known.get(market) ?? [])].filter(
      ([, assets]) => assets.baseAsset === baseAsset && assets.quoteAsset === quoteAsset,
    );
    return pairs.map(([symbol]) => symbol).sort((left, right) => left.length - right.length)[0];
  }

  /** The fill with what its symbol trades; the exchange names no fee asset where it took none: that is none of the quote. */
  async named(fill: Fill): Promise<Fill> {
    if (fill.baseAsset !== undefined && fill.feeAsset !== '') return fill;
    const assets = await this.assetsOf(fill.market as Market, fill.symbol);
    return assets ? { ...fill, ...assets, feeAsset: fill.feeAsset || assets.quoteAsset } : fill;
  }

  private async tryToLearn(market: Market): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ANSWER_MS)));
    const learning = this.learn(market).catch(() => undefined);
    await Promise.race([learning, patience]).finally(() => clearTimeout(timer));
  }

  private async learn(market: Market): Promise<void> {
    const known = new Map(this.known.get(market));
    for (const { symbol, baseAsset, quoteAsset } of (await this.instruments.listedOn(market)).messages)
      known.set(symbol, { baseAsset, quoteAsset });
    this.known.set(market, known);
  }
}
