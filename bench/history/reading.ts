/** Reading: pages at any depth, counts, stats and summaries, over REST and in bare SQL, beside what the old ways cost. */
import { ListTrades } from '@elvis/contracts';
import { Pool, QueryConfig } from 'pg';
import { Database } from '../../apps/trade-history/src/database/database';
import { Trades } from '../../apps/trade-history/src/lists/trades';
import { benchExport } from './exporting';
import { RunningHistory, startHistory } from './history';
import { Latency, latenciesInTurns, latencyOf, verdict } from './measure';
import { BOTS, botId, makeTrades } from './trades';

const PAGE = 50;
const MONTH = { from: '2025-06-01', to: '2025-07-01' };
/** Rounds until the engine has compiled what a page runs through; before that each is quicker than the one before. */
const WARM = 1_500;
/** For what takes long by design: a few times are enough to see it. */
const SELDOM = { windowMs: 0, least: 3, warmUp: 1 };

export async function benchReading(count: number, exported: number): Promise<void> {
  const history = await startHistory();
  try {
    console.log(`Making ${count.toLocaleString('en')} trades`);
    const started = performance.now();
    await makeTrades(history.pool, count);
    await history.settle();
    console.log(`made, indexed and on disk in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
    const pages = await benchPages(history);
    const figures = await benchFigures(history);
    const old = await benchOldWays(history, count);
    print([...pages.sql, ...pages.rest, pages.hop, pages.bare, ...figures.all, ...old]);
    const worst = (list: readonly Latency[], pick: (latency: Latency) => number): number =>
      Math.max(...list.map(pick));
    console.log(`page SQL p99 under 2 ms at any depth: ${verdict(worst(pages.sql, ({ p99 }) => p99) < 2)}`);
    console.log(`page REST p50 under 3 ms at any depth: ${verdict(worst(pages.rest, ({ p50 }) => p50) < 3)}`);
    const ratio = worst(pages.rest, ({ p99 }) => p99) / pages.hop.p99;
    console.log(`page REST p99 at most 2 x the empty hop: ${verdict(ratio <= 2)} (${ratio.toFixed(2)} x)`);
    const { counts, stats } = figures;
    console.log(
      `count p99 under 50 ms: ${verdict(counts.p99 < 50)}; stats p99 under 50 ms: ${verdict(stats.p99 < 50)}`,
    );
    await benchExport(history, exported, count);
  } finally {
    await history.stop();
  }
}

async function benchPages({ pool, walks, read }: RunningHistory) {
  const bot = botId(7);
  const depths = await depthsOf(pool, bot);
  const asked = await Promise.all(
    depths.map(
      async ([name, cursor]) =>
        [name, await pageStatement({ botConfigId: bot, cursor, direction: 'older', limit: PAGE })] as const,
    ),
  );
  const sql = await latenciesInTurns(
    asked.map(([name, statement]) => [`page SQL, ${name}`, () => walks.query(statement)] as const),
    { warmUp: WARM },
  );
  const pages = depths.map(([name, cursor]) => {
    const path = `/api/v1/trades?botConfigId=${bot}&limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`;
    return [`page REST, ${name}`, () => read(path)] as const;
  });
  const beside = [
    ['empty hop REST: a page without rows', () => read('/api/v1/trades?symbol=NONEUSDT&limit=1')],
    ['a refusal by the service, without the database', () => read('/api/v1/trades?cursor=none', 400)],
  ] as const;
  const all = await latenciesInTurns([...pages, ...beside], { warmUp: WARM });
  const [hop, bare] = all.slice(pages.length) as [Latency, Latency];
  return { sql, rest: all.slice(0, pages.length), hop, bare };
}

async function benchFigures({ read }: RunningHistory) {
  const range = (round: number): string =>
    `botConfigId=${botId(round % BOTS)}&from=${MONTH.from}&to=${MONTH.to}`;
  const counts = await latencyOf('count REST, one bot, a month', (round) =>
    read(`/api/v1/trades/count?${range(round)}`),
  );
  const stats = await latencyOf('stats REST, one bot, a month', (round) =>
    read(`/api/v1/rolling_stats?botConfigId=${botId(round % BOTS)}&windows=30d&to=${MONTH.to}`),
  );
  const profit = await latencyOf(
    'profit REST, one bot, all time, by day',
    (round) => read(`/api/v1/pnl_breakdown?botConfigId=${botId(round % BOTS)}&by=day`),
    { least: 20 },
  );
  const whole = await latencyOf(
    'performance REST, one bot, all time',
    (round) => read(`/api/v1/bots/${botId(round % BOTS)}/performance`),
    SELDOM,
  );
  const summary = await latencyOf(
    'summary REST, all bots, all time',
    () => read('/api/v1/bots/summary'),
    SELDOM,
  );
  return { counts, stats, all: [counts, stats, profit, whole, summary] };
}

async function benchOldWays({ pool }: RunningHistory, count: number): Promise<Latency[]> {
  const offset = await latencyOf(
    'OFFSET to the middle',
    () =>
      pool.query(`SELECT * FROM trades ORDER BY created_at DESC, id DESC OFFSET $1 LIMIT ${PAGE}`, [
        count >> 1,
      ]),
    SELDOM,
  );
  const scan = await latencyOf(
    'summary of all bots by a scan',
    () =>
      pool.query(`SELECT bot_config_id, sum(realized_pnl), sum(fee_quote), count(*), sum(quote_quantity),
        max(created_at) FROM trades GROUP BY bot_config_id`),
    SELDOM,
  );
  return [offset, await withoutIndexes(pool), scan];
}

/** What the service itself asks the database for this page. */
async function pageStatement(wish: ListTrades): Promise<QueryConfig> {
  const asked: QueryConfig[] = [];
  const database: Pick<Database, 'rows'> = {
    rows: (statement, values) => {
      asked.push({ ...(typeof statement === 'string' ? { text: statement } : statement), values });
      return Promise.resolve([]);
    },
  };
  await new Trades(database as Database).page(wish);
  const [first] = asked;
  if (!first) throw new Error('No page without a question');
  return first;
}

/** Where the first, the middle and the last page of a bot begin. */
async function depthsOf(pool: Pool, bot: string): Promise<[string, string][]> {
  const { rows } = await pool.query<{ cursor: string }>(
    `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '~' || id AS cursor FROM trades
      WHERE bot_config_id = $1 ORDER BY created_at DESC, id DESC`,
    [bot],
  );
  const at = (index: number): string => rows[index]?.cursor ?? '';
  return [
    ['first', '2026-01-01T00:00:00.000000Z~zzz'],
    ['middle', at(rows.length >> 1)],
    ['last', at(rows.length - PAGE - 1)],
  ];
}

/** The page in the middle read as if there were no index to read it by. */
async function withoutIndexes(pool: Pool): Promise<Latency> {
  const bot = botId(7);
  const cursor = (await depthsOf(pool, bot))[1]?.[1] ?? '';
  const { text, values } = await pageStatement({ botConfigId: bot, cursor, direction: 'older', limit: PAGE });
  const client = await pool.connect();
  try {
    for (const way of ['indexscan', 'indexonlyscan', 'bitmapscan'])
      await client.query(`SET enable_${way} = off`);
    return await latencyOf('page SQL without indexes', () => client.query({ text, values }), SELDOM);
  } finally {
    client.release(true);
  }
}

function print(latencies: readonly Latency[]): void {
  console.table(
    latencies.map(({ what, p50, p99, count: rounds }) => ({
      what,
      'p50 ms': p50.toFixed(2),
      'p99 ms': p99.toFixed(2),
      rounds,
    })),
  );
}
