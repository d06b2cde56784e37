/** What a fault run can do to a system, and how each of it ends. */
import { Stand } from './stand';

export const FAULTS = [
  'none',
  'kill-execution',
  'pause-execution',
  'pause-all-execution',
  'kill-risk',
  'pause-nats',
  'kill-nats',
  'pause-redis',
  'kill-redis',
  'empty-redis',
  'exchange-slow',
  'answers-lost',
  'slow-redis',
  'restart-redis-empty',
  'pause-risk',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A slow Redis: it sleeps for most of the time. */
const SLOW_ASLEEP_MS = 60;
const SLOW_AWAKE_MS = 20;
/** Beyond every answer the run waits for. */
const GIVEN_UP_AFTER_MS = 20_000;

/**
 * Strikes, and answers how it ends. `victim`, from 0 to 1, says which of several replicas is hit, `slowMs` how long orders
 * are held up.
 */
export async function beginFault(
  stand: Stand,
  fault: Fault,
  { victim, slowMs }: { readonly victim: number; readonly slowMs: number },
): Promise<() => unknown> {
  const pick = (pids: readonly number[]): number => pids[Math.floor(victim * pids.length)] as number;
  const kill = (pids: readonly number[]): (() => unknown) => {
    for (const pid of pids) stand.signal(pid, 'SIGKILL');
    return () => undefined;
  };
  const pause = (pids: readonly number[]): (() => unknown) => {
    for (const pid of pids) stand.signal(pid, 'SIGSTOP');
    return () => pids.forEach((pid) => stand.signal(pid, 'SIGCONT'));
  };
  const inject = async (body: object): Promise<() => unknown> => {
    await stand.admin('POST', '/trouble', body);
    return () => stand.admin('DELETE', '/trouble');
  };
  switch (fault) {
    case 'none':
      return () => undefined;
    case 'kill-execution':
      return kill([pick(stand.pids('execution'))]);
    case 'pause-execution':
      return pause([pick(stand.pids('execution'))]);
    case 'pause-all-execution':
      return pause(stand.pids('execution'));
    case 'kill-risk':
      return kill([pick(stand.pids('risk'))]);
    case 'pause-risk':
      return pause([pick(stand.pids('risk'))]);
    case 'pause-nats':
      return pause(stand.pids('nats'));
    case 'kill-nats':
      return kill(stand.pids('nats'));
    case 'pause-redis':
      return pause(stand.pids('redis'));
    case 'kill-redis':
      return kill(stand.pids('redis'));
    case 'empty-redis':
      await emptyRedis(stand);
      return () => undefined;
    case 'restart-redis-empty':
      await emptyRedis(stand);
      return kill(stand.pids('redis'));
    case 'slow-redis':
      return slow(stand, stand.pids('redis'));
    case 'exchange-slow':
      return inject({ kind: 'slow-execution', path: '/fapi/v1/order', method: 'POST', delayMs: slowMs });
    case 'answers-lost':
      return inject({ kind: 'drop-after', path: '/fapi/v1/order', method: 'POST' });
  }
}

/** With another fault it may be that no Redis is there to be emptied: then that one strikes alone. */
async function emptyRedis(stand: Stand): Promise<void> {
  await stand.redis((redis) =>
    Promise.race([redis.flushall(), new Promise((resolve) => setTimeout(resolve, 1_000))]),
  );
}

function slow(stand: Stand, pids: readonly number[]): () => unknown {
  const signal = (name: NodeJS.Signals): void => pids.forEach((pid) => stand.signal(pid, name));
  const until = performance.now() + GIVEN_UP_AFTER_MS;
  let isOver = false;
  const sleepAgain = (): void => {
    signal('SIGCONT');
    if (isOver || performance.now() > until) return;
    setTimeout(() => {
      if (!isOver) signal('SIGSTOP');
      setTimeout(sleepAgain, SLOW_ASLEEP_MS);
    }, SLOW_AWAKE_MS);
  };
  sleepAgain();
  return () => {
    isOver = true;
    signal('SIGCONT');
  };
}
