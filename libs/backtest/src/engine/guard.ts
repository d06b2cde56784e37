/** What protects a position: its stop, its targets and, at last, its liquidation; and what a candle makes of them. */
import { Protections } from '@elvis/strategy';
import { Range, Side, stopPrice, tradesThrough } from './fill-rules';

export interface Level {
  readonly price: number;
  /** Of what the position was when the levels were set. */
  readonly share: number;
}

/** What ends a position within a candle, and at what price before what taking costs. */
export interface GuardedEnd {
  readonly reason: 'stop' | 'trailing' | 'liquidation';
  readonly price: number;
}

export class Guard {
  targets: readonly Level[] = [];
  /** Where margin is used up; null where no price does it. */
  liquidation: number | null = null;
  dueAtMs: number | null = null;
  private stop: number | null = null;
  private trailing: number | null = null;
  /** The best price since the entry, by whole candles. */
  private extreme = 0;

  constructor(private readonly protections: Protections) {}

  /** Anew from the entry price, after each fill that added to the position; what trailed so far stays. */
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

  /** The stop, or the liquidation where it comes first. @param side that closes the position */
  endIn(side: Side, range: Range): GuardedEnd | null {
    const { stop, liquidation } = this;
    if (liquidation !== null && stopPrice(side, liquidation, range) !== null) {
      const isFirst = stop === null || (side === 'SELL' ? stop <= liquidation : stop >= liquidation);
      if (isFirst) return { reason: 'liquidation', price: liquidation };
    }
    const price = stop === null ? null : stopPrice(side, stop, range);
    return price === null ? null : { reason: this.trailing === null ? 'stop' : 'trailing', price };
  }

  /** @param side that closes the position */
  reachedTargets(side: Side, range: Range, tick: number): readonly Level[] {
    if (this.targets.length === 0) return this.targets;
    return this.targets.filter(({ price }) => tradesThrough(side, price, range, tick));
  }

  private follow(isLong: boolean): void {
    if (this.trailing === null) return;
    const level = this.extreme * (isLong ? 1 - this.trailing : 1 + this.trailing);
    if (this.stop === null) this.stop = level;
    else this.stop = isLong ? Math.max(this.stop, level) : Math.min(this.stop, level);
  }
}
