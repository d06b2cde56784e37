import { ListTrades } from '@elvis/contracts';
import { randomUUID } from 'node:crypto';
import { Client, Pool, escapeLiteral } from 'pg';
import { DataSource } from 'typeorm';
import { opened, startPostgres } from '@elvis/testing';
import { EquityRecorder } from '../src/account/equity-recorder';
import { IncomeRecorder } from '../src/account/income-recorder';
import { DatabaseAddress, dataSourceOptions } from '../src/database/data-source';
import { Database, WALKING, Statement } from '../src/database/database';
import { migrate } from '../src/database/prepare';
import { Bookings } from '../src/figures/bookings';
import { Decisions } from '../src/lists/decisions';
import { Equity } from '../src/figures/equity';
import { Fees } from '../src/figures/fees';
import { Fifo } from '../src/figures/fifo';
import { Orders } from '../src/lists/orders';
import { PnlBreakdown } from '../src/figures/pnl-breakdown';
import { RollingStats } from '../src/figures/rolling-stats';
import { TradeDistribution } from '../src/figures/trade-distribution';
import { Trades } from '../src/lists/trades';
import { VolumeProfile } from '../src/figures/volume-profile';

const ROWS = 200_000;
const BOT = '00000000-0000-4000-8000-000000000007';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Subplans Removed'?: number;
  readonly Plans?: readonly Plan[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: Plan }];
}

const planIn = ([row]: readonly Explained[]): Plan => (row as Explained)['QUERY PLAN'][0].Plan;

const GENERIC = 'SELECT sum(custom_plans) AS custom FROM pg_prepared_statements';

