/** Fills the data folders of a home from a backup, with private servers that end before anybody else sees them. */
import { setKillSwitch } from '@elvis/platform';
import { GLOBAL_SCOPE } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { StreamState } from 'nats';
import { Client } from 'pg';
import {
  AUDIT_FOLDER,
  type Examination,
  copyCheckpoints,
  examineAudit,
} from '../../apps/trade-history/src/programs/audit-copy';
import { Home } from '../launcher/home';
import {
  LOOPBACK,
  ensureDatabase,
  ensurePrograms,
  freePort,
  initPostgres,
  launch,
  natsLaunch,
  natsUrls,
  postgresLaunch,
  superuser,
} from '../launcher/servers';
import { restoreStream, withProvision } from './jetstream-copy';
import { Manifest, POSTGRES_FILE, REDIS_FILE, streamFile } from './manifest';
import { RowCounts, countRows, restorePostgres } from './postgres-copy';
import { restoreRedis } from './redis-copy';
import { rewindHistory } from './rewind';

/** What the servers have of it, by their own words. */
export interface Restored {
  readonly rows: RowCounts;
  readonly audit: Examination;
  readonly streams: Readonly<Record<string, StreamState>>;
  readonly keys: number;
}

interface Source {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Where the servers' programs are. */
  readonly programs: string;
}

/** Everything; the history reads its streams again, and whoever starts this home finds it halted. */
export async function restoreInto(home: Home, source: Source): Promise<Restored> {
  copyCheckpoints(join(source.folder, AUDIT_FOLDER), home.data('audit'));
  const { rows, audit } = await fillPostgres(home, source);
  const streams = await fillJetStream(home, source);
  const keys = await restoreRedis(
    join(source.folder, REDIS_FILE),
    home.data('redis'),
    home.secrets().redisPassword,
    source.programs,
    (redis) => setKillSwitch(redis, stopOf(source.manifest)),
  );
  return { rows, audit, streams, keys };
}

async function fillPostgres(
  home: Home,
  { folder, programs }: Source,
): Promise<Pick<Restored, 'rows' | 'audit'>> {
  const { postgres: program } = await ensurePrograms(['postgres'], programs);
  const secrets = home.secrets();
  const [port, superPassword] = [await freePort(), secrets.databaseSuperPassword];
  const settings = { program, port, superPassword, folder: home.postgresData, lasting: true };
  await initPostgres(settings);
  const running = await launch({ ...postgresLaunch(settings), lifetime: 'with-parent' });
  try {
    const owner = { user: 'elvis', password: secrets.databasePassword, name: 'elvis' };
    const service = { user: 'elvis_service', password: secrets.databaseServicePassword };
    await ensureDatabase(superuser(port, superPassword), owner, service);
    const { user, password } = owner;
    const database = { host: LOOPBACK, port, user, password, database: owner.name };
    await restorePostgres(database, join(folder, POSTGRES_FILE), programs);
    const client = new Client(database);
    await client.connect();
    try {
      const audit = await examineAudit(
        async (text, values) => (await client.query(text, values)).rows as never,
        home.data('audit'),
      );
      return { rows: await countRows(client), audit };
    } finally {
      await client.end();
    }
  } finally {
    await running.stop();
  }
}

async function fillJetStream(
  home: Home,
  { folder, manifest, programs }: Source,
): Promise<Restored['streams']> {
  const { nats: program } = await ensurePrograms(['nats'], programs);
  const port = await freePort();
  const passwords = home.secrets().natsPasswords;
  const running = await launch({
    ...natsLaunch({ program, port, passwords, folder: home.data('nats') }),
    lifetime: 'with-parent',
  });
  try {
    const url = natsUrls(port, passwords).provision;
    const streams = await withProvision(url, async (connection) => {
      const manager = await connection.jetstreamManager();
      const states: Record<string, StreamState> = {};
      for (const { config, state } of manifest.streams) {
        // A home has one server, whatever the copies were of.
        const here = { config: { ...config, num_replicas: 1 }, state };
        await restoreStream(connection, here, join(folder, streamFile(config.name)));
        states[config.name] = (await manager.streams.info(config.name)).state;
      }
      return states;
    });
    await rewindHistory(url);
    return streams;
  } finally {
    await running.stop();
  }
}

const stopOf = ({ beganAtMs }: Manifest): object => ({
  stopId: randomUUID(),
  actor: 'operator:restore',
  remoteIp: null,
  reason: `restored from the backup of ${new Date(beganAtMs).toISOString()}; compare orders and positions with the exchange, then clear`,
  activatedAtMs: Date.now(),
  state: 'HALTED',
  scope: GLOBAL_SCOPE,
  source: 'halt',
});
