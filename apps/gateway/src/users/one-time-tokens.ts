/**
 * Tokens that are handed to a person and work once: to choose a new password, to become a user, to sign in. What makes the
 * first two work once is the database (the version of the credentials, the e-mail address that has no user); the last is
 * taken out as it is read.
 */
import { Redis, redisAnswer } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Credential } from '../identity/caller';
import { SignedValues } from '../identity/signed-values';

export interface ResetGrant {
  readonly userId: string;
  /** Of the credentials it may replace: with any other it is void. */
  readonly credentialVersion: number;
}

export interface Invitation {
  readonly email: string;
}

export interface Issued {
  readonly token: string;
  readonly expiresAtMs: number;
}

const LASTS_MS = { reset: 30 * 60_000, invitation: 7 * 86_400_000, 'sign-in': 10 * 60_000 } as const;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
type Kind = keyof typeof LASTS_MS;

@Injectable()
export class OneTimeTokens {
  constructor(
    private readonly redis: Redis,
    private readonly signed: SignedValues,
  ) {}

  issueReset(grant: ResetGrant): Promise<Issued> {
    return this.issue('reset', grant);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  readReset(token: string): Promise<ResetGrant> {
    return this.read<ResetGrant>('reset', token);
  }

  dropReset(token: string): Promise<unknown> {
    return redisAnswer(this.redis.del(keyOf('reset', token)));
  }

  issueInvitation(invitation: Invitation): Promise<Issued> {
    return this.issue('invitation', invitation);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  readInvitation(token: string): Promise<Invitation> {
    return this.read<Invitation>('invitation', token);
  }

  dropInvitation(token: string): Promise<unknown> {
    return redisAnswer(this.redis.del(keyOf('invitation', token)));
  }

  /** For who holds this key. */
  issueSignIn(credential: Credential): Promise<Issued> {
    return this.issue('sign-in', credential);
  }

  /** Of several that come at once one is let in. @throws TradingFailure TOKEN_INVALID */
  useSignIn(token: string): Promise<Credential> {
    return this.read<Credential>('sign-in', token, (key) => this.redis.getdel(key));
  }

  private async issue(kind: Kind, grant: object): Promise<Issued> {
    const token = randomBytes(32).toString('base64url');
    const key = keyOf(kind, token);
    const expiresAtMs = Date.now() + LASTS_MS[kind];
    const value = this.signed.write(key, { ...grant, expiresAtMs });
    await redisAnswer(this.redis.set(key, value, 'PX', LASTS_MS[kind]));
    return { token, expiresAtMs };
  }

  /** The end stands in what is signed too: anyone who keeps a copy of a value could bring it back later. */
  private async read<Grant extends object>(
    kind: Kind,
    token: string,
    take = (key: string): Promise<string | null> => this.redis.get(key),
  ): Promise<Grant> {
    const key = keyOf(kind, token);
    const grant = TOKEN.test(token)
      ? this.signed.read<Grant & { readonly expiresAtMs: number }>(key, await redisAnswer(take(key)))
      : undefined;
    if (grant && grant.expiresAtMs > Date.now()) return grant;
    throw new TradingFailure(
      'TOKEN_INVALID',
      `This ${kind} token is unknown, expired or used; request another one`,
    );
  }
}

/** What a one-time token (`reset`, `invitation`, `sign-in`) is good for, signed; for half an hour, a week, ten minutes. Deleted when used. */
const keyOf = (kind: Kind, token: string): string =>
  `auth:${kind}:${createHash('sha256').update(token).digest('hex')}`;
