/** A futures symbol as it stands: its market, its mark and index price, its funding. */
import { MarkedSymbol } from './margin';
import { Side } from '../shared/order';
import { SymbolMarket } from '../matching/symbol-market';

export interface FuturesSymbol extends MarkedSymbol {
  readonly market: SymbolMarket;
  markPrice: bigint;
  indexPrice: bigint;
  /** In parts per billion of the notional, each eight hours. */
  fundingRatePpb: bigint;
  nextFundingTime: number;
}

export interface FuturesFees {
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
}

/** The mark price in the book's units; the best ask before there is one. */
export function markUnits({ markPrice, instrument, market }: FuturesSymbol): number {
  return markPrice === 0n
    ? (market.best('SELL') ?? 0)
    : Number(markPrice / 10n ** BigInt(8 - instrument.priceDecimals));
}

/** How far from the mark price a market order may reach. */
export function marketBound(symbol: FuturesSymbol, side: Side): number | undefined {
  if (symbol.markPrice === 0n) return undefined;
  const mark = markUnits(symbol);
  const reach = Math.floor((mark * Number(symbol.instrument.marketBound)) / 1_000_000);
  return side === 'BUY' ? mark + reach : mark - reach;
}
