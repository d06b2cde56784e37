/** Redis, copied as a replica would copy it, and brought back as an append-only file that a lasting Redis begins with. */
import { execFile } from 'node:child_process';
import { existsSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Program, ensurePrograms, freePort, launch, redisLaunch } from '../launcher/servers';
import { StackFile } from '../launcher/stack-file';
import { openRedis } from '../operator/running-system';

const run = promisify(execFile);

export async function copyRedis(
  { host, port, password }: StackFile['redis'],
  file: string,
  home: string,
): Promise<void> {
  const { redis } = await ensurePrograms(['redis'], home);
  await run(besides(redis), ['-h', host, '-p', `${port}`, '--rdb', file], {
    env: { ...process.env, ...redis.env, ...(password && { REDISCLI_AUTH: password }) },
  });
}

/**
 * Makes `folder` with what the copy has; `change` may add to it before anybody else sees it. Answers the number of keys.
 *
 * @throws Error Redis does not read the copy
 */
export async function restoreRedis(
  file: string,
  folder: string,
  password: string,
  home: string,
  change: (redis: Awaited<ReturnType<typeof openRedis>>) => Promise<unknown>,
): Promise<number> {
  const { redis: program } = await ensurePrograms(['redis'], home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(file, join(folder, 'dump.rdb'));
  const port = await freePort();
  const running = await launch({
    ...redisLaunch({ program, port, password, folder, lasting: false }),
    lifetime: 'with-parent',
  });
  try {
    const redis = await openRedis({ host: '127.0.0.1', port, password });
    try {
      await change(redis);
      await redis.config('SET', 'appendonly', 'yes');
      while (!/aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(await redis.info('persistence')))
        await pause(20);
      return await redis.dbsize();
    } finally {
      redis.disconnect();
    }
  } finally {
    await running.stop();
    rmSync(join(folder, 'dump.rdb'), { force: true });
  }
}

function besides({ path }: Program): string {
  const beside = join(dirname(path), 'redis-cli');
  return existsSync(beside) ? beside : 'redis-cli';
}
