/**
 * Text that every store takes. Half a surrogate pair is no character: Redis' scripts and PostgreSQL refuse JSON that
 * holds one; PostgreSQL refuses a zero as well. What cannot be written as it is shows the replacement character there.
 */
export const wellFormedText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

export const isWellFormedText = (text: string): boolean => wellFormedText(text) === text;

/** The same value with well-formed text in it, names included. */
export const wellFormed = <Value>(value: Value): Value => mended(value) as Value;

function mended(value: unknown): unknown {
  if (typeof value === 'string') return wellFormedText(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [wellFormedText(name), mended(inner)]),
  );
}
