/** What a UTC day has brought, computed from the day of a moment. */
import { Decimal } from '@elvis/trading';

const DAY_MS = 86_400_000;
const ZERO = new Decimal(0);

export class Day {
  private number = -1;
  net = ZERO;
  trades = 0;
  equityAtStart: number;
  /** Equity at the end of each day, the first entry being the capital. */
  readonly ends: number[];

  constructor(capital: number) {
    this.equityAtStart = capital;
    this.ends = [capital];
  }

  /** Called with every candle; a new day begins with nothing. */
  at(timeMs: number, equity: number): void {
    const number = Math.floor(timeMs / DAY_MS);
    if (number === this.number) return;
    if (this.number >= 0) this.ends.push(equity);
    this.number = number;
    this.net = ZERO;
    this.trades = 0;
    this.equityAtStart = equity;
  }

  add(net: Decimal): void {
    this.net = this.net.plus(net);
    this.trades += 1;
  }
}
