/**
 * Access tokens: a signed statement of which session asks, good for a quarter of an hour. What its user may do stands in
 * the database and is asked there, so a token says nothing about it.
 */
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SignJWT, jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';
import { SessionName } from './known-users';

const ISSUER = 'elvis';
const AUDIENCE = 'elvis-gateway';
const ACCESS_SECONDS = 900;

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

  constructor({ JWT_SECRET }: GatewayConfig) {
    this.secret = JWT_SECRET === undefined ? undefined : new TextEncoder().encode(JWT_SECRET);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async read(token: string): Promise<SessionName> {
    try {
      const { payload } = await jwtVerify(token, this.key(), {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp', 'sid', 'ver'],
      });
      return {
        userId: String(payload.sub),
        sessionId: String(payload.sid),
        credentialVersion: Number(payload.ver),
      };
    } catch (cause) {
      if (cause instanceof TradingFailure) throw cause;
      throw new TradingFailure(
        'TOKEN_INVALID',
        'This access token is unknown or expired; refresh it or sign in again',
        { cause },
      );
    }
  }

  async pair(
    { userId, sessionId, credentialVersion }: SessionName,
    refreshToken: string,
  ): Promise<TokenPair> {
    const accessToken = await new SignJWT({ sid: sessionId, ver: credentialVersion })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_SECONDS}s`)
      .setJti(randomUUID())
      .sign(this.key());
    return { tokenType: 'Bearer', accessToken, expiresIn: ACCESS_SECONDS, refreshToken };
  }

  /** @throws TradingFailure SIGN_IN_NOT_CONFIGURED */
  requireSecret(): void {
    this.key();
  }

  private key(): Uint8Array {
    if (this.secret) return this.secret;
    throw new TradingFailure(
      'SIGN_IN_NOT_CONFIGURED',
      'Sign-in is not configured; set JWT_SECRET and restart the gateway',
      { retryAfterMs: 30_000 },
    );
  }
}
