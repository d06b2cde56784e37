/** Percentiles of measured times, nearest rank. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), count: sorted.length };
}
