/** What one market topic has to tell, whoever listens: how much there was, and the frame for a client that knows less. */
import { Frame } from '../frames/frame';

export interface TopicFeed<Update> {
  /** Grows with everything that is heard; 0 while nothing was. */
  readonly version: number;
  /** When something was heard last, monotonic. */
  readonly heardAtMs: number;
  hear(update: Update, nowMs: number): void;
  /** Until `seed` is called, what is heard waits: there may be something older. */
  expectSeed?(): void;
  /** What there was before, oldest first; nothing of it may be newer than what was heard since. */
  seed?(updates: readonly Update[], nowMs: number): void;
  /**
   * What a client is sent that knows everything up to `known`; a newcomer knows `undefined`. One slot's clients that know
   * the same get the same frame.
   */
  frame(known: number | undefined, nowMs: number): Frame;
}

/** Every update of the bus carries them. */
export interface Aged {
  /** The exchange's time, UTC milliseconds. */
  readonly eventTimeMs: number;
  /** How old it was when it was published. */
  readonly ageMs: number;
}

/** An age keeps growing while the update lies here. */
export const ageOf = ({ ageMs }: Aged, heardAtMs: number, nowMs: number): number =>
  Math.max(0, Math.round(ageMs + nowMs - heardAtMs));

export const marketFrame = (topic: string, atMs: number, ageMs: number, data: string): Frame =>
  new Frame(`[{"topic":"${topic}","atMs":${atMs},"ageMs":${ageMs},"data":${data}}]`);
