/** Where two values of JSON first differ, keys in their order of the alphabet. */

export interface ValueDifference {
  /** Such as `facts.orders.0.price`; empty for the whole. */
  readonly path: string;
  readonly was: string;
  readonly is: string;
}

/** Undefined where they are equal. A key with the value undefined counts as absent, as in JSON. */
export function firstDifference(was: unknown, is: unknown, path = ''): ValueDifference | undefined {
  if (!isObject(was) || !isObject(is))
    return Object.is(was, is) ? undefined : { path, was: textOf(was), is: textOf(is) };
  if (Array.isArray(was) !== Array.isArray(is)) return { path, was: textOf(was), is: textOf(is) };
  for (const key of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
    const found = firstDifference(was[key], is[key], path === '' ? key : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const textOf = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
