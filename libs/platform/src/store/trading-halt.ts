/**
 * Whether trading is halted, for every loop that trades. It fails closed: a Redis that cannot be asked, or a stop that
 * cannot be read, is a halt. Orders are refused without it too; it only saves a loop the useless work.
 */
import { KILL_SWITCH_KEY, STOPS_KEY } from '@elvis/contracts';
import { StopScope } from '@elvis/trading';
import { Redis } from './redis';

/** What the loop trades; without a symbol or a bot only a halt of everything counts. */
export interface TradedBy {
  readonly symbol?: string;
  readonly botConfigId?: string;
}

export const isTradingHalted = async (redis: Redis, by: TradedBy = {}): Promise<boolean> =>
  (await readHalts(redis))(by);

/** The same, read once for many who ask. */
export async function readHalts(redis: Redis): Promise<(by: TradedBy) => boolean> {
  try {
    const [value, stops] = await Promise.all([redis.get(KILL_SWITCH_KEY), redis.hvals(STOPS_KEY)]);
    return (by) => value !== null || stops.some((text) => halts(text, by));
  } catch {
    return () => true;
  }
}

function halts(text: string, { symbol, botConfigId }: TradedBy): boolean {
  let stop: { readonly state?: unknown; readonly scope?: StopScope } | null;
  try {
    stop = JSON.parse(text) as typeof stop;
  } catch {
    return true;
  }
  if (stop?.state === 'REDUCING') return false;
  const { type, value } = stop?.scope ?? { type: 'global' };
  return (
    type === 'global' || (type === 'symbol' && value === symbol) || (type === 'bot' && value === botConfigId)
  );
}
