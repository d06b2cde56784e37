/** The lots of each symbol in the database (table `books`): up to which fill, what is held, and marks of earlier states. */
import { PoolClient, QueryResultRow } from 'pg';
import { LotsState } from '../domain/symbol-lots';
import { textArray } from '../database/unnest';
import { CURSOR_TIME } from '../database/conditions';

export interface SymbolKey {
  readonly market: string;
  readonly symbol: string;
}

/** A fill's place among all: its time to the microsecond, as text, and its id. */
export interface Place {
  readonly time: string;
  readonly id: string;
}

export interface StoredLots extends SymbolKey, Place, QueryResultRow {
  readonly state: LotsState;
  /** Fills since the last mark. */
  readonly sinceMark: number;
  /** There are fills after this place that have no results. */
  readonly isBehind: boolean;
}

export type Mark = Place & { readonly state: LotsState };

/** One transaction at a time works out results. */
export const lockResults = (client: PoolClient): Promise<unknown> =>
  client.query({ name: 'lock-books', text: `SELECT pg_advisory_xact_lock(hashtext('elvis books'))` });

export const isAfter = (one: Place, other: Place): boolean =>
  one.time === other.time ? one.id > other.id : one.time > other.time;

export async function readLots(client: PoolClient, keys: readonly SymbolKey[]): Promise<StoredLots[]> {
  const { rows } = await client.query<StoredLots>({
    name: 'read-books',
    text: `SELECT market, symbol, ${CURSOR_TIME} AS time, id, state, since_mark AS "sinceMark", is_behind AS "isBehind"
      FROM books JOIN unnest($1::text[], $2::text[]) AS wanted (market, symbol) USING (market, symbol)`,
    values: [textArray(keys.map(({ market }) => market)), textArray(keys.map(({ symbol }) => symbol))],
  });
  return rows;
}

export async function writeLots(client: PoolClient, lots: StoredLots): Promise<void> {
  const { market, symbol, time, id, state, sinceMark, isBehind } = lots;
  await client.query({
    name: 'write-book',
    text: `INSERT INTO books (market, symbol, created_at, id, state, since_mark, is_behind)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (market, symbol) DO UPDATE SET created_at = EXCLUDED.created_at,
        id = EXCLUDED.id, state = EXCLUDED.state, since_mark = EXCLUDED.since_mark, is_behind = EXCLUDED.is_behind`,
    values: [market, symbol, time, id, JSON.stringify(state), sinceMark, isBehind],
  });
}

export async function writeMarks(
  client: PoolClient,
  { market, symbol }: SymbolKey,
  marks: readonly Mark[],
): Promise<void> {
  for (const { time, id, state } of marks)
    await client.query({
      name: 'write-book-mark',
      text: `INSERT INTO book_marks (market, symbol, created_at, id, state) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (market, symbol, created_at, id) DO UPDATE SET state = EXCLUDED.state`,
      values: [market, symbol, time, id, JSON.stringify(state)],
    });
}

/** The newest mark before this place. */
export async function markBefore(
  client: PoolClient,
  { market, symbol }: SymbolKey,
  { time, id }: Place,
): Promise<Mark | undefined> {
  const { rows } = await client.query<Mark & QueryResultRow>(
    `SELECT ${CURSOR_TIME} AS time, id, state FROM book_marks WHERE market = $1 AND symbol = $2
      AND (created_at, id) < ($3::timestamptz, $4) ORDER BY created_at DESC, id DESC LIMIT 1`,
    [market, symbol, time, id],
  );
  return rows[0];
}

/** Ids of the fills behind which there are marks, after one place and up to another. */
export async function marksAfter(
  client: PoolClient,
  { market, symbol }: SymbolKey,
  after: Place | undefined,
  upTo: Place | undefined,
): Promise<ReadonlySet<string>> {
  if (!upTo) return new Set();
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM book_marks WHERE market = $1 AND symbol = $2
      AND (created_at, id) > (coalesce($3::timestamptz, '-infinity'), $4) AND (created_at, id) <= ($5::timestamptz, $6)`,
    [market, symbol, after?.time, after?.id ?? '', upTo.time, upTo.id],
  );
  return new Set(rows.map(({ id }) => id));
}
