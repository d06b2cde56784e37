/**
 * Plays a recording into a market, over and over: at the recorded pace times a factor, with time and ids that never
 * jump. At the loop point one depth event turns the end book into the start book.
 */
import { SymbolMarket } from '../domain/symbol-market';
import { MarketFeed } from './market-feed';
import { Recording, RecordedMark } from './recording';

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

  constructor(
    private readonly recording: Recording,
    private readonly target: ReplayTarget,
    private readonly speed: number,
    startMs: number,
  ) {
    this.roundStart = startMs;
    this.restoreStartBook(startMs);
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
      this.restoreStartBook(time);
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

  /** Moves the whole market by so many price units, from now on. */
  movePrice(units: number, time: number): void {
    this.shift += units;
    const move = (levels: [number, number][]): [number, number][] =>
      levels.map(([price, quantity]) => [price + units, quantity]);
    const { market } = this.target;
    market.replaceBook(move(market.bids.levels()), move(market.asks.levels()), time);
  }

  private moved(levels: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
    return this.shift === 0
      ? levels
      : levels.map(([price, quantity]) => [price + this.shift, quantity] as const);
  }

  private restoreStartBook(time: number): void {
    this.target.market.replaceBook(this.moved(this.recording.bids), this.moved(this.recording.asks), time);
  }
}
