/**
 * Many rows in one statement: each column travels as one array of texts in PostgreSQL's binary form, which needs no
 * quoting on this side and no parsing on the other, and is cast there to what the column holds.
 */
import { Statement } from './database';

export interface ColumnOf<Row> {
  readonly name: string;
  readonly type: string;
  readonly value: (row: Row) => unknown;
  /** What is stored instead of the value itself, worked out by the database from the row's columns. */
  readonly stored?: string;
}

/** An INSERT of any number of rows; `suffix` says what happens to those that are there already. */
export class UnnestInsert<Row> {
  private readonly statement: Statement;

  constructor(
    table: string,
    private readonly columns: readonly ColumnOf<Row>[],
    suffix: string,
  ) {
    const names = columns.map(({ name }) => name).join(', ');
    const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
    const casts = columns.map(({ name, type }) => `${name}::${type} AS ${name}`).join(', ');
    this.statement = {
      name: `insert-${table}`,
      text: `INSERT INTO ${table} (${names}) SELECT ${columns.map(({ name, stored }) => stored ?? name).join(', ')}
        FROM (SELECT ${casts} FROM unnest(${arrays}) AS raw (${names})) AS given ${suffix}`,
    };
  }

  of(rows: readonly Row[]): Statement & { readonly values: Buffer[] } {
    return { ...this.statement, values: this.columns.map(({ value }) => textArray(rows.map(value))) };
  }
}

const TEXT_OID = 25;
const HEADER_BYTES = 20;

/** The values as a binary `text[]`; undefined and null become NULL, bytes become hexadecimal. */
export function textArray(values: readonly unknown[]): Buffer {
  const texts = values.map(asText);
  const lengths = texts.map((text) => (text === undefined ? -1 : Buffer.byteLength(text)));
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(length, 0), HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(texts.length > 0 ? 1 : 0, 0);
  buffer.writeInt32BE(lengths.includes(-1) ? 1 : 0, 4);
  buffer.writeInt32BE(TEXT_OID, 8);
  buffer.writeInt32BE(texts.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  texts.forEach((text, index) => {
    at = buffer.writeInt32BE(lengths[index] ?? -1, at);
    if (text !== undefined) at += buffer.write(text, at);
  });
  return texts.length > 0 ? buffer : buffer.subarray(0, 12);
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return `${value as number | boolean}`;
}

/** `ms` of the epoch as the database reads it, to the millisecond. */
export const instant = (ms: number): string => new Date(ms).toISOString();
