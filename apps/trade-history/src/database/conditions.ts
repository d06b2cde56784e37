/** Conditions of a query, gathered with their values; equal conditions give equal text, which is prepared once. */
import { createHash } from 'node:crypto';
import { Statement } from './database';

export class Conditions {
  private readonly parts: string[] = [];

  /** Several conditions of one statement number their values in one list. */
  constructor(readonly values: unknown[] = []) {}

  /** Adds `text` with its `?` numbered, unless a value is undefined. */
  and(text: string, ...values: readonly unknown[]): this {
    if (values.some((value) => value === undefined)) return this;
    this.parts.push(text.replaceAll('?', () => this.place(values[this.used++])));
    this.used = 0;
    return this;
  }

  /** The value's placeholder, for use outside of the conditions. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.parts.length > 0 ? `WHERE ${this.parts.join(' AND ')}` : '';
  }

  private used = 0;
}

/** A statement named after its text. */
export const statement = (text: string, isWalk = false): Statement => ({
  name: createHash('sha256').update(text).digest('base64url'),
  text,
  isWalk,
});

export const asTime = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** How a time leaves the database for a cursor: to the microsecond, as text. */
export const CURSOR_TIME = `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** And for a view: whole milliseconds. */
export const millis = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::float8`;
