/**
 * What a difference of positions is worth, in the asset that the limit is set in. A position that is wholly gone has no row
 * and no mark any more: then the exchange's own book says what its symbol costs. What nobody can price is not worth nothing.
 */
import { DepthSnapshot } from '@elvis/contracts';
import { Decimal, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SymbolAssets } from '../venue/symbol-assets';
import { VenueMarkets } from '../venue/venue-markets';

const LIMIT_ASSET = 'USDT';
const LEVELS = 5;
/** Longer nobody waits for a price: the stop matters more. */
const ANSWER_MS = 5_000;

@Injectable()
export class DifferenceWorth {
  constructor(
    private readonly venue: VenueMarkets,
    private readonly assets: SymbolAssets,
  ) {}

  /** Undefined where no price can be had. Never throws. @param mark as it stands beside the position, if it does */
  async worthOf(
    market: Market,
    symbol: string,
    quantity: Decimal,
    mark: string | undefined,
  ): Promise<Decimal | undefined> {
    const price = known(mark) ?? (await this.priceOf(market, symbol));
    const rate =
      price && (await this.rateOf(market, (await this.assets.assetsOf(market, symbol))?.quoteAsset));
    return rate && quantity.abs().times(price).times(rate);
  }

  /** What one of the asset is worth in the limit's own, by whichever pair of the two is listed. */
  private async rateOf(market: Market, asset: string | undefined): Promise<Decimal | undefined> {
    if (asset === undefined) return undefined;
    if (asset === LIMIT_ASSET) return new Decimal(1);
    const direct = await this.assets.symbolOf(market, asset, LIMIT_ASSET);
    if (direct !== undefined) return this.priceOf(market, direct);
    const inverse = await this.assets.symbolOf(market, LIMIT_ASSET, asset);
    const price = inverse === undefined ? undefined : await this.priceOf(market, inverse);
    return price && new Decimal(1).div(price);
  }

  /** The middle of the exchange's book, or the one side that it has. */
  private async priceOf(market: Market, symbol: string): Promise<Decimal | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    });
    try {
      const depth = await Promise.race([this.venue[market].depth(symbol, LEVELS), patience]);
      return depth && middleOf(depth);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}

function middleOf({ bids, asks }: DepthSnapshot): Decimal | undefined {
  const [bid, ask] = [known(bids[0]?.[0]), known(asks[0]?.[0])];
  return bid && ask ? bid.plus(ask).div(2) : (bid ?? ask);
}

/** The exchange writes a zero for a price that it does not have. */
function known(price: string | undefined): Decimal | undefined {
  const value = new Decimal(price ?? 0);
  return value.gt(0) ? value : undefined;
}
