import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { opened, startPostgres } from '@elvis/testing';
import { dataSourceOptions } from '../src/database/data-source';
import { migrate } from '../src/database/prepare';
import { ENTITIES } from '../src/database/entities';
import { MIGRATIONS } from '../src/database/migration-list';

describe('schema', () => {
  const postgres = opened(() => startPostgres());
  const address = opened(() => ({ ...postgres.env, DB_PORT: postgres.port }));
  const pool = opened(() => new Pool({ connectionString: postgres.url }));
  const sources = opened<DataSource[]>(
    () => [],
    (all) => Promise.all(all.filter((made) => made.isInitialized).map((made) => made.destroy())),
  );

  const source = (): DataSource => {
    const made = new DataSource(dataSourceOptions(address));
    sources.push(made);
    return made;
  };

  const tables = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
        AND relnamespace = 'public'::regnamespace AND relname <> 'migrations' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('comes from the migrations once, though two replicas start together', async () => {
    await Promise.all([migrate(source(), address), migrate(source(), address)]);
    const { rows } = await pool.query('SELECT name FROM migrations');
    expect(rows).toHaveLength(MIGRATIONS.length);
    expect(await tables()).toEqual(expect.arrayContaining(NAMED_IN_THE_DESIGN));
  });

  it('has every table and column that the entities name, with their types', async () => {
    const { rows } = await pool.query<{ name: string; type: string; nullable: boolean }>(
      `SELECT table_name || '.' || column_name AS name, udt_name AS type, is_nullable = 'YES' AS nullable
        FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const columns = new Map(rows.map((row) => [row.name, row]));
    for (const entity of ENTITIES) {
      const { tableName, columns: named } = sources
        .find(({ isInitialized }) => isInitialized)
        ?.getMetadata(entity) ?? {
        tableName: '',
        columns: [],
      };
      expect(named.length).toBeGreaterThan(0);
      for (const { databaseName, type, isNullable, isArray } of named) {
        const udt = { bigint: 'int8', boolean: 'bool' }[type as string] ?? (type as string);
        expect(columns.get(`${tableName}.${databaseName}`)).toEqual({
          name: `${tableName}.${databaseName}`,
          type: isArray ? `_${udt}` : udt,
          nullable: isNullable,
        });
      }
      const inTable = rows.filter(({ name }) => name.startsWith(`${tableName}.`));
      expect(inTable).toHaveLength(named.length);
    }
  });

  it.each`
    table            | columns
    ${'trades'}      | ${'bot_config_id, created_at DESC, id DESC'}
    ${'trades'}      | ${'symbol, created_at DESC, id DESC'}
    ${'bot_states'}  | ${'bot_config_id'}
    ${'bot_configs'} | ${'user_id'}
    ${'api_keys'}    | ${'user_id'}
  `('has an index on ($columns) of $table', async ({ table, columns }: Record<string, string>) => {
    const { rows } = await pool.query<{ definition: string }>(
      'SELECT indexdef AS definition FROM pg_indexes WHERE tablename = $1',
      [table],
    );
    expect(rows.map(({ definition }) => definition).join('\n')).toContain(`(${columns}`);
  });

  it('keeps money as NUMERIC and times as timestamptz', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'migrations'
          AND udt_name IN ('float4', 'float8', 'money', 'timestamp')`,
    );
    expect(rows).toEqual([]);
  });

  it('is undone step by step with rows in it, and comes back', async () => {
    await pool.query(`SELECT make_month_partition('trades', '2026-11-01')`);
    await pool.query(
      `INSERT INTO trades SELECT 'futures-BTCUSDT-1', '2026-11-05Z', '1', 'futures', 'BTCUSDT', 'a', '1', 'BUY',
        1, 1, 1, 0, 'USDT', 0, 0, true, NULL`,
    );
    const opened = sources.find(({ isInitialized }) => isInitialized) as DataSource;
    for (const _ of MIGRATIONS) await opened.undoLastMigration();
    expect(await tables()).toEqual([]);
    await migrate(opened, address);
    expect(await tables()).toEqual(expect.arrayContaining(NAMED_IN_THE_DESIGN));
  });
});

const NAMED_IN_THE_DESIGN = [
  'access_keys',
  'api_keys',
  'audit_log',
  'bot_configs',
  'bot_states',
  'decisions',
  'equity_snapshots',
  'orders',
  'trades',
  'users',
];
