/** Our own keys: found by the hash of what was shown once, until they expire, are revoked, or a user behind them is disabled. */
import {
  AccessKeyKind,
  AccessKeyView,
  CreateAccessKey,
  FrontKey,
  ListAccessKeys,
  RevokeAccessKey,
  Scope,
  UseAccessKey,
  userPerson,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { IsNull } from 'typeorm';
import { millis } from '../database/conditions';
import { Database } from '../database/database';
import { AccessKey } from '../database/entities/access-key.entity';
import { User } from '../database/entities/user.entity';

const COLUMNS = `k.id, k.kind, k.name, k.scopes, k.user_id AS "userId", k.bot_config_id AS "botConfigId", k.persons, k.made_by AS "madeBy",
  ${millis('k.created_at')} AS "createdAtMs",
  ${millis('k.expires_at')} AS "expiresAtMs", ${millis('k.last_used_at')} AS "lastUsedAtMs",
  ${millis('k.revoked_at')} AS "revokedAtMs"`;
/** A key is asked for every few seconds while it is used; it need not be written each time. */
const NOTED_EVERY_MS = 10_000;
/** The users behind the key. */
const USERS_BEHIND = `SELECT u.* FROM users u WHERE 'user:' || u.id = ANY (k.persons)`;

@Injectable()
export class AccessKeys {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure USER_NOT_FOUND */
  async create(wish: CreateAccessKey): Promise<AccessKeyView> {
    const { name, keyHash, scopes, userId, botConfigId, persons, madeBy, expiresAtMs } = wish;
    const key = Object.assign(new AccessKey(), {
      ...(wish.id !== undefined && { id: wish.id }),
      kind: wish.kind ?? 'elvis',
      secretSealed: wish.secretSealed ?? null,
      publicKey: wish.publicKey ?? null,
      terms: wish.terms ?? {},
      name,
      keyHash,
      scopes,
      userId: userId ?? null,
      botConfigId: botConfigId ?? null,
      persons: persons ?? [...(userId ? [userPerson(userId)] : []), 'key:unknown'],
      madeBy: madeBy ?? null,
      expiresAt: typeof expiresAtMs === 'number' ? new Date(expiresAtMs) : null,
    });
    await this.database.entities(async (entities) => {
      // Locked until the key is stored: a user who is disabled meanwhile gets none.
      const where = { id: userId ?? '', disabledAt: IsNull() };
      if (userId && !(await entities.findOne(User, { where, lock: { mode: 'pessimistic_read' } })))
        throw new TradingFailure(
          'USER_NOT_FOUND',
          'The user does not exist or is disabled; nothing was changed',
        );
      await entities.insert(AccessKey, key);
    });
    return toView(key);
  }

  /** In one statement, because every request with a key waits for it. @throws TradingFailure API_KEY_WRONG */
  async use({ keyHash }: UseAccessKey): Promise<AccessKeyView> {
    const {
      secretSealed: _secret,
      publicKey: _publicKey,
      terms: _terms,
      ...key
    } = await this.used(keyHash, 'elvis');
    return key;
  }

  /** The same for a key of the Binance front, with what a signature is verified by. @throws TradingFailure API_KEY_WRONG */
  useFront({ keyHash }: UseAccessKey): Promise<FrontKey> {
    return this.used(keyHash, 'binance');
  }

  private async used(keyHash: string, kind: AccessKeyKind): Promise<FrontKey> {
    const [row] = await this.database.rows<FrontKey & QueryResultRow & { scopesLeft: Scope[] }>(
      `WITH found AS (
         SELECT ${COLUMNS}, k.secret_sealed AS "secretSealed", k.public_key AS "publicKey", k.terms, ARRAY(
           SELECT scope FROM unnest(k.scopes) scope
           WHERE NOT EXISTS (SELECT 1 FROM (${USERS_BEHIND}) u WHERE scope <> ALL (u.scopes))) AS "scopesLeft"
         FROM access_keys k
         WHERE k.key_hash = $1 AND k.kind = $3 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
           AND NOT EXISTS (SELECT 1 FROM (${USERS_BEHIND}) u WHERE u.disabled_at IS NOT NULL)
       ), noted AS (
         UPDATE access_keys k SET last_used_at = now() FROM found
         WHERE k.id = found.id AND (k.last_used_at IS NULL OR k.last_used_at < now() - $2 * interval '1 ms')
       )
       SELECT * FROM found`,
      [keyHash, NOTED_EVERY_MS, kind],
    );
    if (!row)
      throw new TradingFailure(
        'API_KEY_WRONG',
        'The API key is unknown, expired or revoked, or a user behind it is disabled; use another one',
      );
    const { scopesLeft, ...key } = row;
    return { ...key, scopes: scopesLeft };
  }

  async list({ userId }: ListAccessKeys): Promise<{ items: AccessKeyView[] }> {
    const keys = await this.database.entities((entities) =>
      entities.find(AccessKey, {
        where: userId ? { userId } : {},
        order: { createdAt: 'DESC', id: 'ASC' },
        take: 1_000,
      }),
    );
    return { items: keys.map(toView) };
  }

  /** @throws TradingFailure KEY_NOT_FOUND */
  async revoke({ id, userId }: RevokeAccessKey): Promise<AccessKeyView> {
    const where = userId ? { id, userId } : { id };
    const key = await this.database.entities(async (entities) => {
      await entities.update(AccessKey, { ...where, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
      return entities.findOneBy(AccessKey, where);
    });
    if (!key) throw new TradingFailure('KEY_NOT_FOUND', 'No such key; nothing was changed');
    return toView(key);
  }
}

const toView = (key: AccessKey): AccessKeyView => ({
  id: key.id,
  kind: key.kind,
  name: key.name,
  scopes: key.scopes,
  userId: key.userId,
  botConfigId: key.botConfigId,
  persons: key.persons,
  madeBy: key.madeBy,
  createdAtMs: key.createdAt.getTime(),
  expiresAtMs: key.expiresAt?.getTime() ?? null,
  lastUsedAtMs: key.lastUsedAt?.getTime() ?? null,
  revokedAtMs: key.revokedAt?.getTime() ?? null,
});
