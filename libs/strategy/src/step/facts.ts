/** What the runner tells a strategy of the world; all of it stands in the step's record. */
import { Decimal, Instrument } from '@elvis/trading';
import { Direction } from './wish';

export interface PositionFact {
  readonly direction: Direction | 'FLAT';
  readonly isFlat: boolean;
  readonly isLong: boolean;
  readonly isShort: boolean;
  /** Of the base asset, never below zero. */
  readonly quantity: Decimal;
  /** On average; zero while flat. */
  readonly entryPrice: Decimal;
  readonly openedAtMs: number | null;
}

/** An order of the bot that may still fill. */
export interface OrderFact {
  /** The name the strategy gave it, or what it is for: `entry`, `exit`, `stop`, `target`. */
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: Decimal | null;
  readonly quantity: Decimal;
  readonly filled: Decimal;
}

export interface TodayFact {
  /** Of the UTC day: results less fees, funding included, in the quote asset. */
  readonly net: Decimal;
  /** Positions closed. */
  readonly trades: number;
}

export interface StepFacts {
  /** The step's own time: when the candle closed. UTC milliseconds. */
  readonly timeMs: number;
  /** Its grid of prices is all that a step asks of it. */
  readonly instrument: Pick<Instrument, 'tickSize'>;
  /** What the bot may commit, in the quote asset. */
  readonly capital: Decimal;
  readonly position: PositionFact;
  readonly orders: readonly OrderFact[];
  readonly today: TodayFact;
}

export interface FillFact {
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly fee: Decimal;
}

export interface ClosedOrderFact {
  readonly name: string;
  readonly status: 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'DENIED';
  /** Why risk or the exchange did not take it; absent where it was taken. */
  readonly code?: string;
}

export interface ClosedPositionFact {
  readonly direction: Direction;
  /** Result less fees, in the quote asset. */
  readonly net: Decimal;
  readonly reason: 'exit' | 'stop' | 'target' | 'trailing' | 'time' | 'liquidation' | 'end';
}

/** What an alert or a model outside wished; what is null it did not say. */
export interface SignalFact {
  /** Its sender's. */
  readonly signalId: string;
  readonly action: 'LONG' | 'SHORT' | 'EXIT';
  /** From 0 to 1. */
  readonly confidence: number | null;
  /** Names or hashes of the model, and of the features it decided by. */
  readonly model: string | null;
  readonly features: string | null;
  readonly note: string | null;
}

const FLAT_AMOUNT = new Decimal(0);

export const FLAT: PositionFact = {
  direction: 'FLAT',
  isFlat: true,
  isLong: false,
  isShort: false,
  quantity: FLAT_AMOUNT,
  entryPrice: FLAT_AMOUNT,
  openedAtMs: null,
};

export const positionOf = (
  direction: Direction,
  quantity: Decimal,
  entryPrice: Decimal,
  openedAtMs: number,
): PositionFact => ({
  direction,
  isFlat: false,
  isLong: direction === 'LONG',
  isShort: direction === 'SHORT',
  quantity,
  entryPrice,
  openedAtMs,
});
