/**
 * Text that every store takes. Half a surrogate pair is no character: Redis' scripts and PostgreSQL refuse JSON that
 * holds one; PostgreSQL refuses a zero as well. What cannot be written as it is shows the replacement character there.
 */
export const wellFormedText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

export const isWellFormedText = (text: string): boolean => wellFormedText(text) === text;

/** The same value with well-formed text in it, names included. */
export function wellFormed<Value>(value: Value): Value {
  if (typeof value === 'string') return wellFormedText(value) as Value;
  if (Array.isArray(value)) return (value as readonly unknown[]).map(wellFormed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [wellFormedText(name), wellFormed(inner)]);
  return Object.fromEntries(entries) as Value;
}
