/** The trades of one minute as they come: exact sums, a few additions a trade. */
import { AggregateTrade, Candle } from './candle';
import { squareUnitsText, toUnits, unitsText } from './units';

export class Tally {
  private open = 0n;
  private high = 0n;
  private low = 0n;
  private close = 0n;
  private volume = 0n;
  private quote = 0n;
  private trades = 0;
  private firstId = 0;
  private lastId = 0;

  constructor(private readonly openTimeMs: number) {}

  /** Trades come in the order of their ids. */
  add({ id, price, quantity, trades }: AggregateTrade): void {
    const at = toUnits(price);
    const size = toUnits(quantity);
    if (this.trades === 0) {
      this.open = this.high = this.low = at;
      this.firstId = id;
    } else if (at > this.high) this.high = at;
    else if (at < this.low) this.low = at;
    this.close = at;
    this.volume += size;
    this.quote += at * size;
    this.trades += trades;
    this.lastId = id;
  }

  candle(): Candle {
    return {
      openTimeMs: this.openTimeMs,
      open: unitsText(this.open),
      high: unitsText(this.high),
      low: unitsText(this.low),
      close: unitsText(this.close),
      volume: unitsText(this.volume),
      quoteVolume: squareUnitsText(this.quote),
      trades: this.trades,
      firstId: this.firstId,
      lastId: this.lastId,
    };
  }
}

/** A minute without trades: everything is the close before it. */
export const quietCandle = (openTimeMs: number, close: string, lastId?: number): Candle => ({
  openTimeMs,
  open: close,
  high: close,
  low: close,
  close,
  volume: '0',
  quoteVolume: '0',
  trades: 0,
  ...(lastId !== undefined && { firstId: lastId + 1, lastId }),
});
