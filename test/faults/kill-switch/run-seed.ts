/**
 * One fault run, all of it decided by its seed: load, a fault at a random moment around the stop, the acknowledgement
 * of the drain, a mark on the exchange, the fault's end, and what the exchange accepted since the mark.
 */
import { seeded } from '../../load/seeded';
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
] as const;
export type Fault = (typeof FAULTS)[number];

export const WAYS = ['rest', 'hand'] as const;

export interface Plan {
  readonly seed: number;
  readonly fault: Fault;
  readonly way: (typeof WAYS)[number];
  /** When the fault strikes, against the moment of the stop. */
  readonly strikesAfterMs: number;
  /** For how long a paused part sleeps, after the stop. */
  readonly pausedMs: number;
  readonly victim: number;
}

export interface Outcome extends Plan {
  /** False: nobody claimed a drain within the run, so nothing was promised. */
  readonly isAcknowledged: boolean;
  readonly phase: string;
  readonly drainedAfterMs: number | null;
  /** Accepted by the exchange after the acknowledgement: the promise is 0. */
  readonly accepted: number;
  readonly outdated: number;
  readonly received: number;
  readonly remaining: number;
}

const ACKNOWLEDGED_WITHIN_MS = 9_000;
/** The load goes on for as long as anything from before the stop could still arrive. */
const WATCHED_MS = 1_500;
const DRAINED = ['DRAINED', 'CANCELLING', 'VERIFIED_ZERO', 'FLATTENING', 'VERIFIED_FLAT'];

export function planOf(seed: number): Plan {
  const random = seeded(seed * 7_919);
  return {
    seed,
    fault: FAULTS[seed % FAULTS.length] as Fault,
    way: random() < 0.75 ? 'rest' : 'hand',
    strikesAfterMs: Math.round(-150 + random() * 250),
    pausedMs: Math.round(600 + random() * 2_600),
    victim: random(),
  };
}

export async function runSeed(stand: Stand, seed: number): Promise<Outcome> {
  const plan = planOf(seed);
  await stand.restore();
  stand.beginLoad(6, 120);
  await sleep(300 + (seed % 7) * 40);
  const ends: (() => unknown)[] = [];
  const strike = async (): Promise<void> => void ends.push(await begin(stand, plan));
  try {
    if (plan.strikesAfterMs < 0) {
      await strike();
      await sleep(-plan.strikesAfterMs);
    }
    const stoppedAt = performance.now();
    const stop = pull(stand, plan);
    if (plan.strikesAfterMs >= 0) {
      await sleep(plan.strikesAfterMs);
      await strike();
    }
    const resumed = sleep(plan.pausedMs).then(async () => {
      for (const end of ends) await end();
    });
    const phase = await acknowledged(stand, stop, stoppedAt);
    const isAcknowledged = DRAINED.includes(phase);
    const drainedAfterMs = isAcknowledged ? Math.round(performance.now() - stoppedAt) : null;
    await stand.admin('POST', '/mark');
    await resumed;
    await sleep(WATCHED_MS);
    const { ordersAccepted, ordersOutdated, ordersReceived } = await stand.sinceMark();
    const { body } = await stand.call('GET', '/emergency_stop/status');
    return {
      ...plan,
      ...{ isAcknowledged, phase: String(body?.phase ?? phase), drainedAfterMs },
      accepted: isAcknowledged ? ordersAccepted : 0,
      outdated: ordersOutdated,
      received: ordersReceived,
      remaining: (await stop)?.remaining ?? 0,
    };
  } finally {
    await stand.admin('DELETE', '/trouble').catch(() => undefined);
    for (const end of ends) await Promise.resolve(end()).catch(() => undefined);
    await stand.endLoad();
  }
}

interface Pulled {
  readonly phase: string;
  readonly remaining: number;
}

async function pull(stand: Stand, { way, seed }: Plan): Promise<Pulled | undefined> {
  if (way === 'hand') {
    await stand.setSwitchByHand();
    return undefined;
  }
  const { status, body } = await stand.call('POST', '/emergency_stop', { reason: `fault run ${seed}` });
  if (status !== 200) return undefined;
  return { phase: body.drained ? body.phase : 'BLOCKED', remaining: body.remaining_orders?.length ?? 0 };
}

/** The first claim that the stop is drained, by its own answer or by the status, whichever comes first. */
async function acknowledged(stand: Stand, stop: Promise<Pulled | undefined>, since: number): Promise<string> {
  let phase = 'REQUESTED';
  void stop.then((pulled) => (phase = pulled && DRAINED.includes(pulled.phase) ? pulled.phase : phase));
  while (!DRAINED.includes(phase) && performance.now() - since < ACKNOWLEDGED_WITHIN_MS) {
    const { body } = await stand.call('GET', '/emergency_stop/status', undefined, 2_000);
    if (body?.active && typeof body.phase === 'string' && !DRAINED.includes(phase)) phase = body.phase;
    await sleep(20);
  }
  return phase;
}

/** Strikes, and answers how it ends. */
async function begin(stand: Stand, { fault, victim }: Plan): Promise<() => unknown> {
  const pick = (pids: readonly number[]): number => pids[Math.floor(victim * pids.length)] as number;
  const pause = (pids: readonly number[]): (() => unknown) => {
    for (const pid of pids) stand.signal(pid, 'SIGSTOP');
    return () => pids.forEach((pid) => stand.signal(pid, 'SIGCONT'));
  };
  const nothing = (): void => undefined;
  switch (fault) {
    case 'none':
      return nothing;
    case 'kill-execution':
      stand.signal(pick(stand.pids('execution')), 'SIGKILL');
      return nothing;
    case 'pause-execution':
      return pause([pick(stand.pids('execution'))]);
    case 'pause-all-execution':
      return pause(stand.pids('execution'));
    case 'kill-risk':
      stand.signal(pick(stand.pids('risk')), 'SIGKILL');
      return nothing;
    case 'pause-nats':
      return pause(stand.pids('nats'));
    case 'kill-nats':
      stand.pids('nats').forEach((pid) => stand.signal(pid, 'SIGKILL'));
      return nothing;
    case 'pause-redis':
      return pause(stand.pids('redis'));
    case 'kill-redis':
      stand.pids('redis').forEach((pid) => stand.signal(pid, 'SIGKILL'));
      return nothing;
    case 'empty-redis':
      await stand.redis((redis) => redis.flushall());
      return nothing;
    case 'exchange-slow':
      await stand.admin('POST', '/trouble', { kind: 'slow-execution', path: '/fapi/v1/order', delayMs: 700 });
      return () => stand.admin('DELETE', '/trouble');
    case 'answers-lost':
      await stand.admin('POST', '/trouble', { kind: 'drop-after', path: '/fapi/v1/order', method: 'POST' });
      return () => stand.admin('DELETE', '/trouble');
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
