import { Client } from 'pg';
import { opened, until } from '@elvis/testing';
import { aFill, anOrder, filled } from './events';
import { History } from './harness';

const REFUSED = { code: '42501' };
/** Written once and never again, and what is known differently later. */
const RECORDS = [
  'audit_checkpoints',
  'backtest_trials',
  'audit_log',
  'bot_config_revisions',
  'bot_states',
  'candle_days',
  'candles',
  'dead_letters',
  'decisions',
  'equity_snapshots',
  'event_ids',
  'go_no_go_decisions',
  'go_no_go_gates',
  'go_no_go_papers',
  'income',
  'proofs',
  'recorded_prices',
  'superseded_orders',
  'trades',
];
const PRESENT = [
  'alerts',
  'backtests',
  'access_keys',
  'api_keys',
  'book_marks',
  'books',
  'bot_config_changes',
  'bot_configs',
  'bot_runs',
  'bot_steps',
  'clearance_events',
  'clearances',
  'go_no_go_runs',
  'instruments',
  'orders',
  'statements',
  'users',
];

describe('the role that the service signs in as', () => {
  const history = opened(() => History.start());
  const service = opened(
    () =>
      new Client({
        host: '127.0.0.1',
        port: history.postgres.port,
        user: history.postgres.serviceEnv.DB_USER,
        password: history.postgres.serviceEnv.DB_PASSWORD,
        database: history.postgres.name,
      }),
  );

  beforeAll(async () => {
    const order = anOrder('rights-1');
    await history.publisher.publish([filled(order, 1, aFill(order, '1'))]);
    await until(async () => (await history.count('audit_log')) === 1);
    await service.connect();
  });

  it('is the one that the running service uses', async () => {
    const { rows } = await history.pool.query<{ user: string }>(
      `SELECT DISTINCT usename AS user FROM pg_stat_activity
        WHERE application_name = 'elvis-trade-history' AND datname = current_database()`,
    );
    expect(rows).toEqual([{ user: history.postgres.serviceEnv.DB_USER }]);
  });

  it.each(RECORDS)('adds to %s and can neither change, delete nor truncate it', async (table) => {
    const { rows } = await service.query<Record<string, boolean>>(
      `SELECT has_table_privilege($1, 'INSERT') AS "INSERT", has_table_privilege($1, 'UPDATE') AS "UPDATE",
        has_table_privilege($1, 'DELETE') AS "DELETE", has_table_privilege($1, 'TRUNCATE') AS "TRUNCATE"`,
      [table],
    );
    expect(rows).toEqual([{ INSERT: true, UPDATE: false, DELETE: false, TRUNCATE: false }]);
  });

  it('may write into no table but those and what is known differently later, and reads every one', async () => {
    const { rows } = await service.query<{ name: string; writes: boolean; reads: boolean }>(
      `SELECT relname AS name, has_table_privilege(oid, 'SELECT') AS reads,
          has_table_privilege(oid, 'INSERT') OR has_table_privilege(oid, 'UPDATE') AS writes
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    expect(
      rows
        .filter(({ writes }) => writes)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...RECORDS, ...PRESENT].sort());
    expect(rows.filter(({ reads }) => !reads)).toEqual([]);
  });

  it('may delete from no table at all, nor own one', async () => {
    const { rows } = await service.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND (has_table_privilege(oid, 'DELETE') OR has_table_privilege(oid, 'TRUNCATE')
          OR pg_get_userbyid(relowner) = current_user)`,
    );
    expect(rows).toEqual([]);
  });

  it.each`
    what                                     | sql
    ${'edit an entry'}                       | ${`UPDATE audit_log SET body = '{}'`}
    ${'delete an entry'}                     | ${'DELETE FROM audit_log'}
    ${'empty the log'}                       | ${'TRUNCATE audit_log'}
    ${'go round by the month'}               | ${'DELETE FROM {month}'}
    ${'write into the month itself'}         | ${`INSERT INTO {month} SELECT * FROM audit_log`}
    ${'drop the month'}                      | ${'DROP TABLE {month}'}
    ${'take the trigger off'}                | ${'ALTER TABLE audit_log DISABLE TRIGGER ALL'}
    ${'replace the function of the trigger'} | ${`CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''`}
    ${'change a fill'}                       | ${'UPDATE trades SET price = 1'}
    ${'delete a fill'}                       | ${'DELETE FROM trades'}
    ${'change what a day came to'}           | ${'UPDATE trade_days SET fees = 0'}
    ${'add to what a day came to'}           | ${'INSERT INTO trade_days SELECT * FROM trade_days'}
    ${'work the days out anew'}              | ${'SELECT rebuild_trade_days()'}
    ${'add to what was booked in a day'}     | ${'INSERT INTO income_days SELECT * FROM income_days'}
    ${'work the results out again'}          | ${'SELECT rebuild_books()'}
    ${'forget that an event was there'}      | ${'DELETE FROM event_ids'}
    ${'take a checkpoint back'}              | ${'DELETE FROM audit_checkpoints'}
    ${'allow itself to drop months'}         | ${'UPDATE retention_limits SET months = 1'}
    ${'make a table'}                        | ${'CREATE TABLE its_own (n int)'}
    ${'become the owner'}                    | ${'SET ROLE {owner}'}
    ${'make a month of another table'}       | ${`SELECT make_month_partition('orders', '2026-11-01')`}
  `('is refused when it tries to $what', async ({ sql }: { sql: string }) => {
    const { rows } = await history.pool.query<{ month: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS month FROM audit_log',
    );
    const attempt = sql
      .replace('{month}', rows[0]?.month ?? '')
      .replace('{owner}', `"${history.postgres.user}"`);
    await expect(service.query(attempt)).rejects.toMatchObject(REFUSED);
    expect(await history.count('audit_log')).toBe(1);
    expect(await history.count('trades')).toBe(1);
  });

  it('drops no month that the owner wants kept', async () => {
    const { rows } = await service.query(
      `SELECT drop_month_partition('trades', '2026-11-01') AS trades, drop_month_partition('audit_log', '2026-11-01') AS audit`,
    );
    expect(rows).toEqual([{ trades: false, audit: false }]);
  });
});
