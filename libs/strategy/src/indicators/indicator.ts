/** What an indicator is to the runner: a name's recipe, and one instance of it at work. */
import { Candle } from './candle';

/** One instance: fed candle by candle from where it was begun. */
export interface RunningIndicator<Value> {
  /** The value with this candle; null, or one that does not stand yet, while it has seen fewer than its warm-up. */
  add(candle: Candle): Value | null;
}

export interface Indicator<Feed extends string, Value> {
  readonly feed: Feed;
  /** After so many candles the value no longer depends on where the instance was begun. */
  readonly warmUp: number;
  begin(): RunningIndicator<Value>;
}

export type Indicators = Readonly<Record<string, Indicator<string, unknown>>>;

export type ReadingsOf<I extends Indicators> = {
  readonly [Name in keyof I]: I[Name] extends Indicator<string, infer Value> ? Value : never;
};

/** The names whose readings are plain numbers: those that can cross one another. */
export type LineOf<I extends Indicators> = {
  [Name in keyof I]: I[Name] extends Indicator<string, number> ? Name : never;
}[keyof I] &
  string;
