/** The front's own listen keys: each opens the user stream of one key on one market, for an hour after it was last extended. */
import { FRONT_LISTEN_PREFIX } from '@elvis/contracts';
import { Redis, redisAnswer } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { exactly } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';

const LIFE_MS = 3_600_000;
const NO_SUCH_KEY = exactly(-1125, 'This listenKey does not exist.');

export interface ListenKey {
  readonly market: Market;
  readonly keyId: string;
  /** By what the key's holder is found again; a key's id is no secret. */
  readonly apiKey: string;
}

@Injectable()
export class FrontListenKeys {
  constructor(private readonly redis: Redis) {}

  /** The key's one, made or extended. @throws TradingFailure STORE_UNAVAILABLE */
  async open(wish: ListenKey): Promise<string> {
    const own = ownName(wish);
    const made = randomBytes(48).toString('base64').replace(/[+/]/g, 'x');
    await redisAnswer(this.redis.set(own, made, 'PX', LIFE_MS, 'NX'));
    const listenKey = (await redisAnswer(this.redis.get(own))) ?? made;
    await redisAnswer(this.redis.set(FRONT_LISTEN_PREFIX + listenKey, JSON.stringify(wish), 'PX', LIFE_MS));
    await redisAnswer(this.redis.pexpire(own, LIFE_MS));
    return listenKey;
  }

  /** @param named the one that is meant; the key's only one where none is named @throws FrontRefusal -1125 */
  async extend(wish: ListenKey, named: string | undefined): Promise<string> {
    const listenKey = await this.require(wish, named);
    await redisAnswer(
      this.redis
        .multi()
        .pexpire(FRONT_LISTEN_PREFIX + listenKey, LIFE_MS)
        .pexpire(ownName(wish), LIFE_MS)
        .exec(),
    );
    return listenKey;
  }

  /** @throws FrontRefusal -1125 */
  async close(wish: ListenKey, named: string | undefined): Promise<void> {
    const listenKey = await this.require(wish, named);
    await redisAnswer(this.redis.del(FRONT_LISTEN_PREFIX + listenKey, ownName(wish)));
  }

  async find(listenKey: string): Promise<ListenKey | undefined> {
    const text = await redisAnswer(this.redis.get(FRONT_LISTEN_PREFIX + listenKey));
    return text === null ? undefined : (JSON.parse(text) as ListenKey);
  }

  private async require(wish: ListenKey, named: string | undefined): Promise<string> {
    const own = await redisAnswer(this.redis.get(ownName(wish)));
    if (own === null || (named !== undefined && named !== own)) throw FrontRefusal.of(NO_SUCH_KEY);
    return own;
  }
}

const ownName = ({ keyId, market }: ListenKey): string => `${FRONT_LISTEN_PREFIX}of:${keyId}:${market}`;
