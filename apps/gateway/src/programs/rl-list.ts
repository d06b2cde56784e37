/** `npm run rl:list`: the per-IP counters of the gateway, with their values and how long they still count. */
import { Verb, findRunningSystem, openRedis, table } from '../../../../tools/operator/running-system';

export async function operate({ root }: Verb): Promise<number> {
  const { redis: address } = findRunningSystem(root);
  if (!address) {
    console.error(
      'The address of Redis is unknown: no system runs here (.elvis/stack.json) and REDIS_HOST is not set. Set REDIS_HOST.',
    );
    return 1;
  }
  let redis: Awaited<ReturnType<typeof openRedis>>;
  try {
    redis = await openRedis(address);
  } catch (error) {
    console.error(
      `The counters could not be read from Redis: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  }
  try {
    const keys: string[] = [];
    for await (const batch of redis.scanStream({ match: 'rl:*', count: 500 }))
      keys.push(...(batch as string[]));
    keys.sort();
    const rows = await Promise.all(
      keys.map(async (key) => [key, (await redis.get(key)) ?? 'gone', ttlText(await redis.pttl(key))]),
    );
    console.log(
      rows.length > 0
        ? table(['key', 'count', 'ends in'], rows)
        : 'No request is being counted at the moment.',
    );
    return 0;
  } finally {
    redis.disconnect();
  }
}

function ttlText(ms: number): string {
  if (ms === -1) return 'never';
  return ms < 0 ? 'gone' : `${(ms / 1_000).toFixed(1)} s`;
}
