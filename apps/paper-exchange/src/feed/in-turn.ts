/** Plays many slow markets one after the other, evenly over a step. */
import { MarketFeed } from '@elvis/simulation';
import { SlowFeed, STEP_MS } from './slow';

export class InTurn implements MarketFeed {
  private played = 0;

  constructor(
    private readonly feeds: readonly SlowFeed[],
    private readonly speed: number,
    private fromMs: number,
  ) {}

  get nextDue(): number {
    return this.fromMs + (((this.played + 1) / this.feeds.length) * STEP_MS) / this.speed;
  }

  playOne(time: number): void {
    this.feeds[this.played % this.feeds.length]!.playOne(time);
    this.played += 1;
  }

  slip(ms: number): void {
    this.fromMs += ms;
  }

  movePrice(): void {
    throw new Error('One symbol at a time is moved; name it');
  }
}
