/** Times as a person reads them, in UTC. */

/** `2026-01` */
export const monthOf = (timeMs: number): string => written(timeMs).slice(0, 7);

/** `2026-01-31 23:59` */
export const minuteOf = (timeMs: number): string => written(timeMs).slice(0, 16).replace('T', ' ');

/** `2026-01-31` */
export const dayOf = (timeMs: number): string => written(timeMs).slice(0, 10);

/** `2026-01-31T23:59:00.000Z` */
export const momentOf = (timeMs: number): string => written(timeMs);

// eslint-disable-next-line no-restricted-globals -- the calendar, not the clock
const written = (timeMs: number): string => new Date(timeMs).toISOString();
