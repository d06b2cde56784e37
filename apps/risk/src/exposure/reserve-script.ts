/** The reservation in Lua: one instant in which an order is judged by the whole exposure and, if it may be, written into it. */
import { RedisScript } from '@elvis/platform';

export const QUANTITY_UNIT = 1e8;
export const AMOUNT_UNIT = 1e6;

export type ReserveReply = [word: string, exchangeNow?: number | string, ...figures: (number | string)[]];

export const RESERVE = RedisScript.read<ReserveReply>(__dirname, 'reserve', { QUANTITY_UNIT, AMOUNT_UNIT });
/** Takes a reservation back if it is still this approval's. */
export const RETURN = RedisScript.read<number>(__dirname, 'return');
