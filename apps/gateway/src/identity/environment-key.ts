/** The key of the environment: it has every scope and is known without any other service. */
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { hash, timingSafeEqual } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';
import { Holder, SCOPES } from './caller';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

@Injectable()
export class EnvironmentKey {
  private readonly digest: Buffer | undefined;

  constructor({ API_KEY }: GatewayConfig) {
    this.digest = API_KEY === undefined ? undefined : digest(API_KEY);
  }

  /** Compared as digests, in constant time. */
  is(given: unknown): boolean {
    return (
      this.digest !== undefined && typeof given === 'string' && timingSafeEqual(digest(given), this.digest)
    );
  }

  /** @throws TradingFailure API_KEY_NOT_CONFIGURED nobody has set a key yet */
  require(): void {
    if (this.digest) return;
    throw new TradingFailure(
      'API_KEY_NOT_CONFIGURED',
      'No API key is configured; set API_KEY and restart the gateway',
      { retryAfterMs: 30_000 },
    );
  }

  /** Who holds it; its credential names the key, so that what was begun with another one is told apart. */
  holder(): Holder {
    return {
      actor: 'key:environment',
      persons: ['key:environment'],
      scopes: new Set(SCOPES),
      credential: { kind: 'environment', id: this.digest?.toString('hex') ?? '' },
    };
  }

  /** The same for what was begun with the key of this digest; undefined if there is another one now. */
  holderOf(keyDigest: string): Holder | undefined {
    const holder = this.holder();
    return keyDigest !== '' && holder.credential.id === keyDigest ? holder : undefined;
  }
}
