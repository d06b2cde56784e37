/** How long a client takes to answer a ping. One ping is under way at a time; one that is unanswered counts by its age. */
const NEWEST = 20;
/** Of the newest twenty; two above the limit mean that their 95th percentile is. */
const TOO_MANY_SLOW = 2;
const SLOW_MS = 400;

export class RoundTrips {
  private sentAtMs: number | undefined;
  private answeredAtMs: number;
  private slow: boolean[] = [];

  constructor(nowMs: number) {
    this.answeredAtMs = nowMs;
  }

  get isWaiting(): boolean {
    return this.sentAtMs !== undefined;
  }

  /** Whether the 95th percentile of the newest twenty is above 400 ms. */
  get isSlow(): boolean {
    return this.slow.filter(Boolean).length >= TOO_MANY_SLOW;
  }

  sent(nowMs: number): void {
    this.sentAtMs = nowMs;
  }

  /** Counts the answer, and says whether it was a quick one. */
  answered(nowMs: number): boolean {
    if (this.sentAtMs === undefined) return true;
    const tookMs = nowMs - this.sentAtMs;
    this.sentAtMs = undefined;
    this.answeredAtMs = nowMs;
    return this.count(tookMs);
  }

  /** Counts the one that is under way by its age so far; whether it is still quick. */
  stillWaiting(nowMs: number): boolean {
    return this.sentAtMs === undefined || this.count(nowMs - this.sentAtMs);
  }

  /** For how long the client has owed an answer; 0 if it owes none. */
  silentMs(nowMs: number): number {
    return this.sentAtMs === undefined ? 0 : nowMs - Math.max(this.answeredAtMs, this.sentAtMs);
  }

  /** At another level of quality what was measured before says nothing. */
  forget(): void {
    this.slow = [];
  }

  private count(tookMs: number): boolean {
    this.slow = [...this.slow.slice(1 - NEWEST), tookMs > SLOW_MS];
    return tookMs <= SLOW_MS;
  }
}
