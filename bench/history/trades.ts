/** Millions of trades, made in the database itself: 200 bots, 20 symbols, a year of months. */
import { Pool, PoolClient } from 'pg';

export const BOTS = 200;
export const YEAR_START = Date.UTC(2025, 0, 1);
const YEAR_SECONDS = 365 * 86_400;
const CHUNK = 250_000;

export const botId = (number: number): string => `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`;

/** Fills `trades`; its indexes and sums are taken away first and made anew after, which is quicker than keeping them. */
export async function makeTrades(pool: Pool, count: number): Promise<void> {
  await pool.query(
    `SELECT make_month_partition('trades', month::date)
      FROM generate_series(date '2025-01-01', date '2025-12-01', interval '1 month') AS month`,
  );
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
      WHERE tablename = 'trades' AND indexname <> 'trades_pkey'`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  await pool.query('ALTER TABLE trades DISABLE TRIGGER USER');
  const chunks = Array.from({ length: Math.ceil(count / CHUNK) }, (_, index) => index * CHUNK);
  let made = 0;
  await inTurns(pool, chunks, async (client, from) => {
    const to = Math.min(from + CHUNK, count);
    await client.query(MAKE, [from + 1, to, count]);
    made += to - from;
    process.stdout.write(`\r${made.toLocaleString('en')} trades`);
  });
  process.stdout.write('\n');
  // On the parent first: its months' indexes, made by two connections at a time, then join it.
  const { rows: months } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'trades'::regclass ORDER BY relname`,
  );
  await inTurns(
    pool,
    months.map(({ name }) => name),
    async (client, month) => {
      for (const { definition } of indexes) {
        await client.query(
          definition.replace(/INDEX \S+ ON (ONLY )?public\.trades /, `INDEX ON public.${month} `),
        );
      }
    },
  );
  // A month's index that fits is taken as it is.
  for (const { definition } of indexes) await pool.query(definition.replace(' ON ONLY ', ' ON '));
  await pool.query('ALTER TABLE trades ENABLE TRIGGER USER');
  await pool.query('SELECT rebuild_trade_days()');
  await pool.query('VACUUM ANALYZE trades, trade_days');
}

const MAKE = `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
    quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker, bot_config_id,
    result, closes, own_result, own_closes)
  SELECT 'futures-S' || lpad(n::text, 14, '0'),
    date_trunc('milliseconds', timestamptz '2025-01-01Z' + (n - 1) * (${YEAR_SECONDS}.0 / $3) * interval '1 s'), n::text,
    'futures', 'SYM' || n % 20 || 'USDT', 'order-' || n / 2, n::text,
    CASE WHEN n % 2 = 0 THEN 'BUY' ELSE 'SELL' END, 60000 + n % 1000, 0.01, 600 + (n % 1000) / 100.0, 0.24, 'USDT',
    0.24, CASE WHEN n % 2 = 0 THEN 0 ELSE n % 9 - 3 END, n % 3 = 0,
    ('00000000-0000-4000-8000-' || lpad((hashint4(n / 2) & 2147483647) % ${BOTS} || '', 12, '0'))::uuid,
    CASE WHEN n % 2 = 0 THEN 0 ELSE n % 9 - 3 END, n % 2 = 1, CASE WHEN n % 2 = 0 THEN 0 ELSE n % 9 - 3 END, n % 2 = 1
  FROM generate_series($1::int, $2::int) AS n`;

/** Two connections, as this machine has two cores, take one piece of work after the other. */
async function inTurns<Piece>(
  pool: Pool,
  pieces: readonly Piece[],
  work: (client: PoolClient, piece: Piece) => Promise<void>,
): Promise<void> {
  const left = [...pieces];
  await Promise.all(
    [1, 2].map(async () => {
      const client = await pool.connect();
      try {
        await client.query(`SET synchronous_commit = off`);
        await client.query(`SET maintenance_work_mem = '256MB'`);
        for (let piece = left.shift(); piece !== undefined; piece = left.shift()) await work(client, piece);
      } finally {
        client.release(true);
      }
    }),
  );
}
