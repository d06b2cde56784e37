import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeLiteral } from 'pg';
import { DataSource } from 'typeorm';
import { ensureDatabase, opened, projectRoot, startPostgresServer, superuser } from '@elvis/testing';
import { DatabaseAddress, dataSourceOptions } from '../src/database/data-source';
import { MIGRATIONS } from '../src/database/migration-list';
import { migrate, migrateOrLook, prepareDatabase } from '../src/database/prepare';

const KEEP = { TRADES_RETENTION_MONTHS: 0, AUDIT_RETENTION_MONTHS: 0, CANDLES_RETENTION_MONTHS: 0 };
const WITHOUT_THE_ROLE = 3;
const USER = '5a3e9d1c-6a52-4c1e-8d2f-0b7c6e5f4a31';

/** As events told of fills that Elvis did not make, before they were kept as trades; one of them came twice. */
const byOthers = (clientOrderId: string, tradeId: string) => ({
  data: {
    fill: {
      ...{ tradeId, market: 'futures', symbol: 'BTCUSDT', clientOrderId, exchangeOrderId: '7', side: 'SELL' },
      ...{
        price: '61733.10',
        quantity: '0.010',
        quoteQuantity: '617.331',
        fee: '0.2469324',
        feeAsset: 'USDT',
      },
      ...{ realizedPnl: '-3.5', isMaker: false, tradedAtMs: Date.UTC(2026, 9, 31, 23, 59, 59, 7) },
    },
  },
});
const BY_OTHERS = [byOthers('web_1', '11'), byOthers('autoclose-17', '12'), byOthers('autoclose-17', '12')];

describe("a database from before the service's own role", () => {
  const server = opened(() => startPostgresServer());
  const owner = opened(() => ({
    DB_HOST: '127.0.0.1',
    DB_PORT: server.port,
    DB_USER: 'elvis',
    DB_PASSWORD: 'of-the-owner',
    DB_NAME: 'elvis',
  }));

  const clients = opened<Client[]>(
    () => [],
    (all) => Promise.all(all.map((client) => client.end().catch(() => undefined))),
  );

  const asked = async (address: DatabaseAddress, ...statements: string[]): Promise<unknown[]> => {
    const { DB_HOST: host, DB_PORT: port, DB_USER: user, DB_PASSWORD: password, DB_NAME: database } = address;
    const client = new Client({ host, port, user, password, database });
    clients.push(client);
    await client.connect();
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query<object>(statement));
    return rows;
  };

  beforeAll(async () => {
    await ensureDatabase(superuser(server.port, server.superPassword), {
      user: owner.DB_USER,
      password: owner.DB_PASSWORD,
      name: owner.DB_NAME,
    });
    const source = new DataSource({
      ...dataSourceOptions(owner),
      migrations: MIGRATIONS.slice(0, WITHOUT_THE_ROLE),
    });
    await migrate(source, owner);
    await source.destroy();
    await asked(
      owner,
      `SELECT make_month_partition('trades', '2026-11-01')`,
      `INSERT INTO trades SELECT 'futures-BTCUSDT-1', '2026-11-05Z', '1', 'futures', 'BTCUSDT', 'a', '1', 'BUY',
        1, 1, 1, 0.25, 'USDT', 0.25, 7, true, NULL`,
      `INSERT INTO users (id, email, password_hash) VALUES ('${USER}', 'ada@desk.example', 'x')`,
      `INSERT INTO access_keys (name, key_hash, user_id) VALUES ('of a user', 'a', '${USER}'), ('of a program', 'b', NULL)`,
      `SELECT make_month_partition('audit_log', '2026-11-01')`,
      `INSERT INTO audit_log SELECT n, '2026-11-06Z', n, 'event-' || n, 'elvis.event.account.external-fill', '2026-11-06Z',
        'exchange', body, '' FROM unnest(ARRAY[${BY_OTHERS.map((event) => escapeLiteral(JSON.stringify(event))).join()}])
        WITH ORDINALITY AS told (body, n)`,
    );
  });

  it('serves as that role after what the runbook has one do by hand', async () => {
    const runbook = readFileSync(join(projectRoot(), 'docs/runbook.md'), 'utf8');
    const sql = /<<'SQL'\n([^]*?elvis_service[^]*?)\n *SQL\n/.exec(runbook)?.[1] ?? '';
    const service = { ...owner, DB_USER: 'elvis_service', DB_PASSWORD: "of the'service" };
    await asked(
      { ...owner, DB_USER: 'postgres', DB_PASSWORD: server.superPassword },
      sql.replace(`:'service_password'`, escapeLiteral(service.DB_PASSWORD)),
    );
    const source = new DataSource(dataSourceOptions(service));
    expect(await migrateOrLook(source, { ...service, ...KEEP })).toBe('not prepared');
    await prepareDatabase(owner, KEEP, service.DB_USER);
    expect(await migrateOrLook(source, { ...service, ...KEEP })).toBe('ready');

    expect(
      await asked(service, 'SELECT origin, realized, fees, unconverted FROM trade_days ORDER BY 1'),
    ).toEqual([
      { origin: 'elvis', realized: '7', fees: '0.25', unconverted: '0' },
      // Whose fee finds its quote once somebody tells the symbol's assets.
      { origin: 'external', realized: '-3.5', fees: '0', unconverted: '0.2469324' },
      { origin: 'liquidation', realized: '-3.5', fees: '0', unconverted: '0.2469324' },
    ]);
    expect(
      await asked(service, `SELECT id, created_at, price::text FROM trades WHERE origin = 'liquidation'`),
    ).toEqual([
      {
        id: 'futures-BTCUSDT-00000000000012-SELL',
        created_at: new Date('2026-10-31T23:59:59.007Z'),
        price: '61733.10',
      },
    ]);
    // Who made a key was not kept then: none of them is the second person of a clear.
    expect(await asked(service, 'SELECT persons, made_by FROM access_keys ORDER BY key_hash')).toEqual([
      { persons: [`user:${USER}`, 'key:unknown'], made_by: null },
      { persons: ['key:unknown'], made_by: null },
    ]);
    expect(await asked(service, 'SELECT credential_version FROM users')).toEqual([{ credential_version: 0 }]);
    expect(await asked(service, `SELECT make_month_partition('trades', '2026-12-01')`)).toHaveLength(1);
    await expect(asked(service, 'UPDATE trades SET price = 2')).rejects.toMatchObject({ code: '42501' });
    await expect(asked(service, 'CREATE TABLE its_own (n int)')).rejects.toMatchObject({ code: '42501' });
  });
});
