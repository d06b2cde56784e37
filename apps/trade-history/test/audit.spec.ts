import { AuditCheckpoint, auditCheckpoint, getAuditHead } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSONCodec, connect } from 'nats';
import { opened, temporaryFolder, until } from '@elvis/testing';
import { anOrder, placed } from './events';
import { History } from './harness';
import { AskDatabase, readEntries } from '../src/audit/audit-reader';
import { GENESIS, entryHash } from '../src/audit/chain';
import { examineAudit } from '../src/audit/examine';
import { CHECKPOINT_FILE, keyInFolder } from '../src/audit/signing';

const LIMIT_MS = 300_000;
const ENTRIES = Number(process.env.ELVIS_AUDIT_ENTRIES ?? 3_000);

describe('audit log', () => {
  const folder = temporaryFolder('audit');
  const heard: AuditCheckpoint[] = [];
  const history = opened(() =>
    History.start({
      AUDIT_FOLDER: folder,
      AUDIT_CHECKPOINT_SECONDS: '1',
      AUDIT_CHECKPOINT_ENTRIES: '1000',
    }),
  );
  const ask: AskDatabase = async (text, values) => (await history.pool.query(text, values)).rows as never;

  beforeAll(async () => {
    const auditor = await connect(natsOptions(history.nats.urls.auditor, 'spec-auditor'));
    auditor.subscribe(auditCheckpoint.type, {
      callback: (_, message) =>
        heard.push((JSONCodec().decode(message.data) as { data: AuditCheckpoint }).data),
    });
    await auditor.flush();
    await history.publisher.publish(
      Array.from({ length: ENTRIES }, (_, index) => placed(anOrder(`audit-${index}`), index + 1)),
    );
    // The last checkpoint covers everything but its own event.
    const isCovered = async (): Promise<boolean> => {
      const [last] = (
        await history.pool.query<{ seq: string }>('SELECT max(seq) AS seq FROM audit_checkpoints')
      ).rows;
      return Number(last?.seq) >= ENTRIES && (await history.count('audit_log')) > ENTRIES;
    };
    await until(isCovered, 'the last checkpoint covers everything', LIMIT_MS);
    await auditor.close();
  }, LIMIT_MS);

  /** Does to the log what only the owner of the database can, verifies, and undoes it. */
  const tampered = async (sql: string, values: unknown[] = []) => {
    const client = await history.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
      await client.query(sql, values);
      const inside: AskDatabase = async (text, params) => (await client.query(text, params)).rows as never;
      return await examineAudit(inside, folder);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };

  it('verifies as it was written, with every checkpoint', async () => {
    const examination = await examineAudit(ask, folder);
    expect(examination).toMatchObject({ first: 1 });
    expect(examination.fault).toBeUndefined();
    expect(examination.entries).toBeGreaterThan(ENTRIES);
    expect(examination.checkpoints).toBeGreaterThan(0);
    expect(examination.keyId).toBe(keyInFolder(folder).keyId);
    const { entries, seconds } = examination;
    if (process.env.ELVIS_AUDIT_ENTRIES)
      process.stdout.write(`${entries} entries, ${Math.round(entries / seconds)} a second\n`);
  });

  it('says each checkpoint as an event and writes it to the file', async () => {
    const kept = readFileSync(join(folder, CHECKPOINT_FILE), 'utf8').trim().split('\n');
    expect(kept.map((line) => (JSON.parse(line) as AuditCheckpoint).seq)).toEqual(
      expect.arrayContaining(heard.map(({ seq }) => seq)),
    );
    expect(heard.length).toBeGreaterThan(0);
    const head = await history.bus.request(getAuditHead, {});
    expect(head.publicKey).toContain('BEGIN PUBLIC KEY');
    expect(head.lastCheckpoint?.seq).toBeGreaterThanOrEqual(ENTRIES);
  });

  it('does not sign again for the sake of its own checkpoint', async () => {
    const before = await history.count('audit_checkpoints');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await history.count('audit_checkpoints')).toBe(before);
  });

  const middle = Math.floor(ENTRIES / 2);

  it.each`
    what                         | sql                                                                                                                                                                                                                      | kind           | seq
    ${'an edited body'}          | ${`UPDATE audit_log SET body = replace(body, '0.010', '0.011') WHERE seq = $1`}                                                                                                                                          | ${'CHANGED'}   | ${middle}
    ${'an edited actor'}         | ${`UPDATE audit_log SET actor = 'nobody' WHERE seq = $1`}                                                                                                                                                                | ${'CHANGED'}   | ${middle}
    ${'an edited time'}          | ${`UPDATE audit_log SET recorded_at = recorded_at - interval '1 ms' WHERE seq = $1`}                                                                                                                                     | ${'CHANGED'}   | ${middle}
    ${'a deleted entry'}         | ${`DELETE FROM audit_log WHERE seq = $1`}                                                                                                                                                                                | ${'MISSING'}   | ${middle}
    ${'the first one deleted'}   | ${`DELETE FROM audit_log WHERE seq = 1 AND $1 > 0`}                                                                                                                                                                      | ${'MISSING'}   | ${1}
    ${'an inserted entry'}       | ${`INSERT INTO audit_log SELECT seq, recorded_at + interval '1 ms', stream_sequence, event_id, type, event_time, actor, body, hash FROM audit_log WHERE seq = $1`}                                                       | ${'INSERTED'}  | ${middle}
    ${'two that changed places'} | ${`UPDATE audit_log a SET body = b.body, hash = b.hash, event_id = b.event_id, stream_sequence = b.stream_sequence FROM audit_log b WHERE a.seq IN ($1::bigint, $1::bigint + 1) AND b.seq = 2 * $1::bigint + 1 - a.seq`} | ${'CHANGED'}   | ${middle}
    ${'an end cut off'}          | ${`DELETE FROM audit_log WHERE seq >= $1`}                                                                                                                                                                               | ${'TRUNCATED'} | ${middle}
  `('finds $what at entry $seq', async ({ sql, kind, seq }: { sql: string; kind: string; seq: number }) => {
    expect((await tampered(sql, [middle])).fault).toMatchObject({ kind, seq });
  });

  it('finds an end cut off past the last checkpoint though the head was moved back too', async () => {
    const { fault } = await tampered(
      `WITH cut AS (DELETE FROM audit_log WHERE seq > ${middle})
        UPDATE audit_head SET seq = ${middle}, hash = (SELECT hash FROM audit_log WHERE seq = ${middle})`,
    );
    expect(fault).toMatchObject({ kind: 'TRUNCATED', seq: middle + 1 });
  });

  it('finds entries written behind its back', async () => {
    const { fault } = await tampered(
      `INSERT INTO audit_log SELECT h.seq + 1, h.recorded_at, a.stream_sequence, a.event_id, a.type, a.event_time,
        a.actor, a.body, a.hash FROM audit_head h, audit_log a WHERE a.seq = ${middle}`,
    );
    expect(fault?.kind).toBe('CHANGED');
  });

  it('finds a log written anew, hashes and head included, by its checkpoints', async () => {
    const client = await history.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
      const inside: AskDatabase = async (text, params) => (await client.query(text, params)).rows as never;
      let previous: Buffer = GENESIS;
      const rewritten: { seq: number; body: string; hash: Buffer }[] = [];
      for await (const entry of readEntries(inside)) {
        const body = entry.seq === 10 ? entry.body.replace('"BUY"', '"SELL"') : entry.body;
        previous = entryHash(previous, { ...entry, body });
        rewritten.push({ seq: entry.seq, body, hash: previous });
      }
      await client.query(
        `UPDATE audit_log a SET body = n.body, hash = n.hash
          FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS n (seq, body, hash) WHERE a.seq = n.seq`,
        [
          rewritten.map(({ seq }) => seq),
          rewritten.map(({ body }) => body),
          rewritten.map(({ hash }) => hash),
        ],
      );
      await client.query('UPDATE audit_head SET hash = $1', [previous]);
      const { fault } = await examineAudit(inside, folder);
      expect(fault?.kind).toBe('CHANGED');
      expect(fault?.reason).toContain('the log was rewritten');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('finds a checkpoint that somebody else signed', async () => {
    const { fault } = await tampered(
      `UPDATE audit_checkpoints SET signature = decode(repeat('00', 64), 'hex')`,
    );
    expect(fault?.kind).toBe('FORGED');
  });

  it('is not misled by entries that are written while it reads', async () => {
    const before = await history.count('audit_log');
    let isFirst = true;
    const whileGrowing: AskDatabase = async (text, values) => {
      if (isFirst && text.includes('FROM audit_log')) {
        isFirst = false;
        await history.publisher.publish([placed(anOrder('audit-meanwhile'), 1)]);
        await until(async () => (await history.count('audit_log')) > before);
      }
      return ask(text, values);
    };
    const { fault, last } = await examineAudit(whileGrowing, folder);
    expect(fault).toBeUndefined();
    expect(last).toBeGreaterThan(before);
  });
});
