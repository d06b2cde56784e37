/** A ticket stands for a key where a browser can send no header: it lives half a minute and opens one stream. */
import { Redis, redisAnswer } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Caller, Credential } from './caller';
import { SignedValues } from './signed-values';

const LIFE_SECONDS = 30;
/** The credential that a stream's ticket stands for, signed; 30 s, deleted when used. */
const keyOf = (ticket: string): string => `auth:ticket:${createHash('sha256').update(ticket).digest('hex')}`;

@Injectable()
export class Tickets {
  constructor(
    private readonly redis: Redis,
    private readonly signed: SignedValues,
  ) {}

  async issue({ credential }: Caller): Promise<{ ticket: string; expiresIn: number }> {
    const ticket = randomBytes(32).toString('base64url');
    const key = keyOf(ticket);
    await redisAnswer(this.redis.set(key, this.signed.write(key, credential), 'EX', LIFE_SECONDS));
    return { ticket, expiresIn: LIFE_SECONDS };
  }

  /** Answers the credential that it stands for. @throws TradingFailure TOKEN_INVALID it was used before, or is too old */
  async use(ticket: string): Promise<Credential> {
    const key = keyOf(ticket);
    const credential = this.signed.read<Credential>(key, await redisAnswer(this.redis.getdel(key)));
    if (!credential)
      throw new TradingFailure(
        'TOKEN_INVALID',
        'This stream ticket is unknown, expired or used; request another one',
      );
    return credential;
  }
}
