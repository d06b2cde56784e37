/** Access keys, by the SHA-256 of what was shown once. */
import { AccessKeyView, useAccessKey } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { Holder } from './caller';
import { HolderCache } from './holder-cache';

@Injectable()
export class KnownKeys extends HolderCache {
  /** `find` throws API_KEY_WRONG: unknown, expired, revoked, or a user behind it is disabled. */
  constructor(bus: Bus) {
    super((keyHash) => fetchKeyHolder(bus, keyHash));
  }
}

/** @throws TradingFailure API_KEY_WRONG */
export const fetchKeyHolder = async (bus: Bus, keyHash: string): Promise<Holder> =>
  toHolder(keyHash, await bus.request(useAccessKey, { keyHash }, { timeoutMs: 2_000 }));

const toHolder = (keyHash: string, { id, scopes, userId, botConfigId, persons }: AccessKeyView): Holder => ({
  actor: `key:${id}`,
  persons,
  scopes: new Set(scopes),
  credential: { kind: 'key', id: keyHash },
  ...(userId !== null && { userId }),
  ...(botConfigId && { botConfigId }),
});
