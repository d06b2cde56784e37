/** All indicators of a strategy at work: what they say now, and what they said some candles ago. */
import { AnchoredIndicator, firstNeeded } from './anchored';
import { Candle } from './candle';
import { Indicators } from './indicator';

export class Readings {
  private readonly names: readonly string[];
  private readonly byFeed: Readonly<Record<string, readonly number[]>>;
  private readonly running: readonly AnchoredIndicator<unknown>[];
  private readonly values: unknown[];
  private readonly past: Record<string, unknown>[] = [];

  /** @param lookBack how many main candles back `before` may ask */
  constructor(
    private readonly indicators: Indicators,
    private readonly lookBack: number,
  ) {
    this.names = Object.keys(indicators);
    const feeds: Record<string, number[]> = {};
    this.names.forEach((name, place) => (feeds[indicators[name]!.feed] ??= []).push(place));
    this.byFeed = feeds;
    this.running = this.names.map((name) => new AnchoredIndicator(indicators[name]!));
    this.values = this.names.map(() => null);
  }

  /** The first candle of a feed that must be fed so that all is warm at this one. */
  firstNeeded(feed: string, index: number): number {
    const needs = this.names
      .map((name) => this.indicators[name]!)
      .filter((indicator) => indicator.feed === feed)
      .map(({ warmUp }) => firstNeeded(index, warmUp));
    return Math.min(index, ...needs);
  }

  add(feed: string, index: number, candle: Candle): void {
    for (const place of this.byFeed[feed] ?? []) this.values[place] = this.running[place]!.add(index, candle);
  }

  /** What stands now becomes the reading of this main candle. False while something has no value yet. */
  take(): boolean {
    if (this.values.includes(null)) {
      this.past.length = 0;
      return false;
    }
    const oldest = this.past.length > this.lookBack ? this.past.pop()! : {};
    for (let place = 0; place < this.names.length; place += 1)
      oldest[this.names[place]!] = this.values[place];
    this.past.unshift(oldest);
    return this.past.length > this.lookBack;
  }

  /** @throws RangeError for more candles back than were declared */
  before(candles: number): Readonly<Record<string, unknown>> {
    const reading = this.past[candles];
    if (reading === undefined)
      throw new RangeError(
        `The strategy asks ${candles} candles back; it declares lookBack: ${this.lookBack}`,
      );
    return reading;
  }

  /** Largest jump of each number at the last change of anchors, relative to it. */
  jumps(): Readonly<Record<string, number>> {
    const jumps: Record<string, number> = {};
    this.names.forEach((name, place) => {
      const change = this.running[place]!.lastChange;
      if (change !== undefined) jumps[name] = jumpOf(change.from, change.to);
    });
    return jumps;
  }
}

/** Of several numbers the largest difference over the largest of them: a line near zero has no size of its own. */
function jumpOf(from: unknown, to: unknown): number {
  const [before, after] = [numbersOf(from), numbersOf(to)];
  const size = Math.max(...before.map(Math.abs), Number.MIN_VALUE);
  return Math.max(...before.map((value, at) => Math.abs(value - after[at]!))) / size;
}

const numbersOf = (value: unknown): readonly number[] =>
  typeof value === 'number' ? [value] : Object.values(value as Record<string, number>);
