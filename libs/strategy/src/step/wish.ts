/** What a strategy may wish for. The runner makes orders of it; risk judges them like anybody's. */
import { Decimal } from '@elvis/trading';
import { Fraction } from '../parameters/fraction';
import { Price } from './money';

export type Direction = 'LONG' | 'SHORT';

/** How large; what it comes to is worked out with the price, the stop and the capital of the moment. */
export type Size =
  | { readonly of: 'capital'; readonly fraction: Fraction }
  | { readonly of: 'notional'; readonly amount: Decimal }
  | { readonly of: 'quantity'; readonly amount: Decimal }
  /** So much of the capital is lost if the stop is hit at its price. */
  | { readonly of: 'risk'; readonly fraction: Fraction };

export type Entry =
  | { readonly type: 'market' }
  | { readonly type: 'limit'; readonly price: Price }
  /** A limit that never takes, this fraction behind the price. */
  | { readonly type: 'maker'; readonly offset: Fraction };

export interface Rung {
  readonly at: Fraction;
  readonly share: Fraction;
}

/** Distances are fractions of the entry price; what is null is not wanted. */
export interface Protections {
  readonly stop: Fraction | null;
  /** One distance, or a ladder whose shares come to one. */
  readonly target: Fraction | readonly Rung[] | null;
  readonly trailing: Fraction | null;
  /** The position is closed after so long. */
  readonly timeMs: number | null;
}

export interface EnterWish {
  readonly type: 'ENTER';
  readonly direction: Direction;
  readonly size: Size;
  readonly at: Entry;
  /** Canceled after so long if it has not filled. */
  readonly goodForMs: number | null;
  readonly protections: Protections;
  readonly because: string;
}

export interface ExitWish {
  readonly type: 'EXIT';
  /** Of the position: 1 is all of it. */
  readonly share: Fraction;
  readonly because: string;
}

/** An order of its own that rests under a name the strategy chose: grids and ladders. */
export interface PlaceWish {
  readonly type: 'PLACE';
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: Price;
  readonly size: Size;
  readonly isReduceOnly: boolean;
  readonly because: string;
}

export interface AmendWish {
  readonly type: 'AMEND';
  readonly name: string;
  readonly price: Price;
  readonly because: string;
}

export interface CancelWish {
  readonly type: 'CANCEL';
  readonly name: string;
  readonly because: string;
}

/** No entries for so long. */
export interface RestWish {
  readonly type: 'REST';
  readonly forMs: number;
  readonly because: string;
}

export interface NoteWish {
  readonly type: 'NOTE';
  readonly text: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

export type Wish = EnterWish | ExitWish | PlaceWish | AmendWish | CancelWish | RestWish | NoteWish;
