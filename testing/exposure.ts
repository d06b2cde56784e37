/** The exposure as specs and benchmarks make it: a reservation is never written without the sums beside it. */
import {
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  positionField,
  reservationField,
} from '@elvis/contracts';
import { Redis, replaceReservation } from '@elvis/platform';
import { Market } from '@elvis/trading';

/** The structure counts from now on, if it does not yet: empty but for positions that are held. */
export async function buildExposure(redis: Redis, generation = 'g'): Promise<void> {
  if ((await redis.hsetnx(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD, generation)) === 0) return;
  await redis.hset(EXPOSURE_SUMS_KEY, {
    [EXPOSURE_GENERATION_FIELD]: generation,
    n: await redis.hlen(EXPOSURE_KEY),
  });
}

/** Replaces what an order has reserved; '' takes it away. */
export async function writeReservation(
  redis: Redis,
  clientOrderId: string,
  reservation: object | string,
): Promise<void> {
  const text = typeof reservation === 'string' ? reservation : JSON.stringify(reservation);
  const standing = (await redis.hget(EXPOSURE_KEY, reservationField(clientOrderId))) ?? '';
  if (!(await replaceReservation(redis, clientOrderId, standing, text)))
    throw new Error(`The reservation of ${clientOrderId} changed meanwhile`);
}

export const dropReservation = (redis: Redis, clientOrderId: string): Promise<void> =>
  writeReservation(redis, clientOrderId, '');

export async function holdPosition(
  redis: Redis,
  symbol: string,
  quantity: string,
  market: Market = 'futures',
): Promise<void> {
  const field = positionField(market, symbol);
  const isNew = await redis.hset(EXPOSURE_KEY, field, quantity);
  if (isNew) await redis.hincrby(EXPOSURE_SUMS_KEY, 'n', 1);
  if (Number(quantity) === 0) await redis.hdel(EXPOSURE_SUMS_KEY, field);
  else await redis.hset(EXPOSURE_SUMS_KEY, field, 1);
}

/** Nothing rests any more, and nothing is held. */
export async function emptyExposure(redis: Redis): Promise<void> {
  await redis.del(EXPOSURE_KEY, EXPOSURE_SUMS_KEY);
  await buildExposure(redis);
}
