/** The reservation in Lua: one instant in which an order is judged by the whole exposure and, if it may be, written into it. */
import { RedisScript } from '@elvis/platform';
import { ReserveReply } from '@elvis/rules';
import { EXPOSURE_UNITS } from '@elvis/trading';

export const RESERVE = RedisScript.read<ReserveReply>(__dirname, 'reserve', EXPOSURE_UNITS);
/** Counts an order that was denied for being repeated. */
export const COUNT_REPEAT = RedisScript.read<number>(__dirname, 'count-repeat');
/** Takes a reservation back if it is still this approval's, or hands it to the order that is alive. */
export const RETURN = RedisScript.read<number>(__dirname, 'return', EXPOSURE_UNITS);
