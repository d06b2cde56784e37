/**
 * A signed write is carried out once: what comes again with the same signature, to this replica or another, is given the
 * first one's answer. Binance has nothing of the kind; a client that repeats a POST after a broken connection, or a
 * stranger who has recorded one, would place a second order.
 */
import { FRONT_REPLAY_PREFIX } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NOT_EXECUTED, OUTCOME_UNKNOWN } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';

export interface GivenAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface SignedWrite {
  readonly keyId: string;
  readonly signature: string;
  /** Exchange time after which its timestamp is refused anyway. */
  readonly countsForMs: number;
  /** Whether it names its order, so that the id alone keeps it from being placed twice. */
  readonly isNamed: boolean;
}

const UNDER_WAY = '';
/** Longer than any order takes; one that dies under way is not waited for longer. */
const LONGEST_MS = 15_000;
const LOOK_EVERY_MS = 20;
/** A clock that is a little off, and the way here. */
const MARGIN_MS = 5_000;

@Injectable()
export class Replays {
  constructor(private readonly redis: Redis) {}

  /**
   * @throws FrontRefusal -1001 whether it was seen before cannot be asked, and it names no order
   * @throws FrontRefusal -1007 the first one is not answered yet, or never was
   */
  async once(write: SignedWrite, carryOut: () => Promise<GivenAnswer>): Promise<GivenAnswer> {
    const key = FRONT_REPLAY_PREFIX + nameOf(write);
    const keptMs = Math.ceil(Math.max(write.countsForMs, 0) + MARGIN_MS + LONGEST_MS);
    let isFirst: boolean;
    try {
      isFirst = (await this.redis.set(key, UNDER_WAY, 'PX', keptMs, 'NX')) === 'OK';
    } catch {
      if (write.isNamed) return carryOut();
      throw FrontRefusal.of(NOT_EXECUTED, 'STORE_UNAVAILABLE');
    }
    if (!isFirst) return this.answerOfFirst(key);
    const answer = await carryOut();
    // Unheard, the repeats are told that it is not known: they ask, and find the order.
    await this.redis.set(key, JSON.stringify(answer), 'PX', keptMs).catch(() => undefined);
    return answer;
  }

  private async answerOfFirst(key: string): Promise<GivenAnswer> {
    const giveUpAt = performance.now() + LONGEST_MS;
    while (performance.now() < giveUpAt) {
      const given = await this.redis.get(key).catch(() => UNDER_WAY);
      if (given !== null && given !== UNDER_WAY) return JSON.parse(given) as GivenAnswer;
      await pause(LOOK_EVERY_MS);
    }
    throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
  }
}

const nameOf = ({ keyId, signature }: SignedWrite): string =>
  `${keyId}:${createHash('sha256').update(signature).digest('base64url')}`;
