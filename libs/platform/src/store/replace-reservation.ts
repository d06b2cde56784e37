import { EXPOSURE_KEY, EXPOSURE_SUMS_KEY, reservationField } from '@elvis/contracts';
import { EXPOSURE_UNITS } from '@elvis/trading';
import { Redis, RedisScript } from './redis';

const REPLACE = RedisScript.read<number>(__dirname, 'replace-reservation', EXPOSURE_UNITS);

/**
 * Writes an order's reservation, and its part of the sums, if it still reads as given; '' for none. Answers whether it
 * wrote.
 *
 * @throws TradingFailure STORE_UNAVAILABLE
 */
export const replaceReservation = async (
  redis: Redis,
  clientOrderId: string,
  asRead: string,
  becomes: string,
): Promise<boolean> => {
  const args = [reservationField(clientOrderId), asRead, becomes];
  return (await REPLACE.run(redis, [EXPOSURE_KEY, EXPOSURE_SUMS_KEY], args)) === 1;
};
