/**
 * Pages by key: each begins where the last one ended, so the millionth costs what the first does, and rows that
 * arrive meanwhile neither shift nor repeat anything. Items are newest first in both directions.
 */
import { TradingFailure } from '@elvis/trading';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { microTime, readCursor, writeCursor } from '../database/cursor';
import { Conditions, statement } from '../database/conditions';

/** The time of a row. */
export interface Keyed {
  /** Microseconds since 1970, exact until the year 2255. */
  readonly keyMicros: number;
}

export const KEY_TIME = `(extract(epoch FROM created_at) * 1000000)::float8 AS "keyMicros"`;

export interface PageWish {
  readonly table: string;
  readonly columns: string;
  /** The column that tells rows of one moment apart, and what the row calls it. */
  readonly id: string;
  readonly idField: string;
  readonly conditions: Conditions;
  readonly direction: 'older' | 'newer';
  readonly cursor?: string;
  readonly limit: number;
  /** Whatever the values of the conditions, an index gives their rows in order. */
  readonly isWalk?: boolean;
}

export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  /** Goes on in the same direction; null when there is nothing there. */
  readonly nextCursor: string | null;
  /** Goes back in the other direction from this page's first row on that side; null for an empty page. */
  readonly previousCursor: string | null;
}

/** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
export async function keysetPage<Row extends QueryResultRow & Keyed>(
  database: Database,
  { table, columns, id, idField, conditions, direction, cursor, limit, isWalk }: PageWish,
): Promise<KeysetPage<Row>> {
  const isOlder = direction === 'older';
  onFrom(conditions, { id, direction, cursor });
  const order = isOlder ? 'DESC' : 'ASC';
  const text = `SELECT ${columns}, ${KEY_TIME} FROM ${table} ${conditions.where}
    ORDER BY created_at ${order}, ${id} ${order} LIMIT ${readAtMost(limit + 1)}`;
  const found = await database.rows<Row>(statement(text, isWalk), conditions.values);
  const rows = found.slice(0, limit);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!isOlder) rows.reverse();
  return {
    rows,
    nextCursor: last && found.length > limit ? cursorOf(last, idField) : null,
    previousCursor: first ? cursorOf(first, idField) : null,
  };
}

const SIZES = [26, 51, 101, 201, 501, 1_001];

/**
 * Stands in the text, where the plan is made for it; a placeholder would count as a tenth of the table, however small
 * the page. A few sizes, so that few statements are prepared.
 */
const readAtMost = (rows: number): number => SIZES.find((size) => size >= rows) ?? rows;

/**
 * Adds what a page behind `cursor` may hold; nothing without one.
 *
 * @throws TradingFailure MESSAGE_MALFORMED the cursor was not made by `cursorOf`
 */
export function onFrom(
  conditions: Conditions,
  { id, direction, cursor }: Pick<PageWish, 'id' | 'direction' | 'cursor'>,
): Conditions {
  if (cursor === undefined) return conditions;
  const from = readCursor(cursor);
  if (!from)
    throw new TradingFailure('MESSAGE_MALFORMED', 'Invalid `cursor`; use `nextCursor` of the previous page');
  const sign = direction === 'older' ? '<' : '>';
  // The first condition says no more than the second, but it is the one that partitions are chosen by.
  return conditions
    .and(`created_at ${sign}= ?::timestamptz`, from.createdAt)
    .and(`(created_at, ${id}) ${sign} (?::timestamptz, ?)`, from.createdAt, from.id);
}

const cursorOf = (row: QueryResultRow & Keyed, idField: string): string =>
  writeCursor({ createdAt: microTime(row.keyMicros), id: String(row[idField]) });
