/** The limiter's own keys in Redis; nobody else reads them. */
import { Market } from '@elvis/trading';
import { FreezeScope } from './freeze-memory';
import { Meter } from './meter-limits';

/** Prefix of the limiter's keys: window ledgers, slots of replicas, queues, freezes (docs/rate-limiter.md). */
const PREFIX = 'ELVIS_LIMIT';

export const SLOTS_KEY = `${PREFIX}:slots`;
export const LIMITER_CHANNEL = `${PREFIX}:news`;

export const meterKey = (market: Market, { kind, windowMs }: Pick<Meter, 'kind' | 'windowMs'>): string =>
  `${PREFIX}:meter:${market}:${kind}:${windowMs}`;

/** Who has used how much of a meter: a hash by sharer, for three windows. */
export const sharesKey = (market: Market, meter: Pick<Meter, 'kind' | 'windowMs'>): string =>
  `${meterKey(market, meter)}:shares`;

export const freezeKey = (market: Market, scope: FreezeScope): string =>
  `${PREFIX}:freeze:${market}:${scope}`;

export const queueKey = (market: Market, queue: string): string => `${PREFIX}:lane:${market}:${queue}`;
