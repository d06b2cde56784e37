/**
 * How much later than usual a message came. The exchange's clock and ours are not the same, but the smallest
 * difference between arrival and event time seen lately is a fair zero: what lies above it is time that the message
 * spent in a queue, of the network or of this process while it was paused, and is part of its age.
 */
const WINDOW_MS = 60_000;

export class LagMeter {
  private windowEndsMs = 0;
  private current = Infinity;
  private previous = Infinity;

  /** Milliseconds above the least delay of the last one to two minutes. Both clocks may start anywhere. */
  excessMs(receivedAtMs: number, eventTimeMs: number): number {
    const delay = receivedAtMs - eventTimeMs;
    if (receivedAtMs >= this.windowEndsMs) {
      this.previous = receivedAtMs >= this.windowEndsMs + WINDOW_MS ? Infinity : this.current;
      this.current = Infinity;
      this.windowEndsMs = receivedAtMs + WINDOW_MS;
    }
    this.current = Math.min(this.current, delay);
    return Math.max(0, delay - Math.min(this.current, this.previous));
  }
}
