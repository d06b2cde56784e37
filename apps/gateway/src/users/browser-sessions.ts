/**
 * Signing in from a browser: by the one-time link that `npm start` prints, by an access key, or as a user. The refresh
 * token goes into a cookie that no script can read and that only these addresses are sent; a change is never done on the
 * word of a cookie, because every other address asks for the access token.
 */
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../identity/authentication';
import { Caller, Credential } from '../identity/caller';
import { TokenPair, Tokens } from '../identity/tokens';
import { Accounts } from './accounts';
import { BrowserSignIn } from './identity.dto';
import { Issued, OneTimeTokens } from './one-time-tokens';

const COOKIE = 'elvis_refresh';
const COOKIE_VALUE = /(?:^|; )elvis_refresh=([A-Za-z0-9._-]{1,200})(?:;|$)/;
const COOKIE_SECONDS = 7 * 86_400;

export type BrowserSession = Omit<TokenPair, 'refreshToken'>;

@Injectable()
export class BrowserSessions {
  constructor(
    private readonly accounts: Accounts,
    private readonly authentication: Authentication,
    private readonly oneTime: OneTimeTokens,
    private readonly tokens: Tokens,
  ) {}

  /** @throws TradingFailure API_KEY_WRONG who asks holds no key, but a session */
  async issueTicket({ credential }: Caller): Promise<Issued> {
    if (credential.kind === 'session')
      throw new TradingFailure(
        'API_KEY_WRONG',
        'A session cannot make a link to sign in with; send an API key in X-API-Key',
      );
    return this.oneTime.issueSignIn(credential);
  }

  /**
   * @throws TradingFailure TOKEN_INVALID     the ticket was used, or is older than ten minutes
   * @throws TradingFailure API_KEY_WRONG
   * @throws TradingFailure CREDENTIALS_WRONG
   * @throws TradingFailure MESSAGE_MALFORMED it is none of the three, or more than one
   */
  async begin(asked: BrowserSignIn, request: FastifyRequest, reply: FastifyReply): Promise<BrowserSession> {
    this.tokens.requireSecret();
    return withCookie(await this.pairOf(asked, request), request, reply);
  }

  /** @throws TradingFailure TOKEN_INVALID there is no cookie, or its session has ended */
  async refresh(request: FastifyRequest, reply: FastifyReply): Promise<BrowserSession> {
    const [, refreshToken] = COOKIE_VALUE.exec(request.headers.cookie ?? '') ?? [];
    if (refreshToken === undefined)
      throw new TradingFailure('TOKEN_INVALID', 'This browser is not signed in; sign in first');
    return withCookie(await this.accounts.refresh(refreshToken), request, reply);
  }

  private async pairOf(asked: BrowserSignIn, request: FastifyRequest): Promise<TokenPair> {
    const { ticket, accessKey, email, password } = asked;
    const given = Object.values(asked).filter((value) => value !== undefined).length;
    if (given === 2 && email !== undefined && password !== undefined)
      return this.accounts.signIn(email, password, request, true);
    if (given === 1 && ticket !== undefined) return this.ofKey(await this.oneTime.useSignIn(ticket), request);
    if (given === 1 && accessKey !== undefined)
      return this.ofKey((await this.authentication.holderOfKey(accessKey)).credential, request);
    throw new TradingFailure(
      'MESSAGE_MALFORMED',
      'Sign in with exactly one of a ticket, an accessKey, or an email with its password',
    );
  }

  /** The key has to be good still when the session begins, and whenever it is used. */
  private async ofKey(credential: Credential, request: FastifyRequest): Promise<TokenPair> {
    const { actor } = await this.authentication.holderOf(credential);
    return this.accounts.startSession(
      { userId: actor, credentialVersion: 0, credential, isBrowser: true },
      request,
    );
  }
}

function withCookie(
  { refreshToken, ...session }: TokenPair,
  request: FastifyRequest,
  reply: FastifyReply,
): BrowserSession {
  setCookie(request, reply, refreshToken, COOKIE_SECONDS);
  return session;
}

export const dropCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  setCookie(request, reply, '', 0);

function setCookie({ protocol }: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
  const secure = protocol === 'https' ? '; Secure' : '';
  void reply.header(
    'set-cookie',
    `${COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/api/v1/auth; Max-Age=${seconds}${secure}`,
  );
}
