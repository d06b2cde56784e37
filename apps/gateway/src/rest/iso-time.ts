/** Times are milliseconds inside and ISO 8601 UTC on REST. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

export const isoTimeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

/** Milliseconds that are no moment but a length of time keep their name and their number. */
const LENGTHS = new Set([
  'windowMs',
  'ageMs',
  'tookMs',
  'durationMs',
  'lateMs',
  'oldestMs',
  'waitP95Ms',
  'maxHoldMs',
  'restMs',
  'cooldownMs',
  'offsetMs',
  'errorMs',
]);

/** A reply as REST shows it: every `somethingMs` that is a moment becomes `something` in ISO 8601. */
export function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (!name.endsWith('Ms') || LENGTHS.has(name)) return [name, withIsoTimes(inner)];
      return [name.slice(0, -2), typeof inner === 'number' ? isoTime(inner) : inner];
    }),
  );
}
