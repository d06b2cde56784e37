/** Where the position's stop and targets lie, and what a candle makes of them. */
import { Protections } from '@elvis/strategy';
import { Range } from './fill-rules';

export interface Level {
  readonly price: number;
  /** Of what the position was when the levels were set. */
  readonly share: number;
}

export class Guard {
  stop: number | null = null;
  targets: readonly Level[] = [];
  private trailing: number | null = null;
  /** The best price since the entry, by whole candles. */
  private extreme = 0;
  dueAtMs: number | null = null;

  constructor(readonly protections: Protections) {}

  /** Anew from the entry price, after each fill that changed it; what trailed so far stays. */
  set(isLong: boolean, entryPrice: number, openedAtMs: number): void {
    const { stop, target, trailing, timeMs } = this.protections;
    const at = (fraction: number): number => entryPrice * (isLong ? 1 + fraction : 1 - fraction);
    this.stop = stop === null ? null : at(-stop.toNumber());
    const rungs = target === null ? [] : 'value' in target ? [{ at: target, share: null }] : target;
    this.targets = rungs.map(({ at: distance, share }) => ({
      price: at(distance.toNumber()),
      share: share?.toNumber() ?? 1,
    }));
    this.trailing = trailing?.toNumber() ?? null;
    this.extreme ||= entryPrice;
    this.dueAtMs = timeMs === null ? null : openedAtMs + timeMs;
    this.follow(isLong);
  }

  /** After the candle: the trailing stop moves on, never back. */
  see(isLong: boolean, { high, low }: Omit<Range, 'open'>): void {
    if (this.trailing === null) return;
    this.extreme = isLong ? Math.max(this.extreme, high) : Math.min(this.extreme, low);
    this.follow(isLong);
  }

  get isTrailing(): boolean {
    return this.trailing !== null;
  }

  private follow(isLong: boolean): void {
    if (this.trailing === null) return;
    const level = this.extreme * (isLong ? 1 - this.trailing : 1 + this.trailing);
    if (this.stop === null) this.stop = level;
    else this.stop = isLong ? Math.max(this.stop, level) : Math.min(this.stop, level);
  }
}
