/** Taking in: a stream filled beforehand through the whole service, beside a bare unnest into the same tables. */
import { orderFilled } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JSONCodec, connect } from 'nats';
import { Pool } from 'pg';
import { GENESIS } from '../../apps/trade-history/src/audit/chain';
import { AUDIT_INSERT, ORDER_INSERT } from '../../apps/trade-history/src/ingest/tables';
import { TRADE_INSERT } from '../../apps/trade-history/src/results/trade-rows';
import { textArray } from '../../apps/trade-history/src/database/unnest';
import { aFill, anOrder, filled } from '../../apps/trade-history/test/events';
import { LastingDatabase, startTradeHistory } from '../../apps/trade-history/test/lasting';
import { PrivateNats, Running, startNats } from '@elvis/testing';
import { verdict } from './measure';

const BATCH = 1_000;
const T0 = Date.UTC(2026, 10, 1);

export async function benchIngest(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-bench-'));
  const [database, postgres] = await LastingDatabase.make(folder);
  const nats = await startNats();
  const pool = new Pool({ ...database.client, max: 2 });
  let service: Running | undefined;
  try {
    service = await startTradeHistory(nats, database, '/health/ready');
    await service.stop();
    const fills = Array.from({ length: count }, (_, index) => {
      const order = anOrder(`bench-${index}`, { createdAtMs: T0 + index, updatedAtMs: T0 + index });
      return aFill(order, `${index}`, { tradedAtMs: T0 + index * 10 });
    });
    console.log(`Filling the stream with ${count.toLocaleString('en')} fills`);
    await fillStream(nats, fills);

    for (const table of ['trades', 'audit_log']) {
      await pool.query('SELECT make_month_partition($1, $2)', [table, new Date(T0).toISOString()]);
    }
    // The same rows into the same tables, without stream, checks, hashes or locks.
    const bareStarted = performance.now();
    for (let from = 0; from < count; from += BATCH)
      await insertBare(pool, fills.slice(from, from + BATCH), from);
    const bare = count / ((performance.now() - bareStarted) / 1_000);
    await pool.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await pool.query('TRUNCATE trades, orders, event_ids, audit_log');
    await pool.query('ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only');

    service = await startTradeHistory(nats, database, '/health/ready');
    const started = performance.now();
    const stored = async (): Promise<number> =>
      Number((await pool.query<{ seq: string }>('SELECT seq FROM audit_head')).rows[0]?.seq);
    while ((await stored()) < count) await new Promise((resolve) => setTimeout(resolve, 50));
    const whole = count / ((performance.now() - started) / 1_000);
    const { rows } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM trades');
    const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
    console.log(
      `bare unnest of the same rows into the same tables, batches of ${BATCH}: ${rate(bare)} events; whole ingest: ` +
        `${rate(whole)}, ${((whole / bare) * 100).toFixed(0)} %; at least 40 %: ${verdict(whole >= 0.4 * bare)}; ` +
        `rows ${rows[0]?.n} of ${count}`,
    );
  } finally {
    await service?.stop();
    await pool.end();
    await nats.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function insertBare(
  pool: Pool,
  fills: readonly ReturnType<typeof aFill>[],
  from: number,
): Promise<void> {
  const recordedAt = new Date(T0).toISOString();
  const orders = fills.map((fill, index) => ({
    order: anOrder(fill.clientOrderId, { status: 'FILLED', filledQuantity: '0.001' }),
    revision: from + index,
    isReleased: false,
  }));
  const entries = fills.map((fill, index) => {
    const event = filled(orders[index]?.order ?? anOrder(''), from + index, fill);
    return {
      seq: from + index,
      streamSequence: from + index,
      recordedAt,
      eventId: event.id,
      type: event.type,
      eventTime: event.time,
      actor: event.actor,
      body: JSON.stringify(event),
      hash: GENESIS,
    };
  });
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO event_ids SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [
      textArray(entries.map(({ eventId }) => eventId)),
      recordedAt,
    ]);
    await client.query(ORDER_INSERT.of(orders));
    await client.query(TRADE_INSERT.of(fills.map((fill) => ({ fill, origin: 'elvis' }))));
    await client.query(AUDIT_INSERT.of(entries));
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function fillStream(nats: PrivateNats, fills: readonly ReturnType<typeof aFill>[]): Promise<void> {
  const connection = await connect(natsOptions(nats.urls.execution, 'bench'));
  const jetstream = connection.jetstream({ timeout: 30_000 });
  const codec = JSONCodec();
  for (let from = 0; from < fills.length; from += 500) {
    await Promise.all(
      fills.slice(from, from + 500).map((fill, index) => {
        const order = anOrder(fill.clientOrderId, { status: 'FILLED', filledQuantity: '0.001' });
        return jetstream.publish(orderFilled.type, codec.encode(filled(order, from + index + 1, fill)));
      }),
    );
  }
  await connection.close();
}
