/** Times as a person reads them, in UTC. */

/** `2026-01` */
export const monthOf = (timeMs: number): string => written(timeMs).slice(0, 7);

/** `2026-01-31 23:59` */
export const minuteOf = (timeMs: number): string => written(timeMs).slice(0, 16).replace('T', ' ');

// eslint-disable-next-line no-restricted-globals -- the calendar, not the clock
const written = (timeMs: number): string => new Date(timeMs).toISOString();
