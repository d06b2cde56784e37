/** PostgreSQL, copied by its own programs: all tables as they were at one moment, and how many rows each had then. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client, ClientConfig, escapeIdentifier } from 'pg';
import { ensurePrograms } from '../launcher/servers';

const run = promisify(execFile);

export type RowCounts = Readonly<Record<string, number>>;

/** Trading goes on meanwhile: the rows are counted in the snapshot that is copied. */
export async function dumpPostgres(database: ClientConfig, file: string, home: string): Promise<RowCounts> {
  const client = new Client(database);
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    await runClient('pg_dump', database, home, [
      '--format=custom',
      `--snapshot=${rows[0]!.id}`,
      `--file=${file}`,
    ]);
    return await countRows(client);
  } finally {
    await client.end();
  }
}

/** Fills an empty database. @throws Error with the words of pg_restore, and then nothing was changed */
export const restorePostgres = async (database: ClientConfig, file: string, home: string): Promise<void> =>
  runClient('pg_restore', database, home, [
    '--no-owner',
    '--single-transaction',
    `--dbname=${database.database}`,
    file,
  ]);

export async function countRows(client: Pick<Client, 'query'>): Promise<RowCounts> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${escapeIdentifier(name)}`);
    counts[name] = Number(rows[0]!.n);
  }
  return counts;
}

async function runClient(
  name: 'pg_dump' | 'pg_restore',
  { host, port, user, password, database }: ClientConfig,
  home: string,
  words: readonly string[],
): Promise<void> {
  const { postgres } = await ensurePrograms(['postgres'], home);
  const beside = join(dirname(postgres.path), name);
  await run(existsSync(beside) ? beside : name, [...words], {
    env: {
      ...process.env,
      ...postgres.env,
      PGHOST: host,
      PGPORT: `${port}`,
      PGUSER: user,
      PGDATABASE: database,
      PGPASSWORD: String(password),
    },
  });
}
