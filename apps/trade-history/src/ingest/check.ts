/** Reads what came over the wire strictly, and names every field that is not as it should be. */

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const ZERO_DECIMAL = /^-?0+(\.0+)?$/;
const SIGNED_DECIMAL = /^-?\d{1,40}(\.\d{1,40})?$/;
/** Binance opened in July 2017; nothing of ours happened before, nor will in this century. */
const FIRST_MS = Date.UTC(2017, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

export const isTime = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= FIRST_MS && (value as number) < LAST_MS;

export type Wire = Readonly<Record<string, unknown>>;

export function record(value: unknown, name: string, check: Check): Wire {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  check.that(isRecord, name);
  return isRecord ? (value as Wire) : {};
}

export class Check {
  readonly problems: string[] = [];

  that(holds: boolean, name: string): void {
    if (!holds) this.problems.push(name);
  }
  text(value: unknown, name: string): void {
    this.that(typeof value === 'string' && value.length <= 200, name);
  }
  matches(value: unknown, pattern: RegExp, name: string): void {
    this.that(typeof value === 'string' && pattern.test(value), name);
  }
  decimal(value: unknown, name: string): void {
    this.matches(value, SIGNED_DECIMAL, name);
  }
  oneOf(value: unknown, allowed: readonly string[], name: string): void {
    this.that(allowed.includes(value as string), name);
  }
  optional(value: unknown, check: (value: unknown) => void): void {
    if (value !== undefined && value !== null) check(value);
  }
}
