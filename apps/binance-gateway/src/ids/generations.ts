/**
 * How often a bot's id was used before. At the exchange an id may be used again once its order is closed; in Elvis an id is
 * one order for ever. So the second use is another generation, and it begins only when the sender has been told what became
 * of the first: while that is owed, the same id means the same order. The journal decides; what stands here saves asking it.
 */
import { FRONT_GENERATION_PREFIX, FRONT_OWED_PREFIX } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { OrderOwner } from './order-ids';

/** As long as Elvis keeps an id. */
const KEPT_S = 90 * 86_400;
const OWED_S = 86_400;

@Injectable()
export class Generations {
  constructor(private readonly redis: Redis) {}

  /** The last one known of; while Redis is unavailable the first, and the journal tells the rest. */
  async last(owner: OrderOwner, clientId: string): Promise<number> {
    const stored = await this.redis.get(keyOf(owner, clientId)).catch(() => null);
    return stored === null ? 0 : Number(stored);
  }

  async note(owner: OrderOwner, clientId: string, generation: number): Promise<void> {
    await this.redis.set(keyOf(owner, clientId), generation, 'EX', KEPT_S).catch(() => undefined);
  }

  /** Before it is sent: from now on its sender does not know. */
  async owe(exchangeClientId: string): Promise<void> {
    await this.redis.set(FRONT_OWED_PREFIX + exchangeClientId, '1', 'EX', OWED_S).catch(() => undefined);
  }

  /** The answer has left. */
  async settle(exchangeClientId: string): Promise<void> {
    await this.redis.del(FRONT_OWED_PREFIX + exchangeClientId).catch(() => undefined);
  }

  /** While it cannot be read it may be, and then no second order is made. */
  async isOwed(exchangeClientId: string): Promise<boolean> {
    const owed = await this.redis.exists(FRONT_OWED_PREFIX + exchangeClientId).catch(() => 1);
    return owed > 0;
  }
}

const keyOf = ({ keyId, market }: OrderOwner, clientId: string): string =>
  `${FRONT_GENERATION_PREFIX}${keyId}:${market}:${clientId}`;
