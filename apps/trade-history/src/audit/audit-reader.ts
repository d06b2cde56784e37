/** Reads the audit log in order, some thousand entries at a time, from any client of the database. */
import { AuditCheckpoint } from '@elvis/contracts';
import { QueryResultRow } from 'pg';
import { StoredEntry } from './verification';

/** What can ask the database: a pool, a client, or the service's own connection. */
export type AskDatabase = <Row extends QueryResultRow>(text: string, values: unknown[]) => Promise<Row[]>;

const BATCH = 5_000;
const TIME = `to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `seq::float8 AS seq, stream_sequence::float8 AS "streamSequence", ${TIME} AS "recordedAt",
  event_id AS "eventId", type, actor, body, hash`;

/** All entries behind `after`, by number. */
export async function* readEntries(ask: AskDatabase, after = 0): AsyncGenerator<StoredEntry> {
  let last: StoredEntry | undefined;
  for (;;) {
    const rows: StoredEntry[] = await ask<StoredEntry & QueryResultRow>(
      `SELECT ${COLUMNS} FROM audit_log
        WHERE seq >= $1 AND (seq, recorded_at) > ($1, $2::timestamptz) ORDER BY seq, recorded_at LIMIT ${BATCH}`,
      [last?.seq ?? after, last?.recordedAt ?? 'infinity'],
    );
    yield* rows;
    last = rows.at(-1);
    if (rows.length < BATCH) return;
  }
}

/** The newest `count` entries, oldest first. */
export async function readNewest(ask: AskDatabase, count: number): Promise<StoredEntry[]> {
  const rows = await ask<StoredEntry & QueryResultRow>(
    `SELECT ${COLUMNS} FROM audit_log ORDER BY recorded_at DESC, seq DESC LIMIT $1`,
    [count],
  );
  return rows.reverse();
}

export async function readHead(ask: AskDatabase): Promise<{ seq: number; hash: Buffer; recordedAt: string }> {
  const [head] = await ask<{ seq: number; hash: Buffer; recordedAt: string }>(
    `SELECT seq::float8 AS seq, hash, ${TIME} AS "recordedAt" FROM audit_head`,
    [],
  );
  if (!head)
    throw new Error(
      'The audit log cannot be read: audit_head is empty, so this is not a database of trade-history. Check DB_NAME',
    );
  return head;
}

export const readCheckpoints = (ask: AskDatabase): Promise<AuditCheckpoint[]> =>
  ask<AuditCheckpoint & QueryResultRow>(
    `SELECT seq::float8 AS seq, encode(hash, 'hex') AS hash, key_id AS "keyId",
        to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt",
        translate(trim(trailing '=' FROM encode(signature, 'base64')), E'+/\\n', '-_') AS signature
      FROM audit_checkpoints ORDER BY seq`,
    [],
  );
