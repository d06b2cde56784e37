/** A day of minutes beside the exchange's own, and the text of a day that its hash is made of. */
import { CANDLE_FIGURES, Candle, CandleFigure, differingFigures } from '@elvis/trading';

interface MinuteDifference {
  readonly openTimeMs: number;
  readonly kind: 'MISSING_HERE' | 'MISSING_AT_EXCHANGE' | 'FIGURES_DIFFER';
  readonly figures: readonly CandleFigure[];
}

export interface DayComparison {
  /** Minutes that are the same in every figure. */
  readonly equal: number;
  /** Of the minutes that either side has, oldest first. */
  readonly differences: readonly MinuteDifference[];
}

export function compareDay(ours: readonly Candle[], theirs: readonly Candle[]): DayComparison {
  const here = new Map(ours.map((candle) => [candle.openTimeMs, candle]));
  const there = new Map(theirs.map((candle) => [candle.openTimeMs, candle]));
  const times = [...new Set([...here.keys(), ...there.keys()])].sort((one, other) => one - other);
  const differences = times.flatMap((openTimeMs) => differenceOf(openTimeMs, here, there) ?? []);
  return { equal: times.length - differences.length, differences };
}

/** A line a minute, oldest first: the time it opens in milliseconds and its figures, with commas between. */
export const dayText = (candles: readonly Candle[]): string =>
  candles
    .map((candle) => `${[candle.openTimeMs, ...CANDLE_FIGURES.map((figure) => candle[figure])].join(',')}\n`)
    .join('');

type Minutes = ReadonlyMap<number, Candle>;

function differenceOf(openTimeMs: number, here: Minutes, there: Minutes): MinuteDifference | undefined {
  const [our, their] = [here.get(openTimeMs), there.get(openTimeMs)];
  if (!our) return { openTimeMs, kind: 'MISSING_HERE', figures: [] };
  if (!their) return { openTimeMs, kind: 'MISSING_AT_EXCHANGE', figures: [] };
  const figures = differingFigures(our, their);
  return figures.length > 0 ? { openTimeMs, kind: 'FIGURES_DIFFER', figures } : undefined;
}
