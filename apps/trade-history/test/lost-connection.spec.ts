import { Health, createLog, loadConfig } from '@elvis/platform';
import { PrivatePostgres, startPostgres, until } from '@elvis/testing';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { clientConfig, dataSourceOptions } from '../src/database/data-source';
import { Database } from '../src/database/database';
import { prepareDatabase } from '../src/database/prepare';
import { TradeHistoryConfig } from '../src/trade-history.config';

describe('a database that dies', () => {
  let postgres: PrivatePostgres;
  let database: Database;
  let other: Pool;

  beforeAll(async () => {
    postgres = await startPostgres();
    const environment = { NATS_URL: 'nats://127.0.0.1:1', LOG_LEVEL: 'fatal' };
    const owner = loadConfig(TradeHistoryConfig, { ...postgres.env, ...environment });
    await prepareDatabase(owner, owner, postgres.serviceEnv.DB_USER);
    const config = loadConfig(TradeHistoryConfig, { ...postgres.serviceEnv, ...environment });
    other = new Pool(clientConfig(config));
    database = new Database(
      new DataSource(dataSourceOptions(config)),
      config,
      new Health(),
      createLog('spec', 0, 'silent'),
    );
    database.onApplicationBootstrap();
    await database.untilMigrated();
  });
  afterAll(async () => {
    database.onModuleDestroy();
    await database.onApplicationShutdown();
    await other.end();
    await postgres.stop();
  });

  it('between two statements of a transaction fails the transaction, and neither the process nor the next one', async () => {
    const cut = database.transaction(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await ended;
      await client.query('SELECT 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const next = (): Promise<string> => database.transaction(() => Promise.resolve('stored')).catch(() => '');
    await until(async () => (await next()) === 'stored', 'the next transaction');
  });
});
