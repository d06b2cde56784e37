/** The users: who may sign in, and with which scopes. A new one has none until an administrator gives some. */
import { ChangeUser, CreateUser, FindUser, UserView, UserWithPassword } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { millis } from '../database/conditions';

const COLUMNS = `id, email, scopes, locale, ${millis('created_at')} AS "createdAtMs",
  disabled_at IS NOT NULL AS "isDisabled"`;
const ALL_COLUMNS = `${COLUMNS}, password_hash AS "passwordHash", credential_version AS "credentialVersion"`;

@Injectable()
export class Users {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure EMAIL_TAKEN */
  async create({ email, passwordHash, locale }: CreateUser): Promise<UserView> {
    const [row] = await this.database.rows<UserView & QueryResultRow>(
      `INSERT INTO users (email, password_hash, locale) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [email, passwordHash, locale ?? null],
    );
    if (!row) throw new TradingFailure('EMAIL_TAKEN', 'A user with this e-mail address already exists');
    return row;
  }

  /** @throws TradingFailure USER_NOT_FOUND */
  async find({ userId, email }: FindUser): Promise<UserWithPassword> {
    const [row] = await this.database.rows<UserWithPassword & QueryResultRow>(
      `SELECT ${ALL_COLUMNS} FROM users
       WHERE id = $1::uuid OR lower(email) = lower($2)`,
      [userId ?? null, email ?? null],
    );
    return row ?? unknownUser();
  }

  async list(): Promise<{ items: UserView[] }> {
    return {
      items: await this.database.rows<UserView & QueryResultRow>(
        `SELECT ${COLUMNS} FROM users ORDER BY created_at DESC, id LIMIT 1000`,
      ),
    };
  }

  /**
   * A new password, disabling and the end of all sessions make void what was given out before.
   *
   * @throws TradingFailure USER_NOT_FOUND there is none, or its version is another
   */
  async change(change: ChangeUser): Promise<UserView> {
    const { userId, scopes, isDisabled, passwordHash, endsSessions, ifCredentialVersion } = change;
    const voids = passwordHash !== undefined || isDisabled === true || endsSessions === true;
    const [row] = await this.database.rows<UserView & QueryResultRow>(
      `UPDATE users SET
         scopes = coalesce($2::text[], scopes),
         disabled_at = CASE WHEN $3::boolean IS NULL THEN disabled_at WHEN $3 THEN coalesce(disabled_at, now()) END,
         password_hash = coalesce($4, password_hash),
         credential_version = credential_version + $5::integer
       WHERE id = $1 AND credential_version = coalesce($6, credential_version) RETURNING ${COLUMNS}`,
      [
        userId,
        scopes ?? null,
        isDisabled ?? null,
        passwordHash ?? null,
        voids ? 1 : 0,
        ifCredentialVersion ?? null,
      ],
    );
    return row ?? unknownUser();
  }
}

function unknownUser(): never {
  throw new TradingFailure('USER_NOT_FOUND', 'The user is unknown');
}
