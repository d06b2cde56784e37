/**
 * Says who the caller is, before the body is read. The key of the environment needs no other service, so that it
 * works when everything else is dead. Keys are compared as digests, in constant time.
 */
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';
import { Caller, SCOPES, Scope } from './caller';

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

@Injectable()
export class Authentication {
  private readonly environmentKey: Buffer | undefined;

  constructor(config: GatewayConfig) {
    this.environmentKey = config.API_KEY === undefined ? undefined : digest(config.API_KEY);
  }

  /**
   * @throws TradingFailure API_KEY_NOT_CONFIGURED nobody has set a key yet
   * @throws TradingFailure API_KEY_WRONG          none was sent, or not that one
   */
  identify(request: FastifyRequest): Caller {
    if (!this.environmentKey) {
      throw new TradingFailure(
        'API_KEY_NOT_CONFIGURED',
        'This gateway has no API_KEY yet; set one and restart it',
        { retryAfterMs: 30_000 },
      );
    }
    const given = request.headers['x-api-key'];
    if (typeof given === 'string' && timingSafeEqual(digest(given), this.environmentKey)) {
      return { actor: 'key:environment', remoteIp: request.ip, scopes: ALL_SCOPES };
    }
    throw new TradingFailure(
      'API_KEY_WRONG',
      given === undefined ? 'Send the key in the header X-API-Key' : 'This key opens nothing here',
    );
  }
}
