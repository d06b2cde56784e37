/** Users: inviting, registering, signing in and out. */
import { UserView, UserWithPassword, changeUser, createUser, findUser } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';
import { alreadyRegisteredLetter } from './letters';
import { KnownUsers, sessionName } from '../identity/known-users';
import { Mail } from './mail';
import { OneTimeTokens } from './one-time-tokens';
import { hashPassword, isPassword } from './password-hash';
import { requireStrongPassword } from './password-strength';
import { ListedSession, NewSession, SessionOrigin, Sessions } from '../identity/sessions';
import { SignInLimiter } from './sign-in-limiter';
import { TokenPair, Tokens } from '../identity/tokens';

const USER_AGENT_AT_MOST = 200;

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly locale?: string;
  readonly invitation?: string;
}

@Injectable()
export class Accounts {
  constructor(
    private readonly bus: Bus,
    private readonly config: GatewayConfig,
    private readonly tokens: Tokens,
    private readonly sessions: Sessions,
    private readonly oneTime: OneTimeTokens,
    private readonly known: KnownUsers,
    private readonly guesses: SignInLimiter,
    private readonly mail: Mail,
  ) {}

  /** For an administrator, who may know which addresses have users. @throws TradingFailure EMAIL_TAKEN */
  async invite(email: string): Promise<{ token: string; expiresAtMs: number }> {
    if (await this.findByEmail(email)) {
      throw new TradingFailure(
        'EMAIL_TAKEN',
        'A user with this e-mail address already exists; nothing was created. Sign in, or use another address',
      );
    }
    return this.oneTime.issueInvitation({ email });
  }

  /**
   * Where registration is open, an address that has a user already is answered as if it had none: the answer must not
   * say who has an account. Its user is told by mail.
   *
   * @throws TradingFailure INVITATION_REQUIRED
   * @throws TradingFailure TOKEN_INVALID the invitation is for another address, unknown, expired or used
   * @throws TradingFailure PASSWORD_WEAK
   */
  async register({ email, password, locale, invitation }: NewUser): Promise<UserView> {
    if (invitation === undefined && this.config.REGISTRATION !== 'open') {
      throw new TradingFailure(
        'INVITATION_REQUIRED',
        'Registration requires an invitation; ask an administrator for one',
      );
    }
    if (invitation !== undefined && (await this.oneTime.readInvitation(invitation)).email !== email) {
      throw new TradingFailure(
        'TOKEN_INVALID',
        'This invitation is for another e-mail address; nothing was created. Register with the address that was invited',
      );
    }
    requireStrongPassword(password, email);
    const passwordHash = await hashPassword(password);
    try {
      const user = await this.bus.request(createUser, { email, passwordHash, ...(locale && { locale }) });
      if (invitation !== undefined) await this.oneTime.dropInvitation(invitation);
      return user;
    } catch (error) {
      if (!hasCode(error, 'EMAIL_TAKEN')) throw error;
      if (invitation !== undefined)
        throw new TradingFailure(
          'TOKEN_INVALID',
          'A user with the e-mail address of this invitation already exists; nothing was created. Sign in, or reset the password',
        );
      void this.mailExistingUser(email, locale ?? null);
      return {
        id: randomUUID(),
        email,
        scopes: [],
        locale: locale ?? null,
        createdAtMs: Date.now(),
        isDisabled: false,
      };
    }
  }

  /**
   * @throws TradingFailure CREDENTIALS_WRONG
   * @throws TradingFailure RATE_LIMITED
   */
  async signIn(
    email: string,
    password: string,
    request: FastifyRequest,
    isBrowser = false,
  ): Promise<TokenPair> {
    this.tokens.requireSecret();
    const wasRight = await this.guesses.countAttempt(email, request);
    const user = await this.findByEmail(email);
    const matches = await isPassword(user?.passwordHash, password);
    if (!user || !matches || user.isDisabled) throw wrongCredentials();
    await wasRight();
    return this.startSession(
      { userId: user.id, credentialVersion: user.credentialVersion, isBrowser },
      request,
    );
  }

  async startSession(session: NewSession, request: FastifyRequest): Promise<TokenPair> {
    const { userId, credentialVersion } = session;
    const { sessionId, refreshToken } = await this.sessions.create(session, originOf(request));
    return this.tokens.pair({ userId, sessionId, credentialVersion }, refreshToken);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async refresh(refreshToken: string): Promise<TokenPair> {
    this.tokens.requireSecret();
    const { session, refreshToken: next } = await this.sessions.refresh(refreshToken);
    const { userId, sessionId, credentialVersion } = session;
    if (session.credential) await this.known.find(sessionName({ userId, sessionId, credentialVersion }));
    else await this.requireUnchanged(userId, sessionId, credentialVersion);
    return this.tokens.pair({ userId, sessionId, credentialVersion }, next);
  }

  private async requireUnchanged(
    userId: string,
    sessionId: string,
    credentialVersion: number,
  ): Promise<void> {
    const user = await this.bus.request(findUser, { userId });
    if (user.isDisabled || user.credentialVersion !== credentialVersion) {
      await this.sessions.revoke(userId, sessionId);
      throw new TradingFailure('TOKEN_INVALID', 'This session has ended; sign in again');
    }
  }

  /** Those that are open; what a change of the password has made void is not. */
  async listSessions(userId: string): Promise<readonly ListedSession[]> {
    const [{ credentialVersion }, sessions] = await Promise.all([
      this.bus.request(findUser, { userId }),
      this.sessions.list(userId),
    ]);
    return sessions.filter((session) => session.credentialVersion === credentialVersion);
  }

  /** @throws TradingFailure SESSION_NOT_FOUND */
  async endSession(userId: string, sessionId: string): Promise<void> {
    const wasOpen = await this.sessions.revoke(userId, sessionId);
    this.known.forget();
    if (!wasOpen)
      throw new TradingFailure('SESSION_NOT_FOUND', 'Session not found; it may have ended already');
  }

  /** With every reset token that was given out. @throws TradingFailure USER_NOT_FOUND */
  async endAllSessions(userId: string): Promise<void> {
    await this.bus.request(changeUser, { userId, endsSessions: true });
    this.known.forget();
  }

  async find(userId: string): Promise<UserView> {
    const {
      passwordHash: _,
      credentialVersion: _version,
      ...user
    } = await this.bus.request(findUser, {
      userId,
    });
    return user;
  }

  async findByEmail(email: string): Promise<UserWithPassword | undefined> {
    try {
      return await this.bus.request(findUser, { email });
    } catch (error) {
      if (hasCode(error, 'USER_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  /** Not waited for: the answer comes as soon as it does for an address without a user. */
  private async mailExistingUser(email: string, locale: string | null): Promise<void> {
    if (await this.guesses.mayBeMailed(email)) this.mail.send(alreadyRegisteredLetter({ email, locale }));
  }
}

export const wrongCredentials = (): TradingFailure =>
  new TradingFailure('CREDENTIALS_WRONG', 'E-mail address or password is wrong');

export const hasCode = (error: unknown, code: TradingFailure['code']): boolean =>
  error instanceof TradingFailure && error.code === code;

const originOf = ({ ip, headers }: FastifyRequest): SessionOrigin => ({
  remoteIp: ip,
  userAgent: headers['user-agent']?.slice(0, USER_AGENT_AT_MOST) ?? null,
});
