/** A ticket stands for a key where a browser can send no header: it lives half a minute and opens one stream. */
import { Scope } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Caller } from '../identity/caller';

const LIFE_SECONDS = 30;
const keyOf = (ticket: string): string => `auth:ticket:${createHash('sha256').update(ticket).digest('hex')}`;

@Injectable()
export class Tickets {
  constructor(private readonly redis: Redis) {}

  async issue({ actor, scopes }: Caller): Promise<{ ticket: string; expiresIn: number }> {
    const ticket = randomBytes(32).toString('base64url');
    await this.redis.set(keyOf(ticket), JSON.stringify({ actor, scopes: [...scopes] }), 'EX', LIFE_SECONDS);
    return { ticket, expiresIn: LIFE_SECONDS };
  }

  /** @throws TradingFailure TOKEN_INVALID it was used before, or is too old */
  async use(ticket: string): Promise<Omit<Caller, 'remoteIp'>> {
    const text = await this.redis.getdel(keyOf(ticket));
    if (text === null) throw new TradingFailure('TOKEN_INVALID', 'This ticket is not valid, or not any more');
    const { actor, scopes } = JSON.parse(text) as { actor: string; scopes: Scope[] };
    return { actor, scopes: new Set(scopes) };
  }
}
