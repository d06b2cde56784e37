/**
 * PostgreSQL that writes to disk as a real one does, and the service as a process of its own: for what kills them and
 * for what measures them.
 */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClientConfig, PoolConfig } from 'pg';
import {
  LOOPBACK,
  PostgresSettings,
  PrivateNats,
  Running,
  elvisHome,
  ensureDatabase,
  ensurePrograms,
  freePort,
  generateSecret,
  initPostgres,
  launch,
  postgresAccount,
  postgresLaunch,
  superuser,
  projectRoot,
} from '@elvis/testing';

/** Only what never gets ready at all fails by it. */
const READY_LIMIT_MS = 240_000;

export class LastingDatabase {
  private constructor(
    private readonly settings: PostgresSettings,
    private readonly owner: { readonly user: string; readonly password: string; readonly name: string },
  ) {}

  /** Makes it below `folder` and starts it. */
  static async make(folder: string): Promise<[LastingDatabase, Running]> {
    const { postgres: program } = await ensurePrograms(['postgres'], elvisHome());
    const parent = join(folder, 'postgres');
    chmodSync(folder, 0o711);
    mkdirSync(parent);
    const account = postgresAccount();
    if (account) chownSync(parent, account.uid, account.gid);
    const settings: PostgresSettings = {
      program,
      port: await freePort(),
      superPassword: generateSecret(),
      folder: join(parent, 'data'),
      lasting: true,
    };
    await initPostgres(settings);
    const owner = { user: 'elvis', password: generateSecret(), name: 'elvis' };
    const database = new LastingDatabase(settings, owner);
    const running = await database.start();
    await ensureDatabase(database.admin, owner);
    return [database, running];
  }

  /** Again, on the same data and the same port. */
  start(): Promise<Running> {
    return launch({ ...postgresLaunch(this.settings), lifetime: 'with-parent' });
  }

  get admin(): ClientConfig {
    return superuser(this.settings.port, this.settings.superPassword);
  }

  get client(): PoolConfig {
    const { user, password, name } = this.owner;
    return { host: LOOPBACK, port: this.settings.port, user, password, database: name };
  }

  get env(): Readonly<Record<string, string>> {
    const { user, password, name } = this.owner;
    return {
      DB_HOST: LOOPBACK,
      DB_PORT: `${this.settings.port}`,
      DB_USER: user,
      DB_PASSWORD: password,
      DB_NAME: name,
    };
  }
}

/** Ready as soon as it runs (`/health`), or only when its servers are there too (`/health/ready`). */
export async function startTradeHistory(
  nats: PrivateNats,
  database: LastingDatabase,
  ready: '/health' | '/health/ready',
): Promise<Running> {
  const opsPort = await freePort();
  return launch({
    name: 'trade-history',
    command: process.execPath,
    args: [join(projectRoot(), 'dist/apps/trade-history/src/main.js')],
    env: { ...database.env, NATS_URL: nats.urls['trade-history'], OPS_PORT: `${opsPort}` },
    lifetime: 'with-parent',
    readyTimeoutMs: READY_LIMIT_MS,
    isReady: async () =>
      (await fetch(`http://${LOOPBACK}:${opsPort}${ready}`).catch(() => undefined))?.ok === true,
  });
}
