/**
 * The years before anything was recorded, made up from a seed: always the same candles for the same symbol, and the
 * shorter ones add up to the longer. Nothing is kept: a day is split into its hours, an hour into its minutes and a minute
 * into its seconds when somebody asks.
 */
import { Candle, emptyCandle, Instrument } from '@elvis/simulation';
import { seeded } from '../faults/random';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHORTER: Readonly<Record<number, number>> = { [DAY]: HOUR, [HOUR]: MINUTE, [MINUTE]: SECOND };
/** The exchange opened on 2017-08-17. */
const FIRST_DAY = Date.UTC(2017, 7, 17);

/** Of a day: how far the price goes, how far it is drawn back to where it ends, and what is traded. */
const DAILY_MOVE = 0.03;
const PULL = 0.01;
const DAILY_NOTIONAL = 50_000_000;
const LEAST_UNITS = 2_000_000;
const MEAN_TRADE = 1_000;

export class GeneratedPast {
  private days: Candle[] | undefined;

  /**
   * @param endTime where it meets what really traded: the beginning of a minute
   * @param endPrice the price there, in the instrument's units
   */
  constructor(
    private readonly instrument: Instrument,
    private readonly seed: number,
    readonly endTime: number,
    private readonly endPrice: number,
  ) {}

  /** Candles from then on to the end: as long as asked for, shorter ones where those would reach over the end. */
  candlesFrom(from: number, longestMs: number): Candle[] {
    this.days ??= this.generateDays();
    const first = Math.max(Math.floor((from - (this.days[0]?.openTime ?? 0)) / DAY), 0);
    return this.days.slice(first).flatMap((day) => this.within(day, DAY, from, longestMs));
  }

  private within(candle: Candle, lengthMs: number, from: number, longestMs: number): Candle[] {
    if (candle.openTime + lengthMs <= from) return [];
    const shorter = SHORTER[lengthMs];
    if (shorter === undefined) return [candle];
    const isWhole = candle.openTime + lengthMs <= this.endTime;
    if (isWhole && lengthMs <= longestMs) return candle.openTime >= from ? [candle] : [];
    return this.split(candle, shorter, Math.min(candle.openTime + lengthMs, this.endTime)).flatMap((each) =>
      this.within(each, shorter, from, longestMs),
    );
  }

  /** Backwards from the end: each day closes where the next one opens. */
  private generateDays(): Candle[] {
    const { price, moneyFactor } = this.instrument;
    const days: Candle[] = [];
    let distance = 0;
    let close = this.endPrice;
    for (let openTime = Math.floor((this.endTime - 1) / DAY) * DAY; openTime >= FIRST_DAY; openTime -= DAY) {
      const random = seeded(mixed(this.seed, DAY, openTime));
      const move = (): number => (random() + random() + random() - 1.5) * DAILY_MOVE;
      distance = distance * (1 - PULL) + move();
      const open = this.onTick(this.endPrice * Math.exp(distance));
      const high = this.onTick(Math.max(open, close) * (1 + Math.abs(move()) / 2));
      const low = Math.max(this.onTick(Math.min(open, close) * (1 - Math.abs(move()) / 2)), price.step);
      const whole = Math.min((this.endTime - openTime) / DAY, 1) * (0.5 + random());
      const worth = DAILY_NOTIONAL * 1e8 * whole;
      const units = Math.max(worth / (open * Number(moneyFactor)), LEAST_UNITS * whole);
      const volume = Math.round(units / this.instrument.lot.step) * this.instrument.lot.step;
      const mean = Math.round((open + high + low + close) / 4);
      const takerBuyVolume = Math.floor(volume * (0.4 + random() * 0.2));
      days.push({
        ...emptyCandle(openTime, open, 0),
        high,
        low,
        close,
        volume,
        takerBuyVolume,
        quoteVolume: BigInt(volume) * BigInt(mean) * moneyFactor,
        takerBuyQuote: BigInt(takerBuyVolume) * BigInt(mean) * moneyFactor,
        trades: Math.max(Math.round((DAILY_NOTIONAL * whole) / MEAN_TRADE), 1_440),
      });
      close = open;
    }
    return days.reverse();
  }

