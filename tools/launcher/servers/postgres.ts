/**
 * A private PostgreSQL on loopback, passwords required. It refuses to run as root: root lends it the account
 * `postgres`, and a folder that this account can reach.
 */
import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, ClientConfig, escapeIdentifier, escapeLiteral } from 'pg';
import { Program } from './binaries';
import { LOOPBACK, Launch } from './processes';

const run = promisify(execFile);
const SUPERUSER = 'postgres';

export interface PostgresSettings {
  readonly program: Program;
  readonly port: number;
  readonly superPassword: string;
  readonly folder: string;
  /** A test's database forgets at a power cut, and is quicker. */
  readonly lasting: boolean;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The account to run as, or undefined for our own. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SUPERUSER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid)
    throw new Error(
      'PostgreSQL cannot be started: it refuses to run as root, and this machine has no user "postgres". Start Elvis as another user',
    );
  return { uid: Number(uid), gid: Number(gid) };
}

/** Whether `account` may pass every parent of `folder`; a home folder closed to others keeps it out. */
export function canReach(folder: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let parent = dirname(folder); ; parent = dirname(parent)) {
    if (existsSync(parent)) {
      const { mode, uid, gid } = statSync(parent);
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (parent === dirname(parent)) return true;
  }
}

/** Makes the cluster unless it is there; one that was interrupted half-way is not there. */
export async function initPostgres({ program, superPassword, folder }: PostgresSettings): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const account = postgresAccount();
  const draft = `${folder}.new`;
  const passwordFile = `${folder}.pw`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true, mode: 0o711 });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, superPassword, { mode: 0o600 });
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
  const access = ['-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const manner = ['-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'];
  try {
    await run(join(dirname(program.path), 'initdb'), ['-D', draft, ...access, ...manner], {
      env: { ...process.env, ...program.env },
      cwd: draft,
      ...account,
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(
      `The database could not be created (initdb failed): ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

export function postgresLaunch(settings: PostgresSettings): Omit<Launch, 'lifetime'> {
  const { program, port, superPassword, folder, lasting } = settings;
  const options = {
    listen_addresses: LOOPBACK,
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    ...(!lasting && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  removeStaleLock(folder);
  return {
    name: 'postgres',
    command: program.path,
    args: ['-D', folder, '-p', `${port}`].concat(
      Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ),
    env: program.env,
    cwd: folder,
    ...postgresAccount(),
    stopSignal: lasting ? 'SIGINT' : 'SIGQUIT',
    isReady: async () => {
      const client = new Client(superuser(port, superPassword));
      client.on('error', () => undefined);
      try {
        await client.connect();
        return true;
      } catch {
        return false;
      } finally {
        // Not waited for: of a connection that broke while it was made the end may never come.
        void client.end().catch(() => undefined);
      }
    },
  };
}

export const superuser = (port: number, password: string): ClientConfig => ({
  host: LOOPBACK,
  port,
  user: SUPERUSER,
  password,
  database: 'postgres',
  connectionTimeoutMillis: 2_000,
});

const OBJECT_IN_USE = '55006';
const STOP_LIMIT_MS = 3_000;

export interface Role {
  readonly user: string;
  readonly password: string;
}

/** A database and the role that owns it and nothing else; both are kept if they exist, the password is renewed. */
export async function ensureDatabase(
  admin: ClientConfig,
  owner: Role & { readonly name: string },
  /** Signs in too and owns nothing: what it may do, the owner says. */
  service?: Role,
): Promise<void> {
  const client = new Client(admin);
  await client.connect();
  try {
    await ensureRole(client, owner);
    if (service) await ensureRole(client, service);
    const { rowCount: databases } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      owner.name,
    ]);
    const [name, role] = [escapeIdentifier(owner.name), escapeIdentifier(owner.user)];
    if (!databases) await client.query(`CREATE DATABASE ${name} OWNER ${role}`);
  } finally {
    await client.end();
  }
}

async function ensureRole(client: Client, { user, password }: Role): Promise<void> {
  const { rowCount: roles } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [user]);
  const verb = roles ? 'ALTER' : 'CREATE';
  await client.query(`${verb} ROLE ${escapeIdentifier(user)} LOGIN PASSWORD ${escapeLiteral(password)}`);
}

export async function dropDatabase(
  admin: ClientConfig,
  name: string,
  ...roles: readonly string[]
): Promise<void> {
  const client = new Client(admin);
  await client.connect();
  try {
    await dropWhenLeft(client, escapeIdentifier(name));
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`);
  } finally {
    await client.end();
  }
}

/** A pool that has ended may still be hanging up; cutting it off then would be an error in the one that owned it. */
async function dropWhenLeft(client: Client, database: string): Promise<void> {
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (performance.now() < deadline) {
    try {
      await client.query(`DROP DATABASE IF EXISTS ${database}`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE) throw error;
    }
    await pause(50);
  }
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
}

/** A killed postgres leaves its pid behind; another process that got this pid since would keep it from starting. */
function removeStaleLock(folder: string): void {
  const lock = join(folder, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = readFileSync(lock, 'utf8').split('\n')[0]?.trim();
  const command = `/proc/${pid}/cmdline`;
  if (existsSync(command) && readFileSync(command, 'utf8').includes(folder)) return;
  rmSync(lock);
}
