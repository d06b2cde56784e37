/** Reading: pages at any depth, counts, stats and exports, over REST and in bare SQL, beside what the old ways cost. */
import { Agent, IncomingMessage, request } from 'node:http';
import { Pool } from 'pg';
import { startStack } from '../../scripts/stack';
import { Latency, growthWhile, latencyOf, verdict } from './measure';
import { BOTS, YEAR_START, botId, makeTrades } from './trades';

const PAGE = 50;
const MONTH = { from: '2025-06-01', to: '2025-07-01' };

export async function benchReading(count: number, exported: number): Promise<void> {
  const running = await startStack({ env: { RATE_LIMIT_DEFAULT: 'off' } });
  const { stack } = running;
  const pool = new Pool({ ...stack.database, database: stack.database.name, max: 4 });
  const agent = new Agent({ keepAlive: true });
  const get = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const call = request(
        `${stack.gatewayUrl}${path}`,
        { agent, headers: { 'x-api-key': stack.apiKey } },
        resolve,
      );
      call.on('error', reject).end();
    });
  const read = async (path: string): Promise<string> => {
    const response = await get(path);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`);
    return text;
  };
  try {
    console.log(`Making ${count.toLocaleString('en')} trades`);
    const makingStarted = performance.now();
    await makeTrades(pool, count);
    console.log(
      `made, indexed and analysed in ${((performance.now() - makingStarted) / 1_000).toFixed(0)} s`,
    );
    const bot = botId(7);
    const depths = await depthsOf(pool, bot);
    const sql: Latency[] = [];
    const rest: Latency[] = [];
    for (const [name, key] of depths) {
      sql.push(
        await latencyOf(`page SQL, ${name}`, () => pool.query({ ...PAGE_SQL, values: [bot, ...key, PAGE] })),
      );
      const cursor = encodeURIComponent(`${key[0]}~${key[1]}`);
      rest.push(
        await latencyOf(`page REST, ${name}`, () =>
          read(`/api/v1/trades?botConfigId=${bot}&limit=${PAGE}&cursor=${cursor}`),
        ),
      );
    }
    const hop = await latencyOf('empty hop REST', () => read('/api/v1/trades?symbol=NONEUSDT&limit=1'));
    const range = (round: number): string =>
      `botConfigId=${botId(round % BOTS)}&from=${MONTH.from}&to=${MONTH.to}`;
    const counts = await latencyOf('count REST, one bot, a month', (round) =>
      read(`/api/v1/trades/count?${range(round)}`),
    );
    const stats = await latencyOf('stats REST, one bot, a month', (round) =>
      read(`/api/v1/rolling_stats?botConfigId=${botId(round % BOTS)}&windows=30d&to=${MONTH.to}`),
    );
    const offset = await latencyOf(
      'OFFSET to the middle',
      () =>
        pool.query(`SELECT * FROM trades ORDER BY created_at DESC, id DESC OFFSET $1 LIMIT ${PAGE}`, [
          count >> 1,
        ]),
      { windowMs: 0, least: 3, warmUp: 1 },
    );
    const unindexed = await withoutIndexes(pool, bot, depths[1]?.[1] ?? ['', '']);
    console.table(
      [...sql, ...rest, hop, counts, stats, offset, unindexed].map(({ what, p50, p99, count: rounds }) => ({
        what,
        'p50 ms': p50.toFixed(2),
        'p99 ms': p99.toFixed(2),
        rounds,
      })),
    );
    const worst = (list: readonly Latency[], pick: (latency: Latency) => number): number =>
      Math.max(...list.map(pick));
    console.log(`page SQL p99 under 2 ms at any depth: ${verdict(worst(sql, ({ p99 }) => p99) < 2)}`);
    console.log(`page REST p50 under 3 ms at any depth: ${verdict(worst(rest, ({ p50 }) => p50) < 3)}`);
    const ratio = worst(rest, ({ p99 }) => p99) / hop.p99;
    console.log(`page REST p99 at most 2 x the empty hop: ${verdict(ratio <= 2)} (${ratio.toFixed(2)} x)`);
    console.log(
      `count p99 under 50 ms: ${verdict(counts.p99 < 50)}; stats p99 under 50 ms: ${verdict(stats.p99 < 50)}`,
    );
    await benchExport(stack.services, get, exported, count);
  } finally {
    agent.destroy();
    await pool.end();
    await running.stop();
  }
}

async function benchExport(
  services: readonly { readonly name: string; readonly pid: number }[],
  get: (path: string) => Promise<IncomingMessage>,
  rows: number,
  count: number,
): Promise<void> {
  const share = Math.min(1, rows / count);
  const to = new Date(YEAR_START + 365 * 86_400_000 * share).toISOString();
  const pidOf = (name: string): number => services.find((service) => service.name === name)?.pid ?? 0;
  let lines = 0;
  let bytes = 0;
  const started = performance.now();
  let gatewayGrowth = 0;
  const historyGrowth = await growthWhile(pidOf('trade-history'), async () => {
    gatewayGrowth = await growthWhile(pidOf('gateway'), async () => {
      const response = await get(`/api/v1/trades?format=csv&to=${to}`);
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        for (const byte of chunk) if (byte === 10) lines += 1;
      }
    });
  });
  const seconds = (performance.now() - started) / 1_000;
  const megabytes = (value: number): string => `${(value / 1_048_576).toFixed(0)} MB`;
  console.log(
    `export of ${(lines - 1).toLocaleString('en')} rows, ${megabytes(bytes)}, in ${seconds.toFixed(1)} s: ` +
      `gateway grew ${megabytes(gatewayGrowth)}, trade-history ${megabytes(historyGrowth)}; ` +
      `each under 100 MB: ${verdict(Math.max(gatewayGrowth, historyGrowth) < 100 * 1_048_576)}`,
  );
}

const PAGE_SQL = {
  name: 'bench-page',
  text: `SELECT * FROM trades WHERE bot_config_id = $1 AND created_at <= $2::timestamptz
    AND (created_at, id) < ($2::timestamptz, $3) ORDER BY created_at DESC, id DESC LIMIT $4`,
};

/** Where the first, the middle and the last page of a bot begin. */
async function depthsOf(pool: Pool, bot: string): Promise<[string, [string, string]][]> {
  const { rows } = await pool.query<{ time: string; id: string }>(
    `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time, id FROM trades
      WHERE bot_config_id = $1 ORDER BY created_at DESC, id DESC`,
    [bot],
  );
  const at = (index: number): [string, string] => [rows[index]?.time ?? '', rows[index]?.id ?? ''];
  return [
    ['first', ['2026-01-01T00:00:00.000000Z', 'zzz']],
    ['middle', at(rows.length >> 1)],
    ['last', at(rows.length - PAGE - 1)],
  ];
}

/** The same page read as if there were no index to read it by. */
async function withoutIndexes(pool: Pool, bot: string, key: readonly [string, string]): Promise<Latency> {
  const client = await pool.connect();
  try {
    for (const way of ['indexscan', 'indexonlyscan', 'bitmapscan'])
      await client.query(`SET enable_${way} = off`);
    return await latencyOf(
      'page SQL without indexes',
      () => client.query({ text: PAGE_SQL.text, values: [bot, ...key, PAGE] }),
      { windowMs: 0, least: 3, warmUp: 1 },
    );
  } finally {
    client.release(true);
  }
}
