/**
 * Guesses at passwords. From one address a user may be tried a few times a minute; from everywhere together, a hundred
 * times an hour. Anyone who uses up the second shuts out other addresses, never the person: an address from which that
 * user has signed in before is counted for itself alone. A right password gives its count back.
 */
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { IpLimiter } from '../limits/ip-limiter';
import { addressKey, tooMany } from '../limits/limit-answer';
import { SignedValues } from '../identity/signed-values';

const KNOWN_FOR_MS = 30 * 86_400_000;

@Injectable()
export class SignInLimiter {
  constructor(
    private readonly limiter: IpLimiter,
    private readonly redis: Redis,
    private readonly signed: SignedValues,
  ) {}

  /**
   * Counts the attempt before the password is looked at; answers what to call when it was right.
   *
   * @throws TradingFailure RATE_LIMITED
   */
  async countAttempt(email: string, request: FastifyRequest): Promise<() => Promise<void>> {
    const address = addressKey(request.ip);
    const fromHere = `${email}:${address}`;
    const own = await this.limiter.count('LOGIN', fromHere);
    if (own?.isOver) throw tooMany(own, request);
    if (await this.isKnown(fromHere)) return () => this.succeeded(fromHere);
    const all = await this.limiter.count('LOGIN_EMAIL', email);
    if (all?.isOver) throw tooMany(all, request);
    return async () => {
      await this.limiter.giveBack('LOGIN_EMAIL', email);
      await this.succeeded(fromHere);
    };
  }

  /** For mail that somebody else can cause: as often as that address may ask for mail itself. */
  async mayBeMailed(email: string): Promise<boolean> {
    return !(await this.limiter.count('FORGOT', email))?.isOver;
  }

  private async succeeded(fromHere: string): Promise<void> {
    const key = keyOf(fromHere);
    await this.limiter.giveBack('LOGIN', fromHere);
    await this.redis
      .set(key, this.signed.write(key, { known: true }), 'PX', KNOWN_FOR_MS)
      .catch(() => undefined);
  }

  private async isKnown(fromHere: string): Promise<boolean> {
    const key = keyOf(fromHere);
    const stored = await this.redis.get(key).catch(() => null);
    return this.signed.read(key, stored) !== undefined;
  }
}

/** That a user has signed in from an address before, signed; 30 days from the last time. */
const keyOf = (fromHere: string): string =>
  `auth:known:${createHash('sha256').update(fromHere).digest('hex')}`;
