/**
 * Answers to requests with an `Idempotency-Key`: the same request of the same caller is answered the same again for a day and
 * does nothing more. Without Redis nothing is kept; what a bot is told twice then, it refuses by its own state.
 */
import { Redis } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Caller } from '../identity/caller';

const KEPT_MS = 86_400_000;
const KEY = /^[\x21-\x7e]{1,100}$/;

interface Kept {
  readonly wish: string;
  readonly answer: unknown;
}

@Injectable()
export class KeptAnswers {
  constructor(private readonly redis: Redis) {}

  /**
   * @param wish what is asked for, with everything that makes it another request
   * @throws TradingFailure IDEMPOTENCY_KEYS_DIFFER the key was used for another request
   */
  async once<Answer>(
    { actor }: Caller,
    key: string | undefined,
    wish: object,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    if (key === undefined) return work();
    if (!KEY.test(key))
      throw new TradingFailure('MESSAGE_MALFORMED', 'Idempotency-Key must be 1 to 100 visible characters');
    const name = `cache:answer:${sha256(`${actor} ${key}`)}:v1`;
    const asked = sha256(JSON.stringify(wish));
    const kept = await this.read(name);
    if (kept && kept.wish !== asked)
      throw new TradingFailure(
        'IDEMPOTENCY_KEYS_DIFFER',
        'This Idempotency-Key was used for another request; nothing was done. Use a new key',
      );
    if (kept) return kept.answer as Answer;
    const answer = await work();
    const text = JSON.stringify({ wish: asked, answer } satisfies Kept);
    await this.redis.set(name, text, 'PX', KEPT_MS).catch(() => undefined);
    return answer;
  }

  private async read(name: string): Promise<Kept | undefined> {
    try {
      const text = await this.redis.get(name);
      return text === null ? undefined : (JSON.parse(text) as Kept);
    } catch {
      return undefined;
    }
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The id of what is made under this key: the same for the same caller and key. */
export function idOf({ actor }: Caller, key: string): string {
  const hex = sha256(`${actor} ${key}`);
  const version = `5${hex.slice(13, 16)}`;
  const variant = `8${hex.slice(17, 20)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20, 32)].join('-');
}
