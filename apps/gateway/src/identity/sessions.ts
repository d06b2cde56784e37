/**
 * Sessions of users and of keys, in Redis, each under its own key and signed. A session has one refresh token at a time:
 * using it makes the next, and a second use of the same one ends the session, because one of the two who hold it is a
 * thief. A browser's may be used again for half a minute and makes the same next one: two tabs share a cookie, and a page
 * that is left while it asks never sees the answer. Every method throws STORE_UNAVAILABLE where Redis does not answer.
 */
import { Redis, RedisScript, redisAnswer } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Credential } from './caller';
import { SignedValues } from './signed-values';

const LASTS_MS = 30 * 86_400_000;
/** Without a refresh; anyone who is there refreshes every quarter of an hour. */
const UNUSED_MS = 7 * 86_400_000;
/** Of one user; the one used longest ago makes room. */
const AT_MOST = 20;
/** For so long a browser's refresh token works again. */
const AGAIN_MS = 30_000;
const REFRESH_TOKEN = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

export interface SessionOrigin {
  readonly remoteIp: string;
  readonly userAgent: string | null;
}

interface Session extends SessionOrigin {
  /** A user's id, or the actor of a key. */
  readonly userId: string;
  /** Of a session that a key began: which; it ends with it. */
  readonly credential?: Credential;
  /** Of the user's credentials when it began. */
  readonly credentialVersion: number;
  readonly startedAtMs: number;
  readonly usedAtMs: number;
}

export interface ListedSession extends Session {
  readonly sessionId: string;
}

interface StoredSession extends Session {
  /** SHA-256 of the refresh token's secret. */
  readonly hash: string;
  /** Of a browser's session: how many refresh tokens it has had before. */
  readonly generation?: number;
}

export interface NewSession {
  readonly userId: string;
  readonly credentialVersion: number;
  readonly credential?: Credential;
  readonly isBrowser?: boolean;
}

/** Answers 1, or 0 where something else stands by now. */
const replaceIfSame = RedisScript.read<number>(__dirname, 'replace-if-same');

@Injectable()
export class Sessions {
  constructor(
    private readonly redis: Redis,
    private readonly signed: SignedValues,
  ) {}

  /** After a sign-in; answers its id and its first refresh token. */
  async create(
    { userId, credentialVersion, credential, isBrowser = false }: NewSession,
    origin: SessionOrigin,
  ): Promise<{ sessionId: string; refreshToken: string }> {
    const [sessionId, nowMs] = [randomUUID(), Date.now()];
    const secret = isBrowser ? this.secretOf(sessionId, 0) : secretText();
    const session: StoredSession = {
      ...origin,
      userId,
      credentialVersion,
      ...(credential && { credential }),
      ...(isBrowser && { generation: 0 }),
      startedAtMs: nowMs,
      usedAtMs: nowMs,
      hash: hashOf(secret),
    };
    const value = this.signed.write(keyOf(sessionId), session);
    await redisAnswer(
      this.redis
        .multi()
        .set(keyOf(sessionId), value, 'PX', LASTS_MS)
        .sadd(indexOf(userId), sessionId)
        .pexpire(indexOf(userId), LASTS_MS)
        .exec(),
    );
    const others = (await this.list(userId)).filter((listed) => listed.sessionId !== sessionId);
    for (const { sessionId: oldest } of others.slice(AT_MOST - 1)) await this.revoke(userId, oldest);
    return { sessionId, refreshToken: `${sessionId}.${secret}` };
  }

