/** The limits that keep one order back and not the bot: how large, how many that rest, how many a minute. */
import { BotLimits } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';

type EntryLimit = 'maxPosition' | 'maxOpenOrders' | 'maxOrdersPerMinute';

export interface EntryFacts {
  /** What the position would be worth with this order filled, in the quote asset. */
  readonly positionAfter: Decimal;
  /** Orders of the bot that rest, protections left out. */
  readonly openOrders: number;
  /** Times of its orders that may open something, in UTC milliseconds. */
  readonly orderedAtMs: readonly number[];
}

export interface EntryRefused {
  readonly limit: EntryLimit;
  readonly value: string;
  readonly maximum: string;
}

const MINUTE_MS = 60_000;

/** Why an order that may open something stays unsent; undefined if it may go. @param nowMs the exchange's clock */
export function entryRefused(
  { maxPosition, maxOpenOrders, maxOrdersPerMinute }: BotLimits,
  { positionAfter, openOrders, orderedAtMs }: EntryFacts,
  nowMs: number,
): EntryRefused | undefined {
  if (maxPosition && positionAfter.abs().gt(maxPosition))
    return { limit: 'maxPosition', value: positionAfter.abs().toFixed(), maximum: maxPosition };
  if (maxOpenOrders !== undefined && openOrders >= maxOpenOrders)
    return { limit: 'maxOpenOrders', value: `${openOrders}`, maximum: `${maxOpenOrders}` };
  const lastMinute = orderedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS).length;
  if (maxOrdersPerMinute !== undefined && lastMinute >= maxOrdersPerMinute)
    return { limit: 'maxOrdersPerMinute', value: `${lastMinute}`, maximum: `${maxOrdersPerMinute}` };
  return undefined;
}
