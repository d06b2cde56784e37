/** Our own keys: found by the hash of what was shown once, until they expire, are revoked, or a user behind them is disabled. */
import {
  AccessKeyView,
  CreateAccessKey,
  ListAccessKeys,
  RevokeAccessKey,
  Scope,
  UseAccessKey,
  userPerson,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { millis } from '../database/conditions';

const COLUMNS = `k.id, k.name, k.scopes, k.user_id AS "userId", k.bot_config_id AS "botConfigId", k.persons, k.made_by AS "madeBy",
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
  async create({
    persons,
    madeBy,
    expiresAtMs,
    userId,
    botConfigId,
    ...key
  }: CreateAccessKey): Promise<AccessKeyView> {
    const behind = persons ?? [...(userId === undefined ? [] : [userPerson(userId)]), 'key:unknown'];
    const [row] = await this.database.rows<AccessKeyView & QueryResultRow>(
      `INSERT INTO access_keys AS k (name, key_hash, scopes, user_id, expires_at, persons, made_by, bot_config_id)
       SELECT $1::text, $2::text, $3::text[], $4::uuid, to_timestamp($5::float8 / 1000), $6::text[], $7::text, $8::uuid
       WHERE $4::uuid IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = $4::uuid AND disabled_at IS NULL)
       RETURNING ${COLUMNS}`,
      [
        ...[key.name, key.keyHash, key.scopes, userId ?? null, expiresAtMs ?? null],
        ...[behind, madeBy ?? null, botConfigId ?? null],
      ],
    );
    if (!row) throw new TradingFailure('USER_NOT_FOUND', 'The user is unknown or disabled');
    return row;
  }

  /** @throws TradingFailure API_KEY_WRONG */
  async use({ keyHash }: UseAccessKey): Promise<AccessKeyView> {
    const [row] = await this.database.rows<AccessKeyView & QueryResultRow & { scopesLeft: Scope[] }>(
      `WITH found AS (
         SELECT ${COLUMNS}, ARRAY(
           SELECT scope FROM unnest(k.scopes) scope
           WHERE NOT EXISTS (SELECT 1 FROM (${USERS_BEHIND}) u WHERE scope <> ALL (u.scopes))) AS "scopesLeft"
         FROM access_keys k
         WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
           AND NOT EXISTS (SELECT 1 FROM (${USERS_BEHIND}) u WHERE u.disabled_at IS NOT NULL)
       ), noted AS (
         UPDATE access_keys k SET last_used_at = now() FROM found
         WHERE k.id = found.id AND (k.last_used_at IS NULL OR k.last_used_at < now() - $2 * interval '1 ms')
       )
       SELECT * FROM found`,
      [keyHash, NOTED_EVERY_MS],
    );
    if (!row) throw new TradingFailure('API_KEY_WRONG', 'The API key is unknown, expired or revoked');
    const { scopesLeft, ...key } = row;
    return { ...key, scopes: scopesLeft };
  }

  async list({ userId }: ListAccessKeys): Promise<{ items: AccessKeyView[] }> {
    return {
      items: await this.database.rows<AccessKeyView & QueryResultRow>(
        `SELECT ${COLUMNS} FROM access_keys k WHERE $1::uuid IS NULL OR k.user_id = $1
         ORDER BY k.created_at DESC, k.id LIMIT 1000`,
        [userId ?? null],
      ),
    };
  }

  /** @throws TradingFailure KEY_NOT_FOUND */
  async revoke({ id, userId }: RevokeAccessKey): Promise<AccessKeyView> {
    const [row] = await this.database.rows<AccessKeyView & QueryResultRow>(
      `UPDATE access_keys k SET revoked_at = coalesce(k.revoked_at, now())
       WHERE k.id = $1 AND ($2::uuid IS NULL OR k.user_id = $2) RETURNING ${COLUMNS}`,
      [id, userId ?? null],
    );
    return row ?? unknownKey();
  }
}

function unknownKey(): never {
  throw new TradingFailure('KEY_NOT_FOUND', 'The key is unknown');
}
