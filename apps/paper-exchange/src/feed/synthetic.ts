/** A seeded random walk with a book around it: a market that never ends, for long soaks. */
import { fallsToZero, MarketFeed, SymbolMarket } from '@elvis/simulation';
import { seeded } from '../faults/random';

const STEP_MS = 100;
const LEVELS = 60;
/** Ticks below which the middle never goes. */
const LOWEST = LEVELS * 2;

export class SyntheticFeed implements MarketFeed {
  nextDue: number;
  private readonly random: () => number;
  private middle: number;

  /** @param startPrice in the instrument's units */
  constructor(
    private readonly market: SymbolMarket,
    seed: number,
    startPrice: number,
    private readonly speed: number,
    startMs: number,
  ) {
    this.random = seeded(seed);
    this.middle = Math.round(startPrice / this.tick);
    this.nextDue = startMs;
    market.replaceOrderBook(this.side(-1), this.side(1), Math.floor(startMs));
    market.recordTrade(this.middle * this.tick, this.quantity(), false, Math.floor(startMs));
  }

  playOne(time: number): void {
    this.nextDue += STEP_MS / this.speed;
    const { market } = this;
    const before = { bids: market.bids.levels(), asks: market.asks.levels() };
    this.middle = Math.max(this.middle + Math.round((this.random() - 0.5) * 6), LOWEST);
    market.recordDepth(flat(before.bids, this.side(-1)), flat(before.asks, this.side(1)), 1, 0, time);
    for (let trades = Math.floor(this.random() * 3); trades > 0; trades -= 1) {
      const buyerIsMaker = this.random() < 0.5;
      const price = buyerIsMaker ? market.bids.bestRecorded() : market.asks.bestRecorded();
      market.recordTrade(price!, this.quantity(), buyerIsMaker, time);
    }
  }

  slip(ms: number): void {
    this.nextDue += ms;
  }

  movePrice(units: number): void {
    const middle = this.middle + Math.round(units / this.tick);
    if (middle < LOWEST) throw fallsToZero();
    this.middle = middle;
  }

  private side(sign: 1 | -1): [number, number][] {
    return Array.from({ length: LEVELS }, (_, index) => [
      (this.middle + sign * (index + 1)) * this.tick,
      this.quantity() * (index + 1),
    ]);
  }

  private quantity(): number {
    return Math.ceil(this.random() * 1_000) * this.market.instrument.lot.step;
  }

  private get tick(): number {
    return this.market.instrument.price.step;
  }
}

/** The new levels, and a zero for every old one that is gone. */
function flat(before: readonly (readonly [number, number])[], after: readonly (readonly [number, number])[]) {
  const stays = new Set(after.map(([price]) => price));
  const gone = before.filter(([price]) => !stays.has(price)).map(([price]) => [price, 0] as const);
  return Float64Array.from([...gone, ...after].flat());
}
