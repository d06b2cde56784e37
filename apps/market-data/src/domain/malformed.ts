/**
 * Messages that could not be read, of one connection: which of them is worth a line in the log, and when there are so
 * many that the connection itself must be in doubt.
 */
const SAMPLE_EVERY_MS = 1_000;
const TOO_MANY = 10;
const WITHIN_MS = 10_000;

export class MalformedMonitor {
  private sampledAtMs = -Infinity;
  private times: number[] = [];

  /** Counts one: whether to log it, at most one a second, and whether they are ten in ten seconds. */
  count(nowMs: number): { readonly isSample: boolean; readonly areMany: boolean } {
    const isSample = nowMs - this.sampledAtMs >= SAMPLE_EVERY_MS;
    if (isSample) this.sampledAtMs = nowMs;
    this.times = [...this.times.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
    const areMany = this.times.length >= TOO_MANY;
    if (areMany) this.times = [];
    return { isSample, areMany };
  }
}
