/**
 * The servers of a whole Elvis behind wires that a test holds, used as ones that somebody else runs. NATS lets every user
 * say everything here; permissions are tested elsewhere.
 */
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  stop(): Promise<void>;
}

export async function startWiredServers(
  wireTo: (server: WiredServer, port: number) => ListeningWire,
): Promise<WiredServers> {
  const ending: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0)) await end().catch(() => undefined);
  };
  try {
    const [nats, redis, postgres] = await Promise.all([startPlainNats(), startRedis(), startPostgres()]);
    ending.push(...[nats, redis, postgres].map((server) => () => server.stop()));
    const wires = [wireTo('nats', nats.port), wireTo('redis', redis.port), wireTo('postgres', postgres.port)];
    ending.unshift(...wires.map((wire) => () => wire.close()));
    const [natsPort, redisPort, postgresPort] = await Promise.all(wires.map((wire) => wire.listen()));
    const env = {
      NATS_URL: `nats://${LOOPBACK}:${natsPort}`,
      ...redis.env,
      REDIS_PORT: `${redisPort}`,
      ...postgres.serviceEnv,
      DB_PORT: `${postgresPort}`,
      DB_OWNER_USER: postgres.env.DB_USER,
      DB_OWNER_PASSWORD: postgres.env.DB_PASSWORD,
    };
    return { env, natsUrl: `nats://${LOOPBACK}:${nats.port}`, redis, postgres, stop };
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
  const socket = `socket:[${inodeOf(port)}]`;
  return processes.find(({ pid }) => descriptorsOf(pid).includes(socket));
}

const inodeOf = (port: number): string => {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find((words) => words[1] === address);
  return row?.[9] ?? '';
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

async function startPlainNats(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-nats-'));
  const { nats } = await ensurePrograms(['nats'] as const, elvisHome());
  const port = await freePort();
  const plan: Launch = {
    name: 'nats',
    command: nats.path,
    args: ['-a', LOOPBACK, '-p', `${port}`, '-js', '-sd', folder],
    env: nats.env,
    lifetime: 'with-parent',
    isReady: async () => (await firstWords(port))?.includes('"jetstream":true') === true,
  };
  const running = await launch(plan);
  return {
    port,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
