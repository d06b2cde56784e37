/**
 * Says who the caller is, before the body is read: a key in `X-API-Key`, or a user's token. The key of the environment
 * needs no other service, so that it works when everything else is dead. Keys are compared as digests, in constant time.
 */
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { FastifyRequest } from 'fastify';
import { Tickets } from './tickets';
import { Caller, Credential, Holder } from './caller';
import { EnvironmentKey } from './environment-key';
import { KnownKeys } from './known-keys';
import { KnownUsers, sessionName } from './known-users';
import { Tokens } from './tokens';

const ACCESS_KEY = /^elv_[A-Za-z0-9_-]{43}$/;
const BEARER = /^Bearer ([A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+)$/;

@Injectable()
export class Authentication {
  constructor(
    private readonly environment: EnvironmentKey,
    private readonly keys: KnownKeys,
    private readonly users: KnownUsers,
    private readonly tokens: Tokens,
    private readonly tickets: Tickets,
  ) {}

  /** Whether this is the key of the environment: known at once, whatever else is dead or busy. */
  showsEnvironmentKey({ headers }: FastifyRequest): boolean {
    return this.environment.is(headers['x-api-key']);
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
    this.environment.require();
    if (typeof given !== 'string') {
      throw new TradingFailure(
        'API_KEY_WRONG',
        'No credentials; send an API key in X-API-Key or a token in Authorization: Bearer',
      );
    }
    return { ...(await this.holderOfKey(given)), remoteIp };
  }

  /** @throws TradingFailure API_KEY_WRONG it opens nothing */
  async holderOfKey(key: string): Promise<Holder> {
    if (this.environment.is(key)) return this.environment.holder();
    if (!ACCESS_KEY.test(key))
      throw new TradingFailure(
        'API_KEY_WRONG',
        'The API key is unknown, expired or revoked; use another one',
      );
    return this.keys.find(hash('sha256', key, 'hex'));
  }

  /**
   * Whose this is now, and what they may do.
   *
   * @throws TradingFailure API_KEY_WRONG the key was revoked or has expired
   * @throws TradingFailure TOKEN_INVALID the session has ended
   */
  async holderOf({ kind, id }: Credential): Promise<Holder> {
    if (kind === 'environment') return this.environment.holder();
    return kind === 'key' ? this.keys.find(id) : this.users.find(id);
  }
}
