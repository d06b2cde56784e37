/** Where a market's prices come from: something that knows when its next event is due, and plays it. */
/** What a person hears who moves a market too far down. */
export const fallsToZero = (): Error => new Error('Price not moved: the market would fall to zero or below');

export interface MarketFeed {
  /** On the steady clock. */
  readonly nextDue: number;
  /** Of a recording: when it began to be played, on the steady clock. */
  readonly startMs?: number;
  /** Plays the next event, stamped with the exchange's time for it. */
  playOne(time: number): void;
  /** Moves the whole market by so many price units, from now on. @throws where it would fall to zero */
  movePrice(units: number, time: number): void;
  /** Plays everything from here on so much later: where a machine is too slow for the pace. */
  slip?(ms: number): void;
  /** Lets go of what it holds open. */
  close?(): void;
}
