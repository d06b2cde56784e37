/** What a strategy decides over candles, as text: two of them that agree are the same to the byte. */
import { Wish } from '@elvis/strategy';
import { CandleColumns } from '../data/candle-columns';
import { BacktestRun, BacktestSetup, runBacktest } from '../engine/backtest';

export interface Decisions {
  /** By the place of the candle: what was wished at it, a line each. */
  readonly byPlace: ReadonlyMap<number, string>;
  readonly run: BacktestRun;
}

/** @param before candles that the data leave out at their start: places count from there */
export function decisionsOf(setup: BacktestSetup, data: CandleColumns, before = 0): Decisions {
  const byPlace = new Map<number, string>();
  const observe = (at: number, wishes: readonly Wish[]): void => {
    const place = before + at;
    byPlace.set(place, `${byPlace.get(place) ?? ''}${JSON.stringify(wishes)}\n`);
  };
  return { run: runBacktest({ ...setup, observe }, data), byPlace };
}

export interface Difference {
  readonly place: number;
  readonly one: string;
  readonly other: string;
}

/** The first candle up to a place, that place included, at which the two decided differently. */
export function firstDifference(one: Decisions, other: Decisions, upTo = Infinity): Difference | undefined {
  const places = [...new Set([...one.byPlace.keys(), ...other.byPlace.keys()])].sort((a, b) => a - b);
  for (const place of places) {
    if (place > upTo) return undefined;
    const [left, right] = [one, other].map(({ byPlace }) => byPlace.get(place) ?? 'nothing');
    if (left !== right) return { place, one: left!.trim(), other: right!.trim() };
  }
  return undefined;
}
