/**
 * Users' tokens. The access token is a signed statement that lives a quarter of an hour; the refresh token is used
 * once, and a second use of the same one ends its whole family: one of the two who hold it is a thief.
 */
import { SCOPES, Scope, UserView } from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SignJWT, jwtVerify } from 'jose';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';
import { Caller } from './caller';

const ISSUER = 'elvis';
const AUDIENCE = 'elvis-gateway';
const ACCESS_SECONDS = 900;
const REFRESH_MS = 30 * 86_400_000;
const RESET_MS = 30 * 60_000;
const TOKEN = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const secretText = (): string => randomBytes(32).toString('base64url');

/** KEYS family; ARGV presented hash, next hash. Answers the user, `reused` or `unknown`. */
const rotate = new RedisScript<string>(`
  local value = redis.call('GET', KEYS[1])
  if not value then return 'unknown' end
  local hash, user = string.match(value, '^(%x+):(.+)$')
  if hash ~= ARGV[1] then
    redis.call('DEL', KEYS[1])
    return 'reused'
  end
  redis.call('SET', KEYS[1], ARGV[2] .. ':' .. user, 'KEEPTTL')
  return user
`);

export interface TokenPair {
  readonly tokenType: 'Bearer';
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
}

@Injectable()
export class Tokens {
  private readonly secret: Uint8Array | undefined;

  constructor(
    config: GatewayConfig,
    private readonly redis: Redis,
  ) {
    this.secret = config.JWT_SECRET === undefined ? undefined : new TextEncoder().encode(config.JWT_SECRET);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async read(token: string): Promise<Omit<Caller, 'remoteIp'>> {
    try {
      const { payload } = await jwtVerify(token, this.key(), {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp', 'scopes'],
      });
      const scopes = (payload.scopes as unknown[]).filter((scope) =>
        SCOPES.includes(scope as Scope),
      ) as Scope[];
      return { actor: `user:${payload.sub}`, userId: payload.sub, scopes: new Set(scopes) };
    } catch (cause) {
      if (cause instanceof TradingFailure) throw cause;
      throw new TradingFailure('TOKEN_INVALID', 'This token is not valid, or not any more', { cause });
    }
  }

  /** A new family, after a sign-in. */
  async issue(user: UserView): Promise<TokenPair> {
    const [family, secret] = [randomUUID(), secretText()];
    await this.redis.set(familyKey(family), `${hashOf(secret)}:${user.id}`, 'PX', REFRESH_MS);
    return this.pair(user, `${family}.${secret}`);
  }

  /** Uses a refresh token up; answers whose it was and the next one. @throws TradingFailure TOKEN_INVALID */
  async rotate(refreshToken: string): Promise<{ userId: string; next: string }> {
    this.key();
    const [, family, secret] = TOKEN.exec(refreshToken) ?? [];
    if (!family || !secret) throw spent('This is no refresh token');
    const nextSecret = secretText();
    const userId = await rotate.run(this.redis, [familyKey(family)], [hashOf(secret), hashOf(nextSecret)]);
    if (userId === 'unknown') throw spent('This refresh token is not valid any more; sign in again');
    if (userId === 'reused') throw spent('This refresh token was used before; sign in again');
    return { userId, next: `${family}.${nextSecret}` };
  }

  async pair(user: UserView, refreshToken: string): Promise<TokenPair> {
    const accessToken = await new SignJWT({ scopes: user.scopes })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(user.id)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_SECONDS}s`)
      .setJti(randomUUID())
      .sign(this.key());
    return { tokenType: 'Bearer', accessToken, expiresIn: ACCESS_SECONDS, refreshToken };
  }

  /** Lets its holder choose a new password, once, for half an hour. */
  async issueReset(userId: string): Promise<string> {
    const token = secretText();
    await this.redis.set(`auth:reset:${hashOf(token)}`, userId, 'PX', RESET_MS);
    return token;
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async useReset(token: string): Promise<string> {
    const userId = await this.redis.getdel(`auth:reset:${hashOf(token)}`);
    if (userId === null) throw spent('This reset token is not valid, or not any more');
    return userId;
  }

  private key(): Uint8Array {
    if (this.secret) return this.secret;
    throw new TradingFailure(
      'SIGN_IN_NOT_CONFIGURED',
      'This gateway has no JWT_SECRET, so nobody can sign in',
      {
        retryAfterMs: 30_000,
      },
    );
  }
}

const familyKey = (family: string): string => `auth:refresh:${family}`;
const spent = (message: string): TradingFailure => new TradingFailure('TOKEN_INVALID', message);
