/**
 * A market of few changes: a book that follows from its middle and a seed, a step a second, a trade now and then. Hundreds
 * of them cost little. The middle walks by chance, or follows another market.
 */
import { fallsToZero, Instrument, MarketFeed, SymbolMarket } from '@elvis/simulation';
import { seeded } from '../faults/random';

/** How often each is played. */
export const STEP_MS = 1_000;
const LEVELS = 20;
const LEAST_WORTH = 500;
const MOST_WORTH = 20_000;
/** Ticks of a price where nobody knows one: so that a tick is about a basis point of it. */
const LEAST_TICKS = 5_000;
const MORE_TICKS = 20_000;

/** The middle of another market, in price units of this one. */
export type Followed = () => number | undefined;

export class SlowFeed implements MarketFeed {
  /** Played in turn with the others, not by itself. */
  readonly nextDue = Infinity;
  private readonly random: () => number;
  private middle: number;
  private shift = 0;

  constructor(
    private readonly market: SymbolMarket,
    private readonly seed: number,
    startMs: number,
    startPrice = chosenPrice(market.instrument, seed),
    private readonly followed?: Followed,
  ) {
    this.random = seeded(seed);
    this.middle = Math.max(Math.round(startPrice / this.tick), LEVELS * 2);
    market.replaceOrderBook(this.side(-1), this.side(1), Math.floor(startMs));
    market.recordTrade(this.middle * this.tick, this.quantity(this.middle), false, Math.floor(startMs));
  }

  playOne(time: number): void {
    const before = this.middle;
    this.middle = Math.max(this.next(), LEVELS * 2);
    if (this.middle !== before)
      this.market.recordDepth(this.changes(-1, before), this.changes(1, before), 1, 0, time);
    if (this.random() < 0.5) return;
    const buyerIsMaker = this.random() < 0.5;
    const price = buyerIsMaker ? this.market.bids.bestRecorded() : this.market.asks.bestRecorded();
    if (price !== undefined)
      this.market.recordTrade(price, this.quantity(price / this.tick + time), buyerIsMaker, time);
  }

  movePrice(units: number, time: number): void {
    const ticks = Math.round(units / this.tick);
    if (this.middle + ticks < LEVELS * 2) throw fallsToZero();
    this.middle += ticks;
    this.shift += ticks;
    this.market.replaceOrderBook(this.side(-1), this.side(1), time);
  }

  private next(): number {
    const followed = this.followed?.();
    if (followed !== undefined) return Math.round(followed / this.tick) + this.shift;
    // One or two ticks, never none: an order book that says nothing for seconds counts as stale.
    const [way, far] = [this.random(), this.random()];
    return this.middle + (way < 0.5 ? -1 : 1) * (far < 0.5 ? 1 : 2);
  }

  /** What enters the window of levels and what leaves it. */
  private changes(sign: 1 | -1, before: number): Float64Array {
    const gone = this.ticks(sign, before).filter((tick) => !this.holds(sign, tick, this.middle));
    const come = this.ticks(sign, this.middle).filter((tick) => !this.holds(sign, tick, before));
    return Float64Array.from([
      ...gone.flatMap((tick) => [tick * this.tick, 0]),
      ...come.flatMap((tick) => [tick * this.tick, this.quantity(tick)]),
    ]);
  }

  private holds(sign: 1 | -1, tick: number, middle: number): boolean {
    const distance = (tick - middle) * sign;
    return distance >= 1 && distance <= LEVELS;
  }

  private ticks(sign: 1 | -1, middle: number): number[] {
    return Array.from({ length: LEVELS }, (_, index) => middle + sign * (index + 1));
  }

  private side(sign: 1 | -1): [number, number][] {
    return this.ticks(sign, this.middle).map((tick) => [tick * this.tick, this.quantity(tick)]);
  }

  /** The same number gives the same quantity: worth some hundreds to some thousands. */
  private quantity(of: number): number {
    const { lot, marketLot, moneyFactor } = this.market.instrument;
    const worth = LEAST_WORTH + seeded(this.seed ^ Math.imul(of, 0x9e3779b1))() * (MOST_WORTH - LEAST_WORTH);
    const units = (worth * 1e8) / (this.middle * this.tick * Number(moneyFactor));
    const steps = Math.max(Math.round(units / lot.step), 1) * lot.step;
    return Math.min(Math.max(steps, lot.minimum), marketLot.maximum);
  }

  private get tick(): number {
    return this.market.instrument.price.step;
  }
}

/** A price within the symbol's own rules. */
function chosenPrice({ price }: Instrument, seed: number): number {
  const ticks = LEAST_TICKS + seeded(seed)() * MORE_TICKS;
  return Math.min(Math.max(ticks * price.step, price.minimum * 2), price.maximum / 2);
}
