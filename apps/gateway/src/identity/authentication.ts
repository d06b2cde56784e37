/**
 * Says who the caller is, before the body is read: a key in `X-API-Key`, or a user's token. The key of the environment
 * needs no other service, so that it works when everything else is dead. Keys are compared as digests, in constant time.
 */
import { Scope } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { hash, timingSafeEqual } from 'node:crypto';
import { FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';
import { Tickets } from './tickets';
import { Caller, Credential, Holder, SCOPES } from './caller';
import { KnownKeys } from './known-keys';
import { KnownUsers, sessionName } from './known-users';
import { Tokens } from './tokens';

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
const ACCESS_KEY = /^elv_[A-Za-z0-9_-]{43}$/;
const BEARER = /^Bearer ([A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+)$/;
const ENVIRONMENT: Holder = {
  actor: 'key:environment',
  persons: ['key:environment'],
  scopes: ALL_SCOPES,
  credential: { kind: 'environment', id: '' },
};
const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

@Injectable()
export class Authentication {
  private readonly environmentKey: Buffer | undefined;

  constructor(
    config: GatewayConfig,
    private readonly keys: KnownKeys,
    private readonly users: KnownUsers,
    private readonly tokens: Tokens,
    private readonly tickets: Tickets,
  ) {
    this.environmentKey = config.API_KEY === undefined ? undefined : digest(config.API_KEY);
  }

  /** Whether this is the key of the environment: known at once, whatever else is dead or busy. */
  showsEnvironmentKey({ headers: { 'x-api-key': given } }: FastifyRequest): boolean {
    return (
      this.environmentKey !== undefined &&
      typeof given === 'string' &&
      timingSafeEqual(digest(given), this.environmentKey)
    );
  }

  /**
   * @throws TradingFailure API_KEY_NOT_CONFIGURED nobody has set a key yet
   * @throws TradingFailure API_KEY_WRONG          none was sent, or not one that opens anything
   * @throws TradingFailure TOKEN_INVALID          the token is not ours, or too old
   */
  async identify(request: FastifyRequest): Promise<Caller> {
    const { authorization, 'x-api-key': given } = request.headers;
    const remoteIp = request.ip;
    const ticket = (request.routeOptions as FastifyRequest['routeOptions'] | undefined)?.config.ticket
      ? (request.query as { ticket?: unknown }).ticket
      : undefined;
    if (typeof ticket === 'string')
      return { ...(await this.holderOf(await this.tickets.use(ticket))), remoteIp };
    const [, token] = (given === undefined && authorization && BEARER.exec(authorization)) || [];
    if (token) return { ...(await this.users.find(sessionName(await this.tokens.read(token)))), remoteIp };
    if (!this.environmentKey) throw notConfigured();
    if (typeof given !== 'string') {
      throw new TradingFailure(
        'API_KEY_WRONG',
        'No credentials; send an API key in X-API-Key or a token in Authorization: Bearer',
      );
    }
    const hashed = digest(given);
    if (timingSafeEqual(hashed, this.environmentKey)) {
      return { ...ENVIRONMENT, remoteIp };
    }
    if (!ACCESS_KEY.test(given))
      throw new TradingFailure(
        'API_KEY_WRONG',
        'The API key is unknown, expired or revoked; use another one',
      );
    return { ...(await this.keys.find(hashed.toString('hex'))), remoteIp };
  }

  /**
   * Whose this is now, and what they may do.
   *
   * @throws TradingFailure API_KEY_WRONG the key was revoked or has expired
   * @throws TradingFailure TOKEN_INVALID the session has ended
   */
  async holderOf({ kind, id }: Credential): Promise<Holder> {
    if (kind === 'environment') return ENVIRONMENT;
    return kind === 'key' ? this.keys.find(id) : this.users.find(id);
  }
}

const notConfigured = (): TradingFailure =>
  new TradingFailure(
    'API_KEY_NOT_CONFIGURED',
    'No API key is configured; set API_KEY and restart the gateway',
    { retryAfterMs: 30_000 },
  );
