/** A database that was restored to an older copy: named, and brought up to the exchange's truth again by a rewind. */
import { RunningService } from '@elvis/platform';
import { elvisHome, until } from '@elvis/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientConfig } from 'pg';
import { dumpPostgres, restorePostgres } from '../../../tools/backup/postgres-copy';
import { rewindHistory } from '../../../tools/backup/rewind';
import { aFill, anOrder, filled } from './events';
import { History } from './harness';

describe('a database that was restored to an older copy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-copy-'));
  let history: History;
  let again: RunningService | undefined;

  beforeAll(async () => (history = await History.start()));
  afterAll(async () => {
    await again?.stop();
    await history.stop();
    rmSync(folder, { recursive: true });
  });

  const trade = (n: number) => {
    const order = anOrder(`restored-${n}`, { status: 'FILLED', filledQuantity: '0.010' });
    return filled(order, 1, aFill(order, `${n}`, { quantity: '0.010' }));
  };
  const publish = (...numbers: number[]) => history.publisher.publish(numbers.map(trade));
  const trades = () => history.count('trades');
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${again!.opsPort}/health/ready`);
    return { isReady: response.ok, text: await response.text() };
  };

  it('is named and takes nothing in until the consumers are set back; then it has each trade once', async () => {
    const { host, port, user, password, name } = history.postgres;
    const database: ClientConfig = { host, port, user, password, database: name };
    await publish(1, 2, 3, 4, 5, 6);
    await until(async () => (await trades()) === 6);
    const counts = await dumpPostgres(database, join(folder, 'older.dump'), elvisHome());
    expect(counts).toMatchObject({ event_ids: 6 });
    await publish(7, 8, 9);
    await until(async () => (await trades()) === 9);
    await history.service.stop();
    await history.pool.query(
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC',
    );
    await restorePostgres(database, join(folder, 'older.dump'), elvisHome());
    expect(await trades()).toBe(6);

    again = await history.startReplica();
    await until(async () => (await health()).text.includes('npm run rewind'));
    expect((await health()).isReady).toBe(false);
    await publish(10);
    expect(await trades()).toBe(6);

    await rewindHistory(history.nats.urls.provision);
    await until(async () => (await health()).isReady);
    await until(async () => (await trades()) === 10);
    expect(await history.count('(SELECT DISTINCT trade_id FROM trades) AS t')).toBe(10);
    expect(await history.count('audit_log')).toBe(10);
  });
});
