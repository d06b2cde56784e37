/**
 * What the fleet knows of each account, in Redis: written by the one that follows it or has just read it, read by every
 * replica that is asked. Only what is known for longer takes the place of what stands there.
 */
import { Redis, RedisScript, redisAnswer } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { KnownAccount } from '../domain/known-account';

/** What nobody has confirmed for this long nobody needs. */
const LASTS_MS = 60_000;
/** Hash: the account as last known and until when that counts; 60 s unless confirmed. */
const keyOf = (market: Market): string => `ELVIS_ACCOUNT_FACTS:${market}`;

const WRITE = RedisScript.read<number>(__dirname, 'write-account');
/** The same account is known to hold for longer. */
const CONFIRM = RedisScript.read<number>(__dirname, 'confirm-account');

@Injectable()
export class AccountStore {
  constructor(private readonly redis: Redis) {}

  /** Undefined if it has not been read lately. @throws TradingFailure STORE_UNAVAILABLE */
  async readKnown(market: Market): Promise<KnownAccount | undefined> {
    const stored = await redisAnswer(this.redis.hmget(keyOf(market), 'account', 'knownToMs'));
    const [text, knownToMs] = stored;
    if (!text || !knownToMs) return undefined;
    return { ...(JSON.parse(text) as KnownAccount), knownToMs: Number(knownToMs) };
  }

  /** @param writer names this very version, for `confirm` */
  async writeKnown(market: Market, known: KnownAccount, writer: string): Promise<void> {
    const args = [JSON.stringify(known), Math.floor(known.knownToMs), writer, LASTS_MS];
    await WRITE.run(this.redis, [keyOf(market)], args);
  }

  /** Answers whether what stands there is that writer's version; if not, it has to be written whole. */
  async confirm(market: Market, knownToMs: number, writer: string): Promise<boolean> {
    const args = [Math.floor(knownToMs), writer, LASTS_MS];
    return (await CONFIRM.run(this.redis, [keyOf(market)], args)) === 1;
  }
}
