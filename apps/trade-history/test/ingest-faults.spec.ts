/**
 * Kills the service, PostgreSQL and NATS with SIGKILL while a filled stream of shuffled and repeated events is taken
 * in. Whatever dies: rows equal events, nothing twice. `ELVIS_FAULT_EVENTS=200000` runs the full size.
 */
import { EventEnvelope } from '@elvis/contracts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { PrivateNats, Running, freePort, generateNatsPasswords, startNats, until } from '@elvis/testing';
import { EventPublisher, T0, aFill, anOrder, filled, placed, shuffledWithRepeats } from './events';
import { LastingDatabase, startTradeHistory } from './lasting';

const EVENTS = Number(process.env.ELVIS_FAULT_EVENTS ?? 12_000);

/** Room for the full size on a machine that does other things too; what was under way at a kill comes again after 30 s. */
const LIMIT_MS = Math.max(600_000, EVENTS * 12);
jest.setTimeout(LIMIT_MS);

describe('ingest under faults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-faults-'));
  const natsPasswords = generateNatsPasswords();
  let natsPort: number;
  let nats: PrivateNats;
  let database: LastingDatabase;
  let postgres: Running;
  let service: Running;
  let pool: Pool;

  const startBus = (): Promise<PrivateNats> =>
    startNats({ folder: join(folder, 'nats'), port: natsPort, passwords: natsPasswords });

  const startService = (): Promise<Running> => startTradeHistory(nats, database, '/health');

  const kill = async (victim: {
    readonly pid: number;
    readonly exited?: Promise<unknown>;
  }): Promise<void> => {
    process.kill(victim.pid, 'SIGKILL');
    await victim.exited;
  };

  const count = async (what: string): Promise<number> => {
    try {
      return Number((await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${what}`)).rows[0]?.n);
    } catch {
      return -1;
    }
  };

  beforeAll(async () => {
    natsPort = await freePort();
    [nats, [database, postgres]] = await Promise.all([startBus(), LastingDatabase.make(folder)]);
    pool = new Pool(database.client);
    pool.on('error', () => undefined);
  });

  afterAll(async () => {
    await service?.stop();
    await pool?.end();
    await nats?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends with every event stored once, whatever is killed on the way', async () => {
    const third = Math.floor(EVENTS / 3);
    const events: EventEnvelope[] = Array.from({ length: third }, (_, index) => {
      const order = anOrder(`fault-${index}`, { createdAtMs: T0 + index, updatedAtMs: T0 + index });
      const fill = (part: string) => aFill(order, `${index}${part}`, { tradedAtMs: T0 + index * 1_000 });
      return [
        placed(order, index * 3 + 1),
        filled({ ...order, status: 'PARTIALLY_FILLED' }, index * 3 + 2, fill('1')),
        filled({ ...order, status: 'FILLED' }, index * 3 + 3, fill('2')),
      ];
    }).flat();
    const publisher = await EventPublisher.connect(nats);
    await publisher.publish(shuffledWithRepeats(events, 0.05, 20_261_121));
    await publisher.close();

    // The head says how far it is without counting, which would be most of the work at the full size.
    const stored = async (): Promise<number> =>
      pool.query<{ seq: string }>('SELECT seq FROM audit_head').then(
        ({ rows }) => Number(rows[0]?.seq),
        () => -1,
      );
    const stages = 6;
    const reached = async (stage: number): Promise<void> =>
      until(
        async () => (await stored()) >= (events.length * stage) / (stages + 1),
        `stage ${stage} is stored`,
        LIMIT_MS,
      );

    service = await startService();
    await reached(1);
    await kill(service);
    service = await startService();
    await reached(2);
    await kill(postgres);
    postgres = await database.start();
    await reached(3);
    process.kill(nats.pid, 'SIGKILL');
    nats = await startBus();
    await reached(4);
    await kill(service);
    await kill(postgres);
    postgres = await database.start();
    service = await startService();
    await reached(5);

    await until(async () => (await stored()) >= events.length, 'every event is stored', LIMIT_MS);
    expect(await count('audit_log')).toBe(events.length);
    expect(await count('(SELECT DISTINCT event_id FROM audit_log) AS once')).toBe(events.length);
    expect(await count('trades')).toBe(third * 2);
    expect(await count(`orders WHERE status = 'FILLED'`)).toBe(third);
    expect(await count('dead_letters')).toBe(0);
    expect(await count('audit_log a JOIN audit_head h ON a.seq = h.seq AND a.hash = h.hash')).toBe(1);
  });
});
