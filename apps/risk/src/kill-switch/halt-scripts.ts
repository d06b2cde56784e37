/** The kill switch in Redis: each of these runs whole or not at all, on the same five keys. What each does stands in `lua/`. */
import {
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_CHANNEL,
  STOPS_KEY,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
} from '@elvis/contracts';
import { RedisScript } from '@elvis/platform';

export const HALT_KEYS = [
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_KEY,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
] as const;

const read = <Reply>(name: string): RedisScript<Reply> =>
  RedisScript.read(__dirname, name, { STOPS_CHANNEL });

/** Answers [time, run id, 1 if it stands, meta, epoch, stops as field-value list]. */
export const READ_SWITCH = read<[number, string, number, string | null, number, string[]]>('read-switch');
/** Answers the stop that stands, or null. */
export const BLOCK = read<string | null>('block');
/** Answers 1 if the switch stands afterwards. */
export const RESTORE = read<number>('restore');
/** Answers 1 if the permit stands under this epoch. */
export const PERMIT = read<number>('permit');
