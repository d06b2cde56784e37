/** The run at work; a check puts another in its place, as a restart does. */
import { StrategyRun, Wish } from '@elvis/strategy';

export interface Running {
  current: StrategyRun;
  /** Which candle is being gone through. */
  place: number;
  /** Is told of every wish, with the place of the candle at or in which it was made. */
  readonly observe?: (place: number, wishes: readonly Wish[]) => void;
}
