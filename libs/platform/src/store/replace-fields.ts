import { Redis, RedisScript } from './redis';

const REPLACE = RedisScript.read<number>(__dirname, 'replace-fields');

/** A field of a hash: its name, what was read and what it becomes; '' for none. */
export type FieldChange = readonly [field: string, asRead: string, becomes: string];

/** All or nothing: false if one of them reads otherwise by now. @throws TradingFailure STORE_UNAVAILABLE */
export const replaceFields = async (
  redis: Redis,
  key: string,
  changes: readonly FieldChange[],
): Promise<boolean> => (await REPLACE.run(redis, [key], changes.flat())) === 1;
