/** New passwords: by one's old one, by a token from an administrator, by a token from a mail. Each ends what was before. */
import { changeUser, findUser } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Accounts, hasCode, wrongCredentials } from './accounts';
import { KnownUsers } from '../identity/known-users';
import { passwordChangedLetter, resetLetter } from './letters';
import { Mail } from './mail';
import { OneTimeTokens } from './one-time-tokens';
import { hashPassword, isPassword } from './password-hash';
import { requireStrongPassword } from './password-strength';
import { SignInLimiter } from './sign-in-limiter';
import { TokenPair, Tokens } from '../identity/tokens';

const MAILED =
  'If a user with this address exists, a mail with a reset token is on its way; use it within 30 minutes';
const NOT_MAILED =
  'This gateway sends no mail: ask an administrator for a reset token (POST /api/v1/users/{id}/reset-token)';

@Injectable()
export class Passwords {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: Accounts,
    private readonly oneTime: OneTimeTokens,
    private readonly known: KnownUsers,
    private readonly guesses: SignInLimiter,
    private readonly tokens: Tokens,
    private readonly mail: Mail,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Every session of before ends; the answer begins another.
   *
   * @throws TradingFailure CREDENTIALS_WRONG
   * @throws TradingFailure PASSWORD_WEAK
   */
  async change(userId: string, current: string, next: string, request: FastifyRequest): Promise<TokenPair> {
    this.tokens.requireSecret();
    const user = await this.bus.request(findUser, { userId });
    const wasRight = await this.guesses.countAttempt(user.email, request);
    if (!(await isPassword(user.passwordHash, current))) throw wrongCredentials();
    await wasRight();
    requireStrongPassword(next, user.email);
    const { credentialVersion } = user;
    await this.replace(userId, credentialVersion, next);
    return this.accounts.startSession({ userId, credentialVersion: credentialVersion + 1 }, request);
  }

  /**
   * @throws TradingFailure TOKEN_INVALID
   * @throws TradingFailure PASSWORD_WEAK the token may be used again
   */
  async reset(token: string, password: string): Promise<void> {
    const { userId, credentialVersion } = await this.oneTime.readReset(token);
    const user = await this.bus.request(findUser, { userId });
    requireStrongPassword(password, user.email);
    await this.replace(userId, credentialVersion, password);
    await this.oneTime.dropReset(token);
  }

  /** @throws TradingFailure USER_NOT_FOUND */
  async issueReset(userId: string): Promise<{ token: string }> {
    this.tokens.requireSecret();
    const { credentialVersion } = await this.bus.request(findUser, { userId });
    return { token: (await this.oneTime.issueReset({ userId, credentialVersion })).token };
  }

  /** Says the same to everybody, and at once: whether there is such a user is looked up behind the answer. */
  requestReset(email: string): { message: string } {
    this.tokens.requireSecret();
    if (!this.mail.isConfigured) return { message: NOT_MAILED };
    void this.mailReset(email).catch((error: unknown) =>
      this.log.error(
        { err: error },
        'A password reset was requested, but no token could be created and no mail was sent; the user has to request it again',
      ),
    );
    return { message: MAILED };
  }

  private async mailReset(email: string): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (!user || user.isDisabled) return;
    this.mail.send(resetLetter(user, (await this.issueReset(user.id)).token));
  }

  private async replace(userId: string, credentialVersion: number, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    try {
      const change = { userId, passwordHash, ifCredentialVersion: credentialVersion };
      const user = await this.bus.request(changeUser, change);
      this.known.forget();
      this.mail.send(passwordChangedLetter(user));
    } catch (error) {
      if (!hasCode(error, 'USER_NOT_FOUND')) throw error;
      throw new TradingFailure(
        'TOKEN_INVALID',
        'The password or the sessions of this user have changed meanwhile, so the new password was not set; request another token, or sign in again',
      );
    }
  }
}
