/** Users: registering, signing in, new passwords. Passwords are kept as argon2id and are as slow to check for nobody. */
import { UserView, changeUser, createUser, findUser } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { TokenPair, Tokens } from './tokens';

/** OWASP's advice for argon2id. */
const COST = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;
/** Checked where there is no user, so that the time says nothing about who has an account. */
const NOBODY = hash('nobody has this password', COST);

@Injectable()
export class Accounts {
  constructor(
    private readonly bus: Bus,
    private readonly tokens: Tokens,
  ) {}

  async register(email: string, password: string, locale?: string): Promise<UserView> {
    return this.bus.request(createUser, {
      email,
      passwordHash: await hash(password, COST),
      ...(locale && { locale }),
    });
  }

  /** @throws TradingFailure CREDENTIALS_WRONG */
  async signIn(email: string, password: string): Promise<TokenPair> {
    const user = await this.bus.request(findUser, { email }).catch((error: unknown) => {
      if (error instanceof TradingFailure && error.code === 'USER_NOT_FOUND') return undefined;
      throw error;
    });
    const matches = await verify(user?.passwordHash ?? (await NOBODY), password);
    if (!user || !matches || user.isDisabled) {
      throw new TradingFailure('CREDENTIALS_WRONG', 'E-mail address or password is wrong');
    }
    return this.tokens.issue(user);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const { userId, next } = await this.tokens.rotate(refreshToken);
    const user = await this.bus.request(findUser, { userId });
    if (user.isDisabled) throw new TradingFailure('TOKEN_INVALID', 'This user may not sign in any more');
    return this.tokens.pair(user, next);
  }

  /** @throws TradingFailure TOKEN_INVALID */
  async reset(token: string, password: string): Promise<void> {
    const userId = await this.tokens.useReset(token);
    await this.bus.request(changeUser, { userId, passwordHash: await hash(password, COST) });
  }

  async find(userId: string): Promise<UserView> {
    const { passwordHash: _, ...user } = await this.bus.request(findUser, { userId });
    return user;
  }
}
