/**
 * The servers of a whole Elvis behind wires that a test holds, used as ones that somebody else runs. NATS lets every user
 * say everything here; permissions are tested elsewhere.
 */
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LOOPBACK, Launch, ensurePrograms, firstWords, freePort, launch } from '../tools/launcher/servers';
import { PrivatePostgres, PrivateRedis, elvisHome, startPostgres, startRedis } from './servers';

export type WiredServer = 'nats' | 'redis' | 'postgres';

interface ListeningWire {
  /** Answers the port that callers are given. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

export interface WiredServers {
  /** By which the services find them: past the wires. */
  readonly env: Readonly<Record<string, string>>;
  readonly natsUrl: string;
  readonly redis: PrivateRedis;
  readonly postgres: PrivatePostgres;
  /** As it is now. */
  pidOf(server: LastingServer): number;
  /** Ends it as a crash would, and after a while starts it again, on its port and with what it had stored. */
  crash(server: LastingServer, downMs: number): Promise<void>;
  stop(): Promise<void>;
}

type LastingServer = Exclude<WiredServer, 'postgres'>;

export async function startWiredServers(
  wireTo: (server: WiredServer, port: number) => ListeningWire,
): Promise<WiredServers> {
  const ending: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0)) await end().catch(() => undefined);
  };
  try {
    const [nats, redis, postgres] = await Promise.all([
      startLasting('nats', startPlainNats),
      startLasting('redis', (wish) => startRedis({ ...wish, lasting: true, password: 'wired' })),
      startPostgres(),
    ]);
    ending.push(...[nats, redis, postgres].map((server) => () => server.stop()));
    const natsAt = nats.server.port;
    const wires = [
      wireTo('nats', natsAt),
      wireTo('redis', redis.server.port),
      wireTo('postgres', postgres.port),
    ];
    ending.unshift(...wires.map((wire) => () => wire.close()));
    const [natsPort, redisPort, postgresPort] = await Promise.all(wires.map((wire) => wire.listen()));
    const env = {
      NATS_URL: `nats://${LOOPBACK}:${natsPort}`,
      ...redis.server.env,
      REDIS_PORT: `${redisPort}`,
      ...postgres.serviceEnv,
      DB_PORT: `${postgresPort}`,
      DB_OWNER_USER: postgres.env.DB_USER,
      DB_OWNER_PASSWORD: postgres.env.DB_PASSWORD,
    };
    const lasting = { nats, redis };
    return {
      env,
      natsUrl: `nats://${LOOPBACK}:${natsAt}`,
      redis: redis.server,
      postgres,
      pidOf: (name) => lasting[name].server.pid,
      crash: (name, downMs) => lasting[name].crash(downMs),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Which of these processes holds the end of a connection whose port this is; undefined if none does. */
export function holderOf<Holder extends { readonly pid: number }>(
  port: number,
  processes: readonly Holder[],
): Holder | undefined {
  const sockets = new Set(inodesOf(port).map((inode) => `socket:[${inode}]`));
  return processes.find(({ pid }) => descriptorsOf(pid).some((name) => sockets.has(name)));
}

/** Several ends may have one port, where they go to different places or one is over. */
const inodesOf = (port: number): readonly string[] => {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .flatMap((words) => (words[1] === address && words[9] !== undefined ? [words[9]] : []));
};

/** None of a process that has ended. */
function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

interface Started {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Place {
  readonly folder: string;
  readonly port?: number;
}

interface Lasting<Server extends Started> {
  /** As it is now. */
  readonly server: Server;
  crash(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

async function startLasting<Server extends Started>(
  name: string,
  start: (place: Place) => Promise<Server>,
): Promise<Lasting<Server>> {
  const folder = mkdtempSync(join(tmpdir(), `elvis-${name}-`));
  let server = await start({ folder });
  return {
    get server() {
      return server;
    },
    crash: async (downMs) => {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      await pause(downMs);
      server = await start({ folder, port: server.port });
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startPlainNats({ folder, port: known }: Place): Promise<Started> {
  const { nats } = await ensurePrograms(['nats'] as const, elvisHome());
  const port = known ?? (await freePort());
  const plan: Launch = {
    name: 'nats',
    command: nats.path,
    args: ['-a', LOOPBACK, '-p', `${port}`, '-js', '-sd', folder],
    env: nats.env,
    lifetime: 'with-parent',
    isReady: async () => (await firstWords(port))?.includes('"jetstream":true') === true,
  };
  const running = await launch(plan);
  return { port, pid: running.pid, stop: () => running.stop() };
}
