/**
 * Private servers for one spec or benchmark: fresh folders, free ports, generated passwords. They end with `stop()`,
 * and with this process if it dies before.
 */
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensurePrograms } from '../tools/launcher/servers/binaries';
import { generateNatsPasswords, generateSecret } from '../tools/launcher/servers/credentials';
import { natsLaunch, natsUrls } from '../tools/launcher/servers/nats';
import { NatsUser } from '../tools/launcher/servers/nats-permissions';
import {
  dropDatabase,
  ensureDatabase,
  initPostgres,
  postgresAccount,
  postgresLaunch,
  superuser,
} from '../tools/launcher/servers/postgres';
import { freePort } from '../tools/launcher/servers/ports';
import { LOOPBACK, Launch, Running, launch } from '../tools/launcher/servers/processes';
import { provision } from '../tools/launcher/servers/provision';
import { redisLaunch } from '../tools/launcher/servers/redis';

/** State folder for fetched programs; `ELVIS_HOME` moves it. */
export const elvisHome = (): string => resolve(process.env.ELVIS_HOME ?? '.elvis');

/** Set by the test set-up: one PostgreSQL for all specs, each of which gets a database of its own in it. */
export const TEST_POSTGRES_VARIABLE = 'ELVIS_TEST_POSTGRES';

export interface PrivateServer {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface PrivateRedis extends PrivateServer {
  readonly password: string;
  /** `redis://:password@host:port` */
  readonly url: string;
  /** As the services' environment wants it. */
  readonly env: Readonly<Record<'REDIS_HOST' | 'REDIS_PORT' | 'REDIS_PASSWORD', string>>;
}

export interface PrivateNats extends PrivateServer {
  /** For each user, `nats://user:password@host:port`. */
  readonly urls: Readonly<Record<NatsUser, string>>;
}

export interface PrivatePostgres extends PrivateServer {
  readonly user: string;
  readonly password: string;
  readonly name: string;
  /** `postgres://user:password@host:port/name` */
  readonly url: string;
  readonly env: DatabaseEnvironment;
  /** For a service that signs in as another role than the owner; it may do nothing until the owner says what. */
  readonly serviceEnv: DatabaseEnvironment;
}

type DatabaseEnvironment = Readonly<
  Record<'DB_HOST' | 'DB_PORT' | 'DB_USER' | 'DB_PASSWORD' | 'DB_NAME', string>
>;

export interface TestRedisOptions {
  readonly folder?: string;
  readonly port?: number;
  readonly password?: string;
  /** Appends to disk like the real one, so that a restart in the same `folder` finds its data. */
  readonly lasting?: boolean;
  readonly lines?: readonly string[];
}

export async function startRedis(options: TestRedisOptions = {}): Promise<PrivateRedis> {
  const { redis: program } = await ensurePrograms(['redis'], elvisHome());
  const password = options.password ?? generateSecret();
  const { running, port, folder, stop } = await startFresh('redis', options, (folder, port) =>
    redisLaunch({ program, port, password, folder, lasting: options.lasting ?? false, lines: options.lines }),
  );
  return {
    host: LOOPBACK,
    port,
    pid: running.pid,
    password,
    url: `redis://:${password}@${LOOPBACK}:${port}`,
    env: { REDIS_HOST: LOOPBACK, REDIS_PORT: `${port}`, REDIS_PASSWORD: password },
    stop: () => stop(folder),
  };
}

export interface TestNatsOptions {
  readonly folder?: string;
  readonly port?: number;
  readonly passwords?: Readonly<Record<NatsUser, string>>;
  /** False leaves out streams, bucket and consumers. */
  readonly provisioned?: boolean;
}

export async function startNats(options: TestNatsOptions = {}): Promise<PrivateNats> {
  const { nats: program } = await ensurePrograms(['nats'], elvisHome());
  const passwords = options.passwords ?? generateNatsPasswords();
  const { running, port, folder, stop } = await startFresh('nats', options, (folder, port) =>
    natsLaunch({ program, port, passwords, folder }),
  );
  const urls = natsUrls(port, passwords);
  if (options.provisioned !== false) await provision(urls.provision);
  return { host: LOOPBACK, port, pid: running.pid, urls, stop: () => stop(folder) };
}

/** A database of its own: in the PostgreSQL that the test set-up started, else in a private one. */
export async function startPostgres(): Promise<PrivatePostgres> {
  const shared = process.env[TEST_POSTGRES_VARIABLE];
  const server = shared
    ? { ...(JSON.parse(shared) as SharedPostgres), stop: () => Promise.resolve() }
    : await startPostgresServer();
  const admin = superuser(server.port, server.superPassword);
  const owner = { user: `elvis_${generateSecret().slice(1, 13)}`, password: generateSecret() };
  const name = owner.user;
  const service = { user: `${name}_service`, password: generateSecret() };
  await ensureDatabase(admin, { ...owner, name }, service);
  const envOf = ({ user, password }: typeof owner): DatabaseEnvironment => ({
    DB_HOST: LOOPBACK,
    DB_PORT: `${server.port}`,
    DB_USER: user,
    DB_PASSWORD: password,
    DB_NAME: name,
  });
  return {
    host: LOOPBACK,
    port: server.port,
    pid: server.pid,
    ...owner,
    name,
    url: `postgres://${owner.user}:${owner.password}@${LOOPBACK}:${server.port}/${name}`,
    env: envOf(owner),
    serviceEnv: envOf(service),
    stop: async () => {
      if (shared) await dropDatabase(admin, name, owner.user, service.user);
      await server.stop();
    },
  };
}

export interface SharedPostgres {
  readonly port: number;
  readonly pid: number;
  readonly superPassword: string;
}

/** The server alone; the test set-up starts one for everybody. */
export async function startPostgresServer(): Promise<SharedPostgres & { stop(): Promise<void> }> {
  const { postgres: program } = await ensurePrograms(['postgres'], elvisHome());
  const superPassword = generateSecret();
  const { running, port, folder, stop } = await startFresh('postgres', {}, async (parent, port) => {
    const account = postgresAccount();
    if (account) chownSync(parent, account.uid, account.gid);
    const settings = { program, port, superPassword, folder: join(parent, 'data'), lasting: false };
    await initPostgres(settings);
    return postgresLaunch(settings);
  });
  return { port, pid: running.pid, superPassword, stop: () => stop(folder) };
}

/** A port found free can be taken before it is used: then another is tried. */
async function startFresh(
  name: string,
  wish: { readonly folder?: string; readonly port?: number },
  plan: (folder: string, port: number) => Omit<Launch, 'lifetime'> | Promise<Omit<Launch, 'lifetime'>>,
): Promise<{
  running: Running;
  port: number;
  folder: string | undefined;
  stop: (folder: string | undefined) => Promise<void>;
}> {
  for (let attempt = 1; ; attempt += 1) {
    const fresh = wish.folder === undefined ? mkdtempSync(join(tmpdir(), `elvis-${name}-`)) : undefined;
    const port = wish.port ?? (await freePort());
    try {
      const running = await launch({
        ...(await plan(fresh ?? resolve(wish.folder ?? ''), port)),
        lifetime: 'with-parent',
      });
      const stop = async (folder: string | undefined): Promise<void> => {
        await running.stop();
        if (folder) rmSync(folder, { recursive: true, force: true });
      };
      return { running, port, folder: fresh, stop };
    } catch (error) {
      if (fresh) rmSync(fresh, { recursive: true, force: true });
      if (attempt === 3 || wish.port !== undefined || !/in use/i.test(String(error))) throw error;
    }
  }
}
