import { createLog, loadConfig } from '@elvis/platform';
import canonicalize from 'canonicalize';
import { opened, temporaryFolder, until } from '@elvis/testing';
import { aFill, anOrder, filled } from './events';
import { History } from './harness';
import { Database } from '../src/database/database';
import { TradeHistoryConfig } from '../src/trade-history.config';
import { AskDatabase, readHead } from '../src/audit/audit-reader';
import { entryHash } from '../src/audit/chain';
import { Checkpointer } from '../src/audit/checkpointer';
import { examineAudit } from '../src/audit/examine';
import { Retention } from '../src/audit/retention';
import { keyInFolder } from '../src/audit/signing';

describe('retention of candles', () => {
  it.each([
    ['1', '30', 1],
    ['2', '30', 0],
    ['0', '400', 0],
  ])('of %s months beside a history of %s days: %d problems', (CANDLES_RETENTION_MONTHS, days, problems) => {
    const found = (): unknown =>
      loadConfig(TradeHistoryConfig, {
        ...{ DB_PASSWORD: 'x', NATS_URL: 'nats://127.0.0.1:1' },
        ...{ CANDLES_RETENTION_MONTHS, CANDLE_HISTORY_DAYS: days },
      });
    if (problems > 0) expect(found).toThrow(/CANDLES_RETENTION_MONTHS=1 deletes candles/);
    else expect(found).not.toThrow();
  });
});

describe('retention', () => {
  const folder = temporaryFolder('retention');
  // Without a folder it signs nothing itself: a checkpoint of its own would be one entry more.
  const history = opened(() => History.start());

  it('drops whole months past their time, and what is left of the audit log still verifies', async () => {
    const ask: AskDatabase = async (text, values) => (await history.pool.query(text, values)).rows as never;
    const order = anOrder('old-and-new');
    const now = new Date();
    const monthsAgo = (count: number): Date =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 15));
    const at = (count: number, id: string) => aFill(order, id, { tradedAtMs: monthsAgo(count).getTime() });
    await history.publisher.publish([
      filled(order, 1, at(5, '1')),
      filled(order, 2, at(1, '2')),
      filled(order, 3, at(0, '3')),
    ]);
    await until(async () => (await history.count('audit_log')) === 3);

    for (const count of [5, 0])
      await ask(`SELECT make_month_partition('candles', $1)`, [
        `${monthsAgo(count).toISOString().slice(0, 7)}-01`,
      ]);
    await ask(
      `INSERT INTO candles SELECT 'futures', 'BTCUSDT', at, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'trade'
        FROM unnest($1::timestamptz[]) AS at`,
      [[5, 0].map((count) => monthsAgo(count).toISOString())],
    );
    await ask('UPDATE retention_limits SET months = 1', []);
    const database = { rows: ask } as unknown as Database;
    const config = loadConfig(TradeHistoryConfig, {
      DB_PASSWORD: 'x',
      NATS_URL: history.nats.urls['trade-history'],
      TRADES_RETENTION_MONTHS: '1',
      AUDIT_RETENTION_MONTHS: '1',
      CANDLES_RETENTION_MONTHS: '1',
      CANDLE_HISTORY_DAYS: '28',
    });
    // The months are dropped as if it were half a year later, when the audit log has new entries too.
    const signer = {
      signAt: (end: { seq: number; hash: string }) => keep(ask, folder, end),
    } as unknown as Checkpointer;
    const retention = new Retention(database, signer, config, createLog('spec', 0, 'fatal'));
    const dropped = await retention.apply(now.getTime());
    const old = monthsAgo(5).toISOString().slice(0, 7).replace('-', '_');
    expect(dropped).toEqual(expect.arrayContaining([`trades_${old}`, `candles_${old}`]));
    expect(await history.count('candles')).toBe(1);
    expect(await history.count(`trades WHERE client_order_id = 'old-and-new'`)).toBe(2);
    expect(await history.count('audit_log')).toBe(3);

    const later = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 15);
    const thisMonth = now.toISOString().slice(0, 7).replace('-', '_');
    expect(await retention.apply(later)).not.toContain(`audit_log_${thisMonth}`);
    expect(await history.count('audit_log')).toBe(3);
    await appendAt(ask, new Date(later).toISOString());
    expect(await retention.apply(later)).toContain(`audit_log_${thisMonth}`);
    expect(await history.count('audit_log')).toBe(1);
    const { rows } = await history.pool.query<{ seq: string }>(
      'SELECT seq FROM audit_checkpoints ORDER BY seq DESC',
    );
    expect(Number(rows[0]?.seq)).toBe(3);
    const { fault, keyId } = await examineAudit(ask, folder);
    expect(keyId).toBe(keyInFolder(folder).keyId);
    expect(fault).toBeUndefined();
  });
});

/** Adds an entry as if it had been written at another time. */
async function appendAt(ask: AskDatabase, recordedAt: string): Promise<void> {
  const head = await readHead(ask);
  const body = canonicalize({ id: 'later', type: 'elvis.event.spec.later', actor: 'spec' }) as string;
  const entry = { seq: head.seq + 1, streamSequence: 99, recordedAt, body };
  const hash = entryHash(head.hash, entry);
  await ask('SELECT make_month_partition($1, $2)', ['audit_log', recordedAt]);
  await ask(
    `INSERT INTO audit_log (seq, recorded_at, stream_sequence, event_id, type, event_time, actor, body, hash)
      VALUES ($1, $2, 99, 'later', 'elvis.event.spec.later', $2, 'spec', $3, $4)`,
    [entry.seq, recordedAt, body, hash],
  );
  await ask('UPDATE audit_head SET seq = $1, hash = $2, recorded_at = $3', [entry.seq, hash, recordedAt]);
}

/** Signs and keeps as the service does. */
async function keep(ask: AskDatabase, folder: string, end: { seq: number; hash: string }): Promise<void> {
  const { seq, hash, createdAt, keyId, signature } = keyInFolder(folder).sign({
    ...end,
    createdAt: new Date().toISOString(),
  });
  await ask(
    `INSERT INTO audit_checkpoints (seq, hash, created_at, key_id, signature)
      VALUES ($1, decode($2, 'hex'), $3, $4, decode($5, 'hex')) ON CONFLICT DO NOTHING`,
    [seq, hash, createdAt, keyId, Buffer.from(signature, 'base64url').toString('hex')],
  );
}
