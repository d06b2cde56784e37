/**
 * What only the owner of the database does: bring the schema up to date, say how long months are kept, and give the
 * service's role its rights. Of several that begin together one does it and the others wait.
 */
import { Client, ClientConfig } from 'pg';
import { DataSource } from 'typeorm';
import { TradeHistoryConfig } from '../trade-history.config';
import { DatabaseAddress, clientConfig, dataSourceOptions } from './data-source';
import { MIGRATIONS } from './migration-list';
import { grantRights, isOwner } from './rights';

const MIGRATION_LOCK = 7_201_763;

export type Retained = Pick<
  TradeHistoryConfig,
  'TRADES_RETENTION_MONTHS' | 'AUDIT_RETENTION_MONTHS' | 'CANDLES_RETENTION_MONTHS'
>;

/** @param serviceRole who signs in as the service; undefined leaves the rights as they are */
export async function prepareDatabase(
  owner: DatabaseAddress,
  retained: Retained,
  serviceRole?: string,
): Promise<void> {
  const source = new DataSource(dataSourceOptions(owner));
  try {
    await migrate(source, owner, async (client) => {
      await keepMonths(client, retained);
      if (serviceRole !== undefined && serviceRole !== owner.DB_USER) await grantRights(client, serviceRole);
    });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/** The service's own part: as the owner it prepares the database, as anybody else it looks whether that was done. */
export async function migrateOrLook(
  source: DataSource,
  config: DatabaseAddress & Retained,
): Promise<'ready' | 'not prepared'> {
  const client = await connected(clientConfig(config));
  try {
    if (await isOwner(client)) {
      await migrate(source, config, (guard) => keepMonths(guard, config));
      return 'ready';
    }
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM migrations WHERE has_table_privilege('audit_log', 'INSERT')`,
    );
    const done = new Set(rows.map(({ name }) => name));
    return MIGRATIONS.every(({ name }) => done.has(name)) ? 'ready' : 'not prepared';
  } catch (error) {
    if (NOT_THERE_YET.has((error as { code?: string }).code ?? '')) return 'not prepared';
    throw error;
  } finally {
    await client.end();
  }
}

export async function migrate(
  source: DataSource,
  owner: DatabaseAddress,
  andThen: (client: Client) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const guard = await connected(clientConfig(owner));
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (!source.isInitialized) await source.initialize();
    await source.runMigrations();
    await andThen(guard);
  } finally {
    await guard.end();
  }
}

async function keepMonths(client: Client, retained: Retained): Promise<void> {
  const { TRADES_RETENTION_MONTHS, AUDIT_RETENTION_MONTHS, CANDLES_RETENTION_MONTHS } = retained;
  await client.query(
    `UPDATE retention_limits SET months = CASE table_name
      WHEN 'trades' THEN $1::int WHEN 'audit_log' THEN $2::int ELSE $3::int END`,
    [TRADES_RETENTION_MONTHS, AUDIT_RETENTION_MONTHS, CANDLES_RETENTION_MONTHS],
  );
}

/** Nobody waits for an answer while the database is prepared, so a slow machine has its time. */
const PREPARED_WITHIN_MS = 10_000;

async function connected(address: ClientConfig): Promise<Client> {
  const client = new Client({ ...address, connectionTimeoutMillis: PREPARED_WITHIN_MS });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** No table, or no right to read it: the owner has not been here. */
const NOT_THERE_YET = new Set(['42P01', '42501']);