  /** Shorter candles that begin, end, reach and add up as the longer one. */
  private split(whole: Candle, lengthMs: number, until: number): Candle[] {
    const count = Math.ceil((until - whole.openTime) / lengthMs);
    const random = seeded(mixed(this.seed, lengthMs, whole.openTime));
    const top = Math.floor(random() * count);
    const bottom = (top + 1 + Math.floor(random() * (count - 1))) % count;
    const { open, close, high, low } = whole;
    const reach = high - low;
    const corners = [
      [0, open],
      ...(top < bottom
        ? [
            [top + 0.5, high],
            [bottom + 0.5, low],
          ]
        : [
            [bottom + 0.5, low],
            [top + 0.5, high],
          ]),
      [count, close],
    ] as [number, number][];
    const inside = (price: number): number => Math.min(Math.max(this.onTick(price), low), high);
    const prices = Array.from({ length: count + 1 }, (_, index) =>
      index === 0
        ? open
        : index === count
          ? close
          : inside(along(corners, index) + (random() - 0.5) * reach * 0.2),
    );
    const weights = Array.from({ length: count }, () => 0.5 + random());
    const candles = weights.map((_, index): Candle => {
      const [from, to] = [prices[index]!, prices[index + 1]!];
      return {
        ...emptyCandle(whole.openTime + index * lengthMs, from, 0),
        close: to,
        high: index === top ? high : inside(Math.max(from, to) + random() * reach * 0.05),
        low: index === bottom ? low : inside(Math.min(from, to) - random() * reach * 0.05),
      };
    });
    return this.shared(whole, candles, weights);
  }

  /** Hands out what was traded. */
  private shared(whole: Candle, candles: Candle[], weights: readonly number[]): Candle[] {
    const { step } = this.instrument.lot;
    const volumes = shares(whole.volume / step, weights).map((steps) => steps * step);
    const bought = shares(whole.takerBuyVolume, volumes);
    const trades = shares(whole.trades, weights);
    const quotes = bigShares(whole.quoteVolume, volumes);
    const boughtQuotes = bigShares(whole.takerBuyQuote, bought);
    return candles.map((candle, index) => ({
      ...candle,
      volume: volumes[index]!,
      quoteVolume: quotes[index]!,
      trades: trades[index]!,
      takerBuyVolume: bought[index]!,
      takerBuyQuote: boughtQuotes[index]!,
    }));
  }

  private onTick(price: number): number {
    const { step } = this.instrument.price;
    return Math.max(Math.round(price / step), 1) * step;
  }
}

/** Where a broken line through the corners is. */
function along(corners: readonly (readonly [number, number])[], at: number): number {
  const next = corners.findIndex(([position]) => position >= at);
  const [to, toPrice] = corners[next]!;
  const [from, fromPrice] = corners[next - 1] ?? corners[next]!;
  return to === from ? toPrice : fromPrice + ((toPrice - fromPrice) * (at - from)) / (to - from);
}

/** Whole shares by weight that add up. */
function shares(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let left = total;
  let before = sum;
  return weights.map((weight) => {
    const share = before > 0 ? Math.round((left * weight) / before) : 0;
    left -= share;
    before -= weight;
    return share;
  });
}

function bigShares(total: bigint, weights: readonly number[]): bigint[] {
  let left = total;
  let before = BigInt(weights.reduce((all, weight) => all + weight, 0));
  return weights.map((weight) => {
    const share = before > 0n ? (left * BigInt(weight)) / before : 0n;
    left -= share;
    before -= BigInt(weight);
    return share;
  });
}

/** One number out of three. */
function mixed(seed: number, lengthMs: number, openTime: number): number {
  let hash = seed ^ Math.imul(lengthMs / SECOND, 0x9e3779b1) ^ Math.imul(openTime / SECOND, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