  /** Uses a refresh token up; answers whose session it is and the next token. @throws TradingFailure TOKEN_INVALID */
  async refresh(refreshToken: string): Promise<{ session: ListedSession; refreshToken: string }> {
    const [, sessionId, secret] = REFRESH_TOKEN.exec(refreshToken) ?? [];
    if (!sessionId || !secret) throw invalid('This refresh token is malformed; sign in again');
    const key = keyOf(sessionId);
    for (;;) {
      const stored = await redisAnswer(this.redis.get(key));
      const kept = this.read(sessionId, stored);
      if (!kept || stored === null) throw invalid('This refresh token is unknown or expired; sign in again');
      const { hash, generation, ...session } = kept;
      const answer = { ...session, sessionId };
      if (this.isTheOneBefore(sessionId, kept, secret))
        return { session: answer, refreshToken: `${sessionId}.${this.secretOf(sessionId, generation ?? 0)}` };
      if (hash !== hashOf(secret)) {
        await this.revoke(kept.userId, sessionId);
        throw invalid('This refresh token was used before, so its session was ended; sign in again');
      }
      const nextSecret = generation === undefined ? secretText() : this.secretOf(sessionId, generation + 1);
      const next: StoredSession = {
        ...kept,
        ...(generation !== undefined && { generation: generation + 1 }),
        usedAtMs: Date.now(),
        hash: hashOf(nextSecret),
      };
      // Somebody else was quicker: what stands now says whether it may still be used.
      if ((await replaceIfSame.run(this.redis, [key], [stored, this.signed.write(key, next)])) !== 1)
        continue;
      return { session: answer, refreshToken: `${sessionId}.${nextSecret}` };
    }
  }

  /** The session, as long as it is open and this one's. */
  async find(userId: string, sessionId: string): Promise<Session | undefined> {
    const kept = this.read(sessionId, await redisAnswer(this.redis.get(keyOf(sessionId))));
    return kept?.userId === userId ? kept : undefined;
  }

  async isOpen(userId: string, sessionId: string): Promise<boolean> {
    return (await this.find(userId, sessionId)) !== undefined;
  }

  /** Those that are open, the one used last first. */
  async list(userId: string): Promise<readonly ListedSession[]> {
    const ids = await redisAnswer(this.redis.smembers(indexOf(userId)));
    if (ids.length === 0) return [];
    const stored = await redisAnswer(this.redis.mget(ids.map(keyOf)));
    const sessions = ids.flatMap((sessionId, index): ListedSession[] => {
      const kept = this.read(sessionId, stored[index] ?? null);
      if (kept?.userId !== userId) return [];
      const { hash: _, generation: __, ...session } = kept;
      return [{ ...session, sessionId }];
    });
    const gone = ids.filter((id) => !sessions.some(({ sessionId }) => sessionId === id));
    if (gone.length > 0) await redisAnswer(this.redis.srem(indexOf(userId), ...gone));
    return sessions.sort((left, right) => right.usedAtMs - left.usedAtMs);
  }

  /** Answers whether it was there. */
  async revoke(userId: string, sessionId: string): Promise<boolean> {
    if (!(await this.isOpen(userId, sessionId))) return false;
    await redisAnswer(this.redis.multi().del(keyOf(sessionId)).srem(indexOf(userId), sessionId).exec());
    return true;
  }

  private isTheOneBefore(
    sessionId: string,
    { generation = 0, usedAtMs }: StoredSession,
    secret: string,
  ): boolean {
    if (generation === 0 || Date.now() - usedAtMs > AGAIN_MS) return false;
    return hashOf(this.secretOf(sessionId, generation - 1)) === hashOf(secret);
  }

  /** Follows from what Redis does not have, so that the same one can be given again. */
  private secretOf(sessionId: string, generation: number): string {
    return this.signed.secretOf(`${sessionId}\n${generation}`);
  }

  /** Its end follows from what is signed: anyone who keeps a copy of a value cannot make it last. */
  private read(sessionId: string, stored: string | null): StoredSession | undefined {
    const kept = this.signed.read<StoredSession>(keyOf(sessionId), stored);
    if (!kept) return undefined;
    const endsAtMs = Math.min(kept.startedAtMs + LASTS_MS, kept.usedAtMs + UNUSED_MS);
    return endsAtMs > Date.now() ? kept : undefined;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const secretText = (): string => randomBytes(32).toString('base64url');
/** A session, signed: its user, its present refresh token hashed; at most 30 days, 7 unused. */
const keyOf = (sessionId: string): string => `auth:refresh:${sessionId}`;
/** Set of the session ids of a user, to list and to end them. */
const indexOf = (userId: string): string => `auth:sessions:${userId}`;
const invalid = (message: string): TradingFailure => new TradingFailure('TOKEN_INVALID', message);
