/**
 * What can be wrong with the exchange's clock in a fault run, by up to a second and a half: a measurement that is off and
 * says so, a slow answer that makes the measurement bad, and a clock that steps without anybody having measured it.
 */
import { EXCHANGE_CLOCK_KEY } from '@elvis/contracts';
import { readLua } from '@elvis/platform';
import { LIMITER_CHANNEL } from '../../../apps/execution/src/limiter/budget/limiter-keys';
import { seeded } from '../../load/seeded';
import { Stand } from './stand';

const CLOCK_FAULTS = ['none', 'misjudged', 'steps', 'slow-time'] as const;
type ClockFault = (typeof CLOCK_FAULTS)[number];

export interface ClockPlan {
  readonly clock: ClockFault;
  /** By how much Elvis takes the exchange's time to be later than it is; below zero: earlier. */
  readonly clockOffMs: number;
  /** When that begins, against the moment of the stop. */
  readonly clockAfterMs: number;
}

const LARGEST_MS = 1_500;
const FRACTION = 0.6;
/** A request that is held up on its way is held up for so much less than the exchange would refuse it after, at most. */
const CLOSE_MS = 120;
const RECV_WINDOW_MS = 1_000;
const SLOW_MS = 700;
/** The keeper writes its own measurement every two seconds: what is planted has to stand in between. */
const PLANT_EVERY_MS = 20;
/** With a Redis that is away the planting ends by itself once that is back. */
const END_WITHIN_MS = 500;

/** Of chance of its own: what else a seed does stays as it was. */
export function clockPlanOf(seed: number): ClockPlan {
  const random = seeded(seed * 104_729);
  const isOff = random() < FRACTION;
  const kind = CLOCK_FAULTS[1 + Math.floor(random() * (CLOCK_FAULTS.length - 1))] as ClockFault;
  const sign = random() < 0.5 ? -1 : 1;
  const clockOffMs = Math.round(sign * LARGEST_MS * (random() < 0.5 ? 1 : random()));
  const clockAfterMs = Math.round(-400 + random() * 500);
  return isOff ? { clock: kind, clockOffMs, clockAfterMs } : { clock: 'none', clockOffMs: 0, clockAfterMs };
}

/**
 * How long an exchange that is slow holds orders up: with a clock that Elvis takes to be later than it is until shortly
 * before they are outdated, since those are what a drain has to outwait.
 */
export function slowFor({ clock, clockOffMs, seed }: ClockPlan & { readonly seed: number }): number {
  if (clock !== 'steps' || clockOffMs <= 0) return SLOW_MS;
  return Math.max(SLOW_MS, Math.round(RECV_WINDOW_MS + clockOffMs - 30 - seeded(seed * 31)() * CLOSE_MS));
}

/** Strikes, and answers how it ends. */
export async function beginClockFault(
  stand: Stand,
  { clock, clockOffMs }: ClockPlan,
): Promise<() => Promise<unknown>> {
  switch (clock) {
    case 'none':
      return () => Promise.resolve();
    case 'misjudged':
      return misjudge(stand, clockOffMs);
    case 'steps':
      await stand.admin('POST', '/clock', { shiftMs: -clockOffMs });
      return async () => {
        await stand.admin('POST', '/clock', { shiftMs: 0 });
        await measureAnew(stand);
      };
    case 'slow-time': {
      // Half of the way there and back is the error, and here all of it is the way back.
      const delayMs = 2 * Math.abs(clockOffMs);
      const { id } = (await stand.admin('POST', '/trouble', {
        ...{ kind: 'slow-answer', path: '/fapi/v1/time', delayMs },
      })) as { id: number };
      await measureAnew(stand);
      return async () => {
        await stand.admin('DELETE', `/trouble?id=${id}`);
        await measureAnew(stand);
      };
    }
  }
}

/** Where a measurement stands, another is put in its place: off by so much, and honest about it. */
const MISJUDGE = readLua(__dirname, 'misjudge');

function misjudge(stand: Stand, offMs: number): () => Promise<unknown> {
  let isOver = false;
  const planting = stand.redis(async (redis) => {
    const theta = Number(await redis.hget(EXCHANGE_CLOCK_KEY, 'thetaMs'));
    while (!isOver) {
      await redis.eval(MISJUDGE, 1, EXCHANGE_CLOCK_KEY, Math.round(theta + offMs), Math.abs(offMs) + 5);
      await new Promise((resolve) => setTimeout(resolve, PLANT_EVERY_MS));
    }
  });
  planting.catch(() => undefined);
  return async () => {
    isOver = true;
    await Promise.race([planting, new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS))]);
    await measureAnew(stand);
  };
}

/** As a replica says that has found the exchange's clock elsewhere. */
async function measureAnew(stand: Stand): Promise<void> {
  const told = stand.redis((redis) =>
    redis.publish(LIMITER_CHANNEL, JSON.stringify({ type: 'clock-suspect' })),
  );
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS))]);
}
