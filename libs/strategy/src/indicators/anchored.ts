/**
 * An indicator whose value at a candle depends on that candle's place in time alone, and not on when somebody began to
 * look: the same bits in a backtest, after a restart and live.
 *
 * Anchors stand at the candles whose index, openTime / interval, is divisible by four times the warm-up w. The value of a
 * candle comes from the instance that was begun at the last anchor at least w candles before it; for w candles after an
 * anchor two instances are at work.
 */
import { Candle } from './candle';
import { Indicator, RunningIndicator } from './indicator';

/** How far apart anchors stand, in candles. */
export const anchorSpacing = (warmUp: number): number => 4 * warmUp;

/** From this candle on they must be fed so that the value at `index` is the anchored one. */
export function firstNeeded(index: number, warmUp: number): number {
  const spacing = anchorSpacing(warmUp);
  return Math.floor((index - warmUp) / spacing) * spacing;
}

interface Instance<Value> {
  readonly anchor: number;
  readonly running: RunningIndicator<Value>;
}

export class AnchoredIndicator<Value> {
  private old: Instance<Value> | undefined;
  private young: Instance<Value> | undefined;
  private lastIndex = NaN;
  /** Value of the new instance over that of the old at the last change of anchors; for `strategy check`. */
  lastChange: { readonly from: Value; readonly to: Value } | undefined;

  constructor(private readonly indicator: Indicator<string, Value>) {}

  /**
   * The value with this candle, or null until an anchor lies far enough behind. After a candle that does not follow the
   * one before it begins anew at the next anchor.
   */
  add(index: number, candle: Candle): Value | null {
    if (index !== this.lastIndex + 1) this.old = this.young = undefined;
    this.lastIndex = index;
    const { warmUp } = this.indicator;
    if (index % anchorSpacing(warmUp) === 0) this.young = { anchor: index, running: this.indicator.begin() };
    const { old, young } = this;
    let value = old === undefined ? null : old.running.add(candle);
    if (young !== undefined) {
      const coming = young.running.add(candle);
      if (index - young.anchor >= warmUp) {
        if (value !== null && coming !== null) this.lastChange = { from: value, to: coming };
        value = coming;
        this.old = young;
        this.young = undefined;
      }
    }
    return value;
  }
}
