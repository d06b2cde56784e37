/**
 * A product of the other venue, made of a market that is played here: its prices times a factor that stays near one,
 * with seeded noise, since no recording of that venue is at hand. Its numbers are its own: readers learn from it how
 * such a venue speaks, not what it would have said.
 */
import { dayStatistics, fromUnits, Instrument, SymbolMarket, Tape, TradePrint } from '@elvis/simulation';
import { seeded } from '../faults/random';
import { FuturesMarket } from '../markets/futures-market';

/** A price level as it is written: no quantity left is `0`. */
export type WrittenLevel = readonly [price: string, quantity: string];

export interface WrittenOrderBook {
  readonly bids: ReadonlyMap<string, string>;
  readonly asks: ReadonlyMap<string, string>;
}

export interface OrderBookChanges {
  readonly bids: readonly WrittenLevel[];
  readonly asks: readonly WrittenLevel[];
}

export interface WrittenTrade {
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  readonly takerSide: 'BUY' | 'SELL';
  readonly time: number;
}

export interface WrittenDay {
  readonly price: string;
  readonly volume: string;
  readonly low: string;
  readonly high: string;
  readonly percent: string;
}

/** A dollar is not a USDT: what BTC costs in the one is a little less than in the other. */
const FACTOR = 0.9995;
const LEVELS = 20;
/** The noise is drawn each second, forgets a tenth of itself, and stays within some hundredths of a percent. */
const NOISE_MS = 1_000;
const NOISE_KEPT = 0.9;
const NOISE_WIDTH = 4e-5;
const DAY_EVERY_MS = 1_000;
const QUANTITY_SHOWN = 8;

export class DerivedMarket {
  /** What the played price is multiplied by; a person may change it to drive the venues apart. */
  factor = FACTOR;
  book: WrittenOrderBook = { bids: new Map(), asks: new Map() };
  private noise = 0;
  private noiseDue = 0;
  private lastTradeId: number;
  private readonly random: () => number;
  private readonly decimals: number;
  private day: (WrittenDay & { readonly dueAt: number }) | undefined;

  constructor(
    readonly product: string,
    private readonly market: SymbolMarket,
    private readonly tape: Tape,
    seed: number,
  ) {
    this.random = seeded(seed);
    this.decimals = Math.max(2, market.instrument.priceDecimals);
    this.lastTradeId = tape.prints.at(-1)?.id ?? 0;
  }

  get instrument(): Instrument {
    return this.market.instrument;
  }

  /** Goes on from the present: nobody has heard what was before. */
  skip(now: number): void {
    this.takeChanges(now);
    this.lastTradeId = this.tape.prints.at(-1)?.id ?? this.lastTradeId;
  }

  /** What has changed in the book since the last call. */
  takeChanges(now: number): OrderBookChanges {
    if (now >= this.noiseDue) {
      this.noise = this.noise * NOISE_KEPT + (this.random() - 0.5) * NOISE_WIDTH;
      this.noiseDue = now + NOISE_MS;
    }
    const before = this.book;
    this.book = { bids: this.side('BUY'), asks: this.side('SELL') };
    return { bids: difference(before.bids, this.book.bids), asks: difference(before.asks, this.book.asks) };
  }

  /** What has traded since the last call, oldest first. */
  takeTrades(): readonly WrittenTrade[] {
    const { prints } = this.tape;
    let first = prints.length;
    while (first > 0 && prints[first - 1]!.id > this.lastTradeId) first -= 1;
    this.lastTradeId = prints.at(-1)?.id ?? this.lastTradeId;
    return prints.slice(first).map((print) => this.written(print));
  }

  /** The last so many trades, newest first. */
  latestTrades(count: number): readonly WrittenTrade[] {
    return this.tape.prints
      .slice(-count)
      .reverse()
      .map((print) => this.written(print));
  }

  /** The figures of the last 24 hours. */
  figures(now: number): WrittenDay {
    if (this.day && now < this.day.dueAt) return { ...this.day, price: this.lastPrice };
    const day = dayStatistics(this.tape, now);
    const change = day && day.open > 0 ? ((day.last - day.open) / day.open) * 100 : 0;
    this.day = {
      price: this.lastPrice,
      volume: this.quantity(day?.volume ?? 0),
      low: this.price(day?.low ?? 0, 'nearest'),
      high: this.price(day?.high ?? 0, 'nearest'),
      percent: change.toFixed(4),
      dueAt: now + DAY_EVERY_MS,
    };
    return this.day;
  }

  private get lastPrice(): string {
    return this.price(this.market.lastPrice, 'nearest');
  }

  private written({ id, price, quantity, buyerIsMaker, time }: TradePrint): WrittenTrade {
    return {
      id,
      price: this.price(price, 'nearest'),
      quantity: this.quantity(quantity),
      takerSide: buyerIsMaker ? 'SELL' : 'BUY',
      time,
    };
  }

  /** The best levels, best first; two that fall on one price of this venue are one there. */
  private side(side: 'BUY' | 'SELL'): ReadonlyMap<string, string> {
    const { prices, available } = side === 'BUY' ? this.market.bids : this.market.asks;
    const sums = new Map<string, number>();
    for (let index = prices.length - 1; index >= 0 && sums.size < LEVELS; index -= 1) {
      const price = this.price(prices[index]!, side === 'BUY' ? 'down' : 'up');
      if (available[index]! > 0) sums.set(price, (sums.get(price) ?? 0) + available[index]!);
    }
    return new Map([...sums].map(([price, quantity]) => [price, this.quantity(quantity)]));
  }

  private price(units: number, rounded: 'down' | 'up' | 'nearest'): string {
    const scale = 10 ** (this.decimals - this.market.instrument.priceDecimals);
    const exact = units * scale * this.factor * (1 + this.noise);
    const round = { down: Math.floor, up: Math.ceil, nearest: Math.round }[rounded];
    return fromUnits(round(exact), this.decimals);
  }

  private quantity(units: number): string {
    return fromUnits(units, this.market.instrument.quantityDecimals, QUANTITY_SHOWN);
  }
}

/** The products of these futures: each base once, in USD. */
export function derivedMarkets(futures: FuturesMarket, seed: number): ReadonlyMap<string, DerivedMarket> {
  const markets = new Map<string, DerivedMarket>();
  for (const { instrument, market } of futures.exchange.symbols.values()) {
    const product = `${instrument.base}-USD`;
    if (markets.has(product)) continue;
    const tape = futures.tape(instrument.symbol);
    markets.set(product, new DerivedMarket(product, market, tape, seed + markets.size));
  }
  return markets;
}

function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly WrittenLevel[] {
  const gone = [...before.keys()].filter((price) => !after.has(price)).map((price) => [price, '0'] as const);
  const changed = [...after].filter(([price, quantity]) => before.get(price) !== quantity);
  return [...gone, ...changed];
}
