/**
 * Plays a recording into a market, over and over: at the recorded pace times a factor, with time and ids that never
 * jump. At the loop point one depth event turns the end book into the start book.
 */
import { SymbolMarket } from '../matching/symbol-market';
import { fallsToZero, MarketFeed } from './market-feed';
import { Recording, RecordedMark } from './recording';

type Levels = readonly (readonly [price: number, quantity: number])[];

export interface ReplayTarget {
  readonly market: SymbolMarket;
  recordedMark(event: RecordedMark, time: number): void;
}

export class Replay implements MarketFeed {
  private index = 0;
  /** When the present round began, on the caller's clock. */
  private roundStart: number;
  /** Ticks by which a person moved the price. */
  private shift = 0;
  /** Of all prices at which the recording trades. */
  private readonly lowest: number;

  constructor(
    private readonly recording: Recording,
    private readonly target: ReplayTarget,
    private readonly speed: number,
    readonly startMs: number,
  ) {
    this.roundStart = startMs;
    this.lowest = recording.events.reduce(
      (least, event) => (event.kind === 'trade' ? Math.min(least, event.price) : least),
      recording.bids.reduce((best, [price]) => Math.max(best, price), 0),
    );
    this.restoreStartOrderBook(startMs);
  }

  /** When the next event is due, on the caller's clock. */
  get nextDue(): number {
    const event = this.recording.events[this.index];
    return this.roundStart + (event ? event.atMs : this.recording.durationMs) / this.speed;
  }

  /** Plays the next event, stamped with the exchange's time for it. */
  playOne(time: number): void {
    const event = this.recording.events[this.index];
    if (!event) {
      this.roundStart = this.nextDue;
      this.index = 0;
      this.restoreStartOrderBook(time);
      return;
    }
    this.index += 1;
    const { market } = this.target;
    if (event.kind === 'depth')
      market.recordDepth(event.bids, event.asks, event.gap, event.span, time, this.shift);
    else if (event.kind === 'trade')
      market.recordTrade(event.price + this.shift, event.quantity, event.buyerIsMaker, time);
    else this.target.recordedMark(event, time);
  }

  slip(ms: number): void {
    this.roundStart += ms;
  }

  /** Moves the whole market by so many price units, from now on. */
  movePrice(units: number, time: number): void {
    if (this.lowest + this.shift + units <= 0) throw fallsToZero();
    this.shift += units;
    const { market } = this.target;
    market.replaceOrderBook(moved(market.bids.levels(), units), moved(market.asks.levels(), units), time);
  }

  private restoreStartOrderBook(time: number): void {
    const { bids, asks } = this.recording;
    this.target.market.replaceOrderBook(moved(bids, this.shift), moved(asks, this.shift), time);
  }
}

/** Levels that would lie at nothing or below are left out. */
const moved = (levels: Levels, by: number): Levels =>
  levels.map(([price, quantity]) => [price + by, quantity] as const).filter(([price]) => price > 0);
