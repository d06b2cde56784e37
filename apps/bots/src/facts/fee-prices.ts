/**
 * What one unit of an asset is worth in another, for fees that are taken in neither of a symbol's own: BNB, say. Asked of the
 * exchange's order book when the first such fee comes, and again each minute while the asset is used. As in the figures of
 * the account, a price of up to ten minutes counts; where there is none the fee has no price, which is told.
 */
import { getDepth } from '@elvis/contracts';
import { Bus, SharedWork } from '@elvis/platform';
import { Decimal, Fill, MINUTE_MS, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { middleOf } from './middle';

const USABLE_MS = 10 * MINUTE_MS;
/** A fill is not kept waiting for longer: what protects its position comes after it. */
const ANSWER_WITHIN_MS = 1_000;
const LEVELS = 5;

@Injectable()
export class FeePrices {
  private readonly known = new Map<string, { readonly price: Decimal; readonly atMs: number }>();
  private readonly asking = new SharedWork();

  constructor(private readonly bus: Bus) {}

  /** Undefined where the fee needs none, or none is known. Never throws. */
  async of(market: Market, { fee, feeAsset, baseAsset, quoteAsset }: Fill): Promise<Decimal | undefined> {
    const isOwn = feeAsset === '' || feeAsset === baseAsset || feeAsset === quoteAsset;
    if (isOwn || quoteAsset === undefined || new Decimal(fee).isZero()) return undefined;
    const key = `${market}:${feeAsset}:${quoteAsset}`;
    const before = this.known.get(key);
    const ageMs = before ? performance.now() - before.atMs : Infinity;
    if (ageMs > MINUTE_MS) {
      const asked = this.asking.run(key, () => this.ask(market, feeAsset, quoteAsset, key));
      if (ageMs > USABLE_MS) await asked;
    }
    const now = this.known.get(key);
    return now && performance.now() - now.atMs <= USABLE_MS ? now.price : undefined;
  }

  /** By the pair itself, or by the one that is the other way round. */
  private async ask(market: Market, asset: string, quote: string, key: string): Promise<void> {
    const straight = await this.askMiddle(market, `${asset}${quote}`);
    const inverse = straight ? undefined : await this.askMiddle(market, `${quote}${asset}`);
    const price = straight ?? (inverse && new Decimal(1).div(inverse));
    if (price) this.known.set(key, { price, atMs: performance.now() });
  }

  private async askMiddle(market: Market, symbol: string): Promise<Decimal | undefined> {
    try {
      const { bids, asks } = await this.bus.request(
        getDepth,
        { market, symbol, limit: LEVELS },
        { timeoutMs: ANSWER_WITHIN_MS },
      );
      return middleOf(bids, asks);
    } catch {
      return undefined;
    }
  }
}
