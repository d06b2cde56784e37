/** Where the running system is: what `.elvis/stack.json` says, else what the environment says. */
import { connectRedis, natsOptions } from '@elvis/platform';
import { Redis } from 'ioredis';
import { ClientConfig } from 'pg';
import { resolve } from 'node:path';
import { NatsConnection, connect } from 'nats';
import { givenValues } from '../launcher/settings';
import { StackFile, readStackFile } from '../launcher/stack-file';

export interface Verb {
  readonly args: readonly string[];
  readonly root: string;
}

export interface RunningSystem {
  /** Undefined where the system was not started by `npm start` on this machine. */
  readonly stack: StackFile | undefined;
  readonly redis: StackFile['redis'] | undefined;
  readonly operatorNatsUrl: string | undefined;
}

export function findRunningSystem(root: string): RunningSystem {
  const given = givenValues(root);
  const stack = readStackFile(resolve(root, given.ELVIS_HOME ?? '.elvis', 'stack.json'));
  if (stack) return { stack, redis: stack.redis, operatorNatsUrl: stack.operatorNatsUrl };
  return {
    stack: undefined,
    redis: given.REDIS_HOST
      ? { host: given.REDIS_HOST, port: Number(given.REDIS_PORT ?? 6379), password: given.REDIS_PASSWORD }
      : undefined,
    operatorNatsUrl: given.NATS_URL,
  };
}

/** The running system's, else what the environment names. @throws Error where neither is */
export function ownerDatabase(root: string): ClientConfig {
  const stack = findRunningSystem(root).stack;
  if (stack) return { ...stack.database, database: stack.database.name };
  const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME } = givenValues(root);
  if (!DB_HOST)
    throw new Error(
      'There is no database to read: no system is running here and DB_HOST is not set. Start Elvis, or set DB_HOST and what belongs to it',
    );
  return {
    host: DB_HOST,
    port: Number(DB_PORT ?? 5432),
    user: DB_USER,
    password: DB_PASSWORD,
    database: DB_NAME,
  };
}

/**
 * A connection for one errand: it is there within two seconds or not at all.
 *
 * @throws Error that says what stood in the way
 */
export async function openRedis({ host, port, password }: StackFile['redis']): Promise<Redis> {
  const redis = connectRedis({
    REDIS_HOST: host,
    REDIS_PORT: port,
    REDIS_PASSWORD: password,
    REDIS_DB: 0,
  } as Parameters<typeof connectRedis>[0]);
  let reason = 'Redis gave no answer within 2 s';
  try {
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(reason)), 2_000);
      redis.on('error', (error) => (reason = error.message));
      redis.once('ready', () => {
        clearTimeout(deadline);
        resolve();
      });
    });
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

/** @throws Error that says what stood in the way */
export const openNats = (url: string): Promise<NatsConnection> =>
  connect({ ...natsOptions(url, 'operator'), maxReconnectAttempts: 0, timeout: 2_000 });

/** Rows under a heading, columns as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => (row[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
