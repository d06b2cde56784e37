/**
 * Pages by key: each begins where the last one ended, so the millionth costs what the first does, and rows that
 * arrive meanwhile neither shift nor repeat anything. Items are newest first in both directions.
 */
import { TradingFailure } from '@elvis/trading';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { readCursor, writeCursor } from './cursor';
import { CURSOR_TIME, Conditions, statement } from './conditions';

export interface PageWish {
  readonly table: string;
  readonly columns: string;
  /** The column that tells rows of one moment apart. */
  readonly id: string;
  readonly conditions: Conditions;
  readonly direction: 'older' | 'newer';
  readonly cursor?: string;
  readonly limit: number;
}

export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  /** Goes on in the same direction; null when there is nothing there. */
  readonly nextCursor: string | null;
  /** Goes back in the other direction from this page's first row on that side; null for an empty page. */
  readonly previousCursor: string | null;
}

/** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
export async function keysetPage<Row extends QueryResultRow>(
  database: Database,
  { table, columns, id, conditions, direction, cursor, limit }: PageWish,
): Promise<KeysetPage<Row>> {
  const isOlder = direction === 'older';
  onFrom(conditions, { id, direction, cursor });
  const order = isOlder ? 'DESC' : 'ASC';
  const text = `SELECT ${columns}, ${id} AS key_id, ${CURSOR_TIME} AS key_time FROM ${table} ${conditions.where}
    ORDER BY created_at ${order}, ${id} ${order} LIMIT ${conditions.place(limit + 1)}`;
  const found = await database.rows<Row & Key>(statement(text), conditions.values);
  const rows = found.slice(0, limit);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!isOlder) rows.reverse();
  return {
    rows,
    nextCursor: last && found.length > limit ? cursorOf(last) : null,
    previousCursor: first ? cursorOf(first) : null,
  };
}

/**
 * Adds what a page behind `cursor` may hold; nothing without one.
 *
 * @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours
 */
export function onFrom(
  conditions: Conditions,
  { id, direction, cursor }: Pick<PageWish, 'id' | 'direction' | 'cursor'>,
): Conditions {
  if (cursor === undefined) return conditions;
  const from = readCursor(cursor);
  if (!from) throw new TradingFailure('MESSAGE_MALFORMED', 'cursor is none that a page has given');
  const sign = direction === 'older' ? '<' : '>';
  // The first condition says no more than the second, but it is the one that partitions are chosen by.
  return conditions
    .and(`created_at ${sign}= ?::timestamptz`, from.createdAt)
    .and(`(created_at, ${id}) ${sign} (?::timestamptz, ?)`, from.createdAt, from.id);
}

interface Key {
  readonly key_id: string;
  readonly key_time: string;
}

const cursorOf = (row: Key): string => writeCursor({ createdAt: row.key_time, id: row.key_id });
