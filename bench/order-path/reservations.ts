/**
 * How long the reservation of an answered, filled order stands: 3,000 market orders, buys and sells by turns, 32 in flight.
 * Whatever stands too long is counted as an open order, and makes risk refuse what it should let pass.
 */
import { EXPOSURE_KEY } from '@elvis/contracts';
import { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { Place } from './place-order';

const ORDERS = 3_000;
const IN_FLIGHT = 32;
const LOOK_EVERY_MS = 20;
const SETTLED_MS = 250;

export interface Lingering {
  readonly orders: number;
  /** Answered with anything but 201. */
  readonly refused: number;
  /** The longest that a reservation was seen after its order's answer, milliseconds. */
  readonly longestMs: number;
  readonly left: number;
}

export async function measureReservations(place: Place, redis: Redis): Promise<Lingering> {
  const answeredAt = new Map<string, number>();
  let refused = 0;
  let longestMs = 0;
  let isOver = false;
  const look = async (): Promise<number> => {
    const askedAt = performance.now();
    const held = (await redis.hkeys(EXPOSURE_KEY)).filter((field) => field.startsWith('r:'));
    for (const field of held)
      longestMs = Math.max(longestMs, askedAt - (answeredAt.get(field.slice(2)) ?? askedAt));
    return held.length;
  };
  const watching = (async () => {
    while (!isOver) {
      await look();
      await pause(LOOK_EVERY_MS);
    }
  })();
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < ORDERS) {
      sent += 1;
      const id = `pile-${sent}`;
      const { status } = await place(id, sent % 2 ? 'BUY' : 'SELL');
      answeredAt.set(id, performance.now());
      if (status !== 201) refused += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await pause(SETTLED_MS);
  isOver = true;
  await watching;
  return { orders: ORDERS, refused, longestMs, left: await look() };
}
