/**
 * Access keys as the database has them, remembered for a few seconds: a key that is revoked elsewhere may open for
 * that long. Keys that open nothing are remembered too, so that guessing does not reach the database.
 */
import { AccessKeyView, useAccessKey } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { Caller } from './caller';

const REMEMBERED_MS = 5_000;
const REMEMBERED_AT_MOST = 10_000;

type Holder = Omit<Caller, 'remoteIp'>;

interface Remembered {
  readonly untilMs: number;
  readonly holder: Promise<Holder>;
}

@Injectable()
export class KnownKeys {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly bus: Bus) {}

  /** @throws TradingFailure API_KEY_WRONG unknown, expired, revoked, or its user is disabled */
  find(keyHash: string): Promise<Holder> {
    const nowMs = performance.now();
    const known = this.remembered.get(keyHash);
    if (known && known.untilMs > nowMs) return known.holder;
    const holder = this.ask(keyHash);
    this.remembered.delete(keyHash);
    this.remembered.set(keyHash, { untilMs: nowMs + REMEMBERED_MS, holder });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED_AT_MOST) break;
      this.remembered.delete(oldest);
    }
    return holder;
  }

  /** After a change that this gateway made itself. */
  forget(): void {
    this.remembered.clear();
  }

  private async ask(keyHash: string): Promise<Holder> {
    try {
      return toHolder(await this.bus.request(useAccessKey, { keyHash }, { timeoutMs: 2_000 }));
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'API_KEY_WRONG')
        this.remembered.delete(keyHash);
      throw error;
    }
  }
}

const toHolder = ({ id, scopes, userId }: AccessKeyView): Holder => ({
  actor: `key:${id}`,
  scopes: new Set(scopes),
  ...(userId !== null && { userId }),
});
