/** The run at work; a check puts another in its place, as a restart does. */
import { StrategyRun, Wish } from '@elvis/strategy';

/** What a wish comes to, before risk is asked: what a bot would send. */
export interface WishedOrder {
  readonly action: 'SUBMIT' | 'AMEND' | 'CANCEL';
  readonly role: 'ENTRY' | 'EXIT' | 'GRID';
  readonly side?: 'BUY' | 'SELL';
  readonly quantity?: string;
  /** Absent at the market. */
  readonly price?: string;
  readonly because: string;
}

export interface Running {
  current: StrategyRun;
  /** Which candle is being gone through. */
  place: number;
  /** Is told of every wish, with the place of the candle at or in which it was made. */
  readonly observe?: (place: number, wishes: readonly Wish[]) => void;
  /** Is told of every order that comes of a wish, and of every change of one. */
  readonly onOrder?: (order: WishedOrder) => void;
}
