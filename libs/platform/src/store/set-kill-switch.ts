/**
 * The kill switch without risk: the key itself, which is enough for the send script to refuse every order and, told in
 * the same step, for execution to begin canceling. The one exception to risk's ownership.
 */
import {
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_CHANNEL,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
} from '@elvis/contracts';
import { Redis, RedisScript } from './redis';

const SET = RedisScript.read<[number, string, string]>(__dirname, 'set-kill-switch', { STOPS_CHANNEL });
const KEYS = [KILL_SWITCH_KEY, TRADING_PERMIT_KEY, KILL_SWITCH_META_KEY, TRADING_EPOCH_KEY];

/** One that stands already keeps its record. @throws TradingFailure STORE_UNAVAILABLE */
export async function setKillSwitch(
  redis: Redis,
  meta: object,
): Promise<{ readonly isNew: boolean; readonly epoch: number; readonly meta: string }> {
  const [added, epoch, standing] = await SET.run(redis, KEYS, [JSON.stringify(meta)]);
  return { isNew: added === 1, epoch: Number(epoch), meta: standing };
}
