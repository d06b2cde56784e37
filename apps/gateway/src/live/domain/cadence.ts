/**
 * When a client's next frame may leave. Time is cut into intervals, for each client at places of its own, so that a
 * thousand clients do not all want their frame in the same moment; a frame leaves only at the start of an interval.
 * So each interval has one frame at most, and what changed in the meantime leaves at the next start.
 */

/** How long a slot lasts, in milliseconds: the finest step of everything that is timed for clients. */
export const SLOT_MS = 10;

export const slotsOf = (intervalMs: number): number => Math.ceil(intervalMs / SLOT_MS);

/**
 * The first start of an interval that is later than `now` and at least a whole interval after `last`, the start that was
 * used last. All in slots.
 *
 * @param phase where the client's intervals lie
 */
export function nextStart(last: number, now: number, interval: number, phase: number): number {
  const earliest = Math.max(now + 1, last + interval);
  const past = (earliest - phase) % interval;
  return past === 0 ? earliest : earliest + (past < 0 ? -past : interval - past);
}
