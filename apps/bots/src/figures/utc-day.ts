/** The day of UTC that a moment of the exchange's clock belongs to. Computed, so that nothing has to happen at midnight. */
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 UTC. @param atMs UTC milliseconds on the exchange's clock */
export const utcDayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/** When the day of this moment is over: the first millisecond of the next. */
export const nextDayMs = (atMs: number): number => (utcDayOf(atMs) + 1) * DAY_MS;