describe('query plans on 200,000 trades', () => {
  const postgres = opened(() => startPostgres());
  const pool = opened(() => new Pool({ connectionString: postgres.url }));
  /** Plans as the service's own connections for walks do: once, for whatever values. */
  const walks = opened(() => new Client({ connectionString: postgres.url, options: WALKING }));
  const plans: Plan[] = [];

  /** Asks the database like the service's own, and asks first how it would answer. */
  const database = {
    rows: async (asked: Statement | string, values: unknown[] = []) => {
      const text = typeof asked === 'string' ? asked : asked.text;
      if (typeof asked !== 'string' && asked.isWalk) return walk(asked, values);
      const { rows } = await pool.query<Explained>(`EXPLAIN (FORMAT JSON) ${text}`, values);
      plans.push(planIn(rows));
      return (await pool.query(text, values)).rows as never;
    },
  } as unknown as Database;

  const walk = async ({ name, text }: Statement, values: unknown[]) => {
    const { rows: answer } = await walks.query({ name, text, values });
    const literals = values.map((value) => escapeLiteral(String(value))).join(', ');
    const { rows } = await walks.query<Explained>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE "${name}"${values.length > 0 ? `(${literals})` : ''}`,
    );
    plans.push(planIn(rows));
    return answer as never;
  };
  const income = { fetchedUntilMs: undefined } as unknown as IncomeRecorder;
  const account = { present: () => undefined } as unknown as EquityRecorder;

  beforeAll(async () => {
    const address: DatabaseAddress = { ...postgres.env, DB_PORT: postgres.port };
    const source = new DataSource(dataSourceOptions(address));
    await migrate(source, address);
    await source.destroy();
    await pool.query(
      `SELECT make_month_partition('trades', month::date)
        FROM generate_series(date '2026-01-01', date '2026-12-01', interval '1 month') AS month`,
    );
    await pool.query(
      `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
          quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker, bot_config_id)
        SELECT 'futures-' || n, timestamptz '2026-01-01Z' + n * interval '150 s', n::text, 'futures',
          (ARRAY['BTCUSDT', 'ETHUSDT', 'BNBUSDT', 'SOLUSDT'])[1 + n % 4] || CASE WHEN n % 5 = 0 THEN '' ELSE (n % 5)::text END, 'order-' || n / 2, n::text,
          CASE WHEN n % 2 = 0 THEN 'BUY' ELSE 'SELL' END, 60000 + n % 1000, 0.01, 600, 0.2, 'USDT', 0.2, n % 7 - 3, true,
          ('00000000-0000-4000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid
        FROM generate_series(1, ${ROWS}) AS n`,
    );
    await pool.query(
      `INSERT INTO orders SELECT 'order-' || n, 'futures', (ARRAY['BTCUSDT', 'ETHUSDT'])[1 + n % 2], 'BUY', 'LIMIT',
          'GTC', 1, 1, NULL, NULL, NULL, NULL, NULL,
          ('00000000-0000-4000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid, 1, 1, 'FILLED', NULL, NULL, 'd', 'a', n::text,
          timestamptz '2026-01-01Z' + n * interval '5 min', now(), n, false
        FROM generate_series(1, 50000) AS n`,
    );
    await pool.query(
      `INSERT INTO decisions SELECT gen_random_uuid(), 'order-' || n, 'a', 'futures', 'BTCUSDT', NULL, 'APPROVED', NULL,
          NULL, '{}', '{}', NULL, NULL, timestamptz '2026-01-01Z' + n * interval '5 min'
        FROM generate_series(1, 20000) AS n`,
    );
    await pool.query(
      `INSERT INTO equity_snapshots SELECT 'futures', 'USDT', timestamptz '2026-01-01Z' + n * interval '1 min', 1, 1, 1, '[]'
        FROM generate_series(1, 20000) AS n`,
    );
    await pool.query('ANALYZE');
    await walks.connect();
  });

  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

  const explained = async (ask: () => Promise<unknown>): Promise<Plan[]> => {
    plans.length = 0;
    await ask();
    return plans.flatMap(nodes);
  };

  const indexesOf = (all: readonly Plan[]): string =>
    [
      ...new Set(
        all.flatMap((node) => node['Index Name'] ?? []).map((name) => name.replace(/_2026_\d\d/, '')),
      ),
    ]
      .sort()
      .join(' ');

  const MIDDLE = '2026-06-15T12:00:00.000000Z~futures-95000';
  const month = { fromMs: Date.UTC(2026, 5, 1), toMs: Date.UTC(2026, 6, 1) };
  const page = (filter: Partial<ListTrades>) => () =>
    new Trades(database).page({ direction: 'older', limit: 50, cursor: MIDDLE, ...filter });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a page of everything', page({}), /^trades_pkey$/],
    ['a page of everything forward', page({ direction: 'newer' }), /^trades_pkey$/],
    [
      'the first page of a bot',
      page({ botConfigId: BOT, cursor: undefined }),
      /^trades_bot_config_id_created_at_id_idx$/,
    ],
    ['a page of a bot', page({ botConfigId: BOT }), /^trades_bot_config_id_created_at_id_idx$/],
    [
      'a page of a bot forward',
      page({ botConfigId: BOT, direction: 'newer' }),
      /^trades_bot_config_id_created_at_id_idx$/,
    ],
    ['a page of a symbol', page({ symbol: 'BTCUSDT' }), /^trades_symbol_created_at_id_idx$/],
    ['the first page of everything', page({ cursor: undefined }), /^trades_pkey$/],
    ['the first page of one side', page({ side: 'BUY', cursor: undefined }), /^trades_pkey$/],
    [
      'the largest page of a bot',
      page({ botConfigId: BOT, limit: 1_000 }),
      /^trades_bot_config_id_created_at_id_idx$/,
    ],
    [
      'a page of a bot in a month',
      page({ botConfigId: BOT, cursor: undefined, ...month }),
      /^trades_bot_config_id_created_at_id_idx$/,
    ],
  ])('%s walks its index in order and sorts nothing', async (_, ask, index) => {
    const all = await explained(ask);
    expect(indexesOf(all)).toMatch(index);
    const kinds = new Set(all.map((node) => node['Node Type']));
    expect([...kinds].filter((kind) => /Sort|Seq Scan|Bitmap/.test(kind))).toEqual([]);
  });

  it('a page is planned once for all cursors and still opens only months that it may hold', async () => {
    const opened = async (filter: Partial<ListTrades>): Promise<number> =>
      (await explained(page({ botConfigId: BOT, ...filter }))).filter((node) => node['Relation Name']).length;
    const { rows: before } = await walks.query(GENERIC);
    expect(await opened({ cursor: '2026-03-15T12:00:00.000000Z~futures-1' })).toBe(3);
    expect(await opened({ cursor: '2026-11-15T12:00:00.000000Z~futures-1' })).toBe(11);
    const { rows: after } = await walks.query(GENERIC);
    expect(after).toEqual(before);
    expect(after).toEqual([{ custom: '0' }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the count of a bot', () => new Trades(database).count({ botConfigId: BOT, ...month })],
    ['the fees of a bot', () => new Fees(database).of({ botConfigId: BOT, ...month, period: 'day' })],
    ['the stats of a bot', () => new RollingStats(database).stats({ botConfigId: BOT, ...month })],
    ['the distribution of a bot', () => new TradeDistribution(database).of({ botConfigId: BOT, ...month })],
  ])('%s over a month reads one partition by its index', async (_, ask) => {
    const all = (await explained(ask)).filter((node) => node['Relation Name']?.startsWith('trades'));
    // Spot fills are worked through from the first one, by an index of their own.
    const pages = all.filter(
      (node) => !/^trades_\d{4}_\d\d_created_at_id_idx/.test(node['Index Name'] ?? ''),
    );
    expect(new Set(pages.map((node) => node['Relation Name']))).toEqual(new Set(['trades_2026_06']));
    expect(indexesOf(await explained(ask))).toContain('trades_bot_config_id_created_at_id_idx');
    expect(all.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['over a month', () => profit({ ...month })],
    ['over all time', () => profit({})],
  ])('the profit of a bot %s is read from the sums of its days', async (_, ask) => {
    const all = await explained(ask);
    expect(indexesOf(all)).toContain('trade_days_bot_config_id_day_market_symbol_key');
    // Spot fills are worked through from the first one, by an index of their own.
    const fills = all.filter((node) => node['Relation Name']?.startsWith('trades'));
    expect(
      fills.filter((node) => !/^trades_\d{4}_\d\d_created_at_id_idx/.test(node['Index Name'] ?? '')),
    ).toEqual([]);
  });

  const profit = (time: { readonly fromMs?: number; readonly toMs?: number }): Promise<unknown> =>
    new PnlBreakdown(database, account, income, new Bookings(database), new Fifo(database)).of({
      botConfigId: BOT,
      ...time,
      by: 'day',
      method: 'average',
    });

  it('the volume profile of a symbol over a day reads its index', async () => {
    const day = { fromMs: Date.UTC(2026, 5, 3), toMs: Date.UTC(2026, 5, 4) };
    const all = await explained(() =>
      new VolumeProfile(database).of({ symbol: 'BTCUSDT', buckets: 10, ...day }),
    );
    expect(indexesOf(all)).toContain('trades_symbol_created_at_id_idx');
    expect(all.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  });

  it('the trades of an order are found by it', async () => {
    expect(indexesOf(await explained(page({ clientOrderId: 'order-777', cursor: undefined })))).toContain(
      'client_order_id_idx',
    );
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['an order', () => new Orders(database).find({ clientOrderId: 'order-7' }), /^orders_pkey$/],
    ['a page of orders', () => new Orders(database).page({ limit: 50 }), /^orders_created$/],
    [
      'a page of the orders of a symbol',
      () => new Orders(database).page({ symbol: 'BTCUSDT', limit: 50 }),
      /^orders_(symbol_)?created$/,
    ],
    [
      'a page of the orders of a bot',
      () => new Orders(database).page({ botConfigId: BOT, limit: 50 }),
      /^orders_bot_created$/,
    ],
    [
      'a decision',
      () => new Decisions(database).find({ decisionId: randomUUID() }).catch(() => undefined),
      /^decisions_pkey$/,
    ],
    [
      'the decision on an order',
      () => new Decisions(database).find({ clientOrderId: 'order-7' }),
      /^decisions_order$/,
    ],
    [
      'equity',
      () =>
        new Equity(database).of({
          market: 'futures',
          asset: 'USDT',
          interval: 'raw',
          limit: 100,
          fromMs: Date.UTC(2026, 0, 2),
        }),
      /^equity_snapshots_(pkey|created)$/,
    ],
  ])('%s is read by its index', async (_, ask, index) => {
    const all = await explained(ask);
    expect(indexesOf(all)).toMatch(index);
    expect(all.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });
});
