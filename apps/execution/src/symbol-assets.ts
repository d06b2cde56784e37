/**
 * Which two assets a symbol trades, by the exchange's own list: a name alone does not say it (`TUSDT` begins with `T`,
 * and ends with it). A symbol's assets never change, so what was read once is known for good.
 */
import { Fill, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountFacts } from './account-facts';
import { Assets } from './domain/balance-changes';

/** Of an exchange that does not answer nobody waits longer for a name; a fill is recorded in time. */
const ANSWER_MS = 2_000;

@Injectable()
export class SymbolAssets {
  private readonly known = new Map<string, Assets>();

  constructor(private readonly facts: AccountFacts) {}

  /** Undefined where the exchange does not list the symbol, or cannot be asked now. Never throws. */
  async of(market: Market, symbol: string): Promise<Assets | undefined> {
    const known = this.known.get(`${market}:${symbol}`);
    if (known) return known;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>(
      (resolve) => (timer = setTimeout(() => resolve(undefined), ANSWER_MS)),
    );
    try {
      await Promise.race([this.learn(market), patience]);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
    return this.known.get(`${market}:${symbol}`);
  }

  /** The fill with what its symbol trades; the exchange names no fee asset where it took none: that is none of the quote. */
  async named(fill: Fill): Promise<Fill> {
    if (fill.baseAsset !== undefined && fill.feeAsset !== '') return fill;
    const assets = await this.of(fill.market as Market, fill.symbol);
    return assets ? { ...fill, ...assets, feeAsset: fill.feeAsset || assets.quoteAsset } : fill;
  }

  private async learn(market: Market): Promise<void> {
    for (const { symbol, baseAsset, quoteAsset } of await this.facts.instrumentsOf(market))
      this.known.set(`${market}:${symbol}`, { baseAsset, quoteAsset });
  }
}
