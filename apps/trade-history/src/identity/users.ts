/** The users: who may sign in, and with which scopes. A new one has none until an administrator gives some. */
import { ChangeUser, CreateUser, FindUser, UserView, UserWithPassword } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FindOptionsWhere, Raw } from 'typeorm';
import { Database } from '../database/database';
import { User } from '../database/entities/user.entity';

const UNIQUE_VIOLATION = '23505';

@Injectable()
export class Users {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure EMAIL_TAKEN */
  async create({ email, passwordHash, locale }: CreateUser): Promise<UserView> {
    const user = Object.assign(new User(), { email, passwordHash, locale: locale ?? null });
    try {
      await this.database.entities((entities) => entities.insert(User, user));
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      throw new TradingFailure(
        'EMAIL_TAKEN',
        'A user with this e-mail address already exists; nothing was created. Sign in, or use another address',
      );
    }
    return toView(user);
  }

  /** @throws TradingFailure USER_NOT_FOUND */
  async find({ userId, email }: FindUser): Promise<UserWithPassword> {
    const where: FindOptionsWhere<User>[] = [];
    if (userId) where.push({ id: userId });
    if (email) where.push({ email: Raw((column) => `lower(${column}) = lower(:email)`, { email }) });
    // Without a condition the first user of all would be found.
    if (where.length === 0) return unknownUser();
    const user =
      (await this.database.entities((entities) => entities.findOneBy(User, where))) ?? unknownUser();
    const { passwordHash, credentialVersion } = user;
    return { ...toView(user), passwordHash, credentialVersion };
  }

  async list(): Promise<{ items: UserView[] }> {
    const users = await this.database.entities((entities) =>
      entities.find(User, { order: { createdAt: 'DESC', id: 'ASC' }, take: 1_000 }),
    );
    return { items: users.map(toView) };
  }

  /**
   * A new password, disabling and the end of all sessions make void what was given out before.
   *
   * @throws TradingFailure USER_NOT_FOUND there is none, or its version is another
   */
  async change(change: ChangeUser): Promise<UserView> {
    const { userId, scopes, isDisabled, passwordHash, endsSessions, ifCredentialVersion } = change;
    const voids = Boolean(passwordHash) || isDisabled === true || endsSessions === true;
    const where: FindOptionsWhere<User> = { id: userId };
    const user = await this.database.entities(async (entities) => {
      const { affected } = await entities.update(
        User,
        typeof ifCredentialVersion === 'number'
          ? { ...where, credentialVersion: ifCredentialVersion }
          : where,
        {
          ...(scopes && { scopes: [...scopes] }),
          ...(passwordHash && { passwordHash }),
          ...(typeof isDisabled === 'boolean' && {
            disabledAt: isDisabled ? () => 'coalesce(disabled_at, now())' : null,
          }),
          credentialVersion: () => `credential_version + ${voids ? 1 : 0}`,
        },
      );
      return affected ? entities.findOneBy(User, where) : null;
    });
    return toView(user ?? unknownUser());
  }
}

const toView = ({ id, email, scopes, locale, createdAt, disabledAt }: User): UserView => ({
  id,
  email,
  scopes,
  locale,
  createdAtMs: createdAt.getTime(),
  isDisabled: Boolean(disabledAt),
});

function unknownUser(): never {
  throw new TradingFailure('USER_NOT_FOUND', 'No such user; nothing was changed');
}
