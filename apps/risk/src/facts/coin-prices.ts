/**
 * What a coin is worth in the currency that losses are measured in: the middle of its spot book. The book is asked for
 * as often as the caller wants, and with each spot order; between, the price follows the mark of the same pair on
 * futures, by as much as the two differed when last seen together. Without either the last price stands, with its age.
 */
import { apartNow, coinPrice, LOSS_ASSET, MarkFact } from '@elvis/rules';
import { Decimal, Instrument } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock';
import { Instruments } from './instruments';
import { MarketFacts } from './market-facts';
import { SpotFacts } from './spot-facts';

const ORDER_BOOK_AGAIN_MS = 5_000;
/** A price may be as old as the account that it values. */
const USABLE_MS = 15_000;
/** Where no mark follows the pair nothing but the book is there, once a minute. */
const USABLE_WITHOUT_MARK_MS = 120_000;

export interface CoinPrice extends MarkFact {
  readonly symbol: string;
  readonly maximumMs: number;
}

interface Pair {
  readonly instrument: Instrument;
  /** It is the other way round: the losses' currency is bought with the asset. */
  readonly isInverse: boolean;
}

@Injectable()
export class CoinPrices {
  private readonly asked = new Map<string, { readonly atMs: number; isAnswered: boolean }>();
  private readonly last = new Map<string, { readonly price: Decimal; readonly atMs: number }>();
  /** Spot's price less the mark, by symbol. */
  private readonly apart = new Map<string, Decimal>();

  constructor(
    private readonly instruments: Instruments,
    private readonly spot: SpotFacts,
    private readonly market: MarketFacts,
    private readonly clock: Clock,
  ) {}

  /** Asks for the book where what is known is old; undefined until an answer came. Never throws. */
  of(asset: string, orderBookEveryMs: number): CoinPrice | 'unlisted' | undefined {
    const pair = this.pairOf(asset);
    if (!pair || pair === 'unlisted') return pair;
    const { symbol } = pair.instrument;
    this.ask(symbol, orderBookEveryMs);
    const mark = this.markOf(pair.instrument);
    const found = this.now(symbol, mark);
    if (found) this.last.set(symbol, { price: found.price, atMs: this.clock.monotonicMs() - found.ageMs });
    const known = this.last.get(symbol);
    if (!known) return undefined;
    const ageMs = Math.ceil(this.clock.monotonicMs() - known.atMs);
    const price = pair.isInverse ? new Decimal(1).div(known.price) : known.price;
    return { symbol, price, ageMs, maximumMs: mark ? USABLE_MS : USABLE_WITHOUT_MARK_MS };
  }

  private pairOf(asset: string): Pair | 'unlisted' | undefined {
    try {
      const straight = this.instruments.spotPair(asset, LOSS_ASSET);
      const instrument = straight ?? this.instruments.spotPair(LOSS_ASSET, asset);
      return instrument ? { instrument, isInverse: !straight } : 'unlisted';
    } catch {
      return undefined;
    }
  }

  /** The mark of the same name is a price of this pair only where futures lists the same two assets under it. */
  private markOf({ symbol, baseAsset, quoteAsset }: Instrument): MarkFact | undefined {
    try {
      const same = this.instruments.find('futures', symbol);
      return same?.baseAsset === baseAsset && same.quoteAsset === quoteAsset
        ? this.market.mark(symbol)
        : undefined;
    } catch {
      return undefined;
    }
  }

  private now(symbol: string, mark: MarkFact | undefined): MarkFact | undefined {
    const middle = this.spot.price(symbol);
    // Before the book was asked for once a difference to the mark is not known, and the price would jump by it.
    if (!middle && !this.asked.get(symbol)?.isAnswered) return undefined;
    const apart = apartNow({ middle, mark });
    if (apart) this.apart.set(symbol, apart);
    return coinPrice({ middle, mark, apart: this.apart.get(symbol) });
  }

  private ask(symbol: string, orderBookEveryMs: number): void {
    const now = this.clock.monotonicMs();
    const before = this.asked.get(symbol);
    const isKnown = (this.spot.price(symbol)?.ageMs ?? Infinity) <= orderBookEveryMs;
    const everyMs = isKnown ? orderBookEveryMs : Math.min(orderBookEveryMs, ORDER_BOOK_AGAIN_MS);
    if (before && now - before.atMs < everyMs) return;
    const asked = { atMs: now, isAnswered: before?.isAnswered ?? false };
    this.asked.set(symbol, asked);
    void this.spot.readOrderBook(symbol).then(() => (asked.isAnswered = true));
  }
}
