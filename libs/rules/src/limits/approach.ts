/** Says once when half, three quarters and nine tenths of a limit are used, and again only after the use has fallen back. */
export const APPROACH_PERCENTS = [50, 75, 90] as const;

/** So far below a line the use must fall before it can be told again. */
const REARM_BELOW = 0.9;

export class Approaches {
  private readonly told = new Map<string, number>();

  /** The highest line newly passed, or undefined. `fraction` is what is used of the limit. */
  passed(key: string, fraction: number): (typeof APPROACH_PERCENTS)[number] | undefined {
    const before = this.told.get(key) ?? 0;
    const reached = APPROACH_PERCENTS.findLast((percent) => fraction * 100 >= percent);
    const isNew = (reached ?? 0) > before;
    if (isNew || fraction * 100 < before * REARM_BELOW) this.told.set(key, reached ?? 0);
    return isNew ? reached : undefined;
  }
}
