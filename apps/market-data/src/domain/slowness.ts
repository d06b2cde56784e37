/**
 * Whether what a connection brings comes later and later: a connection whose backlog does not shrink is replaced, for
 * a new one has none. A pause of this process makes one too, and is over as soon as that is read.
 */
const SLOW_MS = 3_000;
const LASTING_MS = 5_000;

export class Slowness {
  private sinceMs: number | undefined;

  /** True once, when data have come `SLOW_MS` later than usual for `LASTING_MS`. */
  isLasting(excessMs: number, nowMs: number): boolean {
    if (excessMs < SLOW_MS) {
      this.sinceMs = undefined;
      return false;
    }
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs < LASTING_MS) return false;
    this.sinceMs = undefined;
    return true;
  }
}
