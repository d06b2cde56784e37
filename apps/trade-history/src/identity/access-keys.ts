/** Our own keys: found by the hash of what was shown once, until they expire, are revoked, or their user is disabled. */
import {
  AccessKeyView,
  CreateAccessKey,
  ListAccessKeys,
  RevokeAccessKey,
  UseAccessKey,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { millis } from '../queries/conditions';

const COLUMNS = `k.id, k.name, k.scopes, k.user_id AS "userId", ${millis('k.created_at')} AS "createdAtMs",
  ${millis('k.expires_at')} AS "expiresAtMs", ${millis('k.last_used_at')} AS "lastUsedAtMs",
  ${millis('k.revoked_at')} AS "revokedAtMs"`;

@Injectable()
export class AccessKeys {
  constructor(private readonly database: Database) {}

  async create({ name, keyHash, scopes, userId, expiresAtMs }: CreateAccessKey): Promise<AccessKeyView> {
    const [row] = await this.database.rows<AccessKeyView & QueryResultRow>(
      `INSERT INTO access_keys AS k (name, key_hash, scopes, user_id, expires_at)
       VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000)) RETURNING ${COLUMNS}`,
      [name, keyHash, scopes, userId ?? null, expiresAtMs ?? null],
    );
    return row ?? unknownKey();
  }

  /** @throws TradingFailure API_KEY_WRONG */
  async use({ keyHash }: UseAccessKey): Promise<AccessKeyView> {
    const [row] = await this.database.rows<AccessKeyView & QueryResultRow>(
      `UPDATE access_keys k SET last_used_at = now()
       WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
         AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = k.user_id AND u.disabled_at IS NOT NULL)
       RETURNING ${COLUMNS}`,
      [keyHash],
    );
    if (!row) throw new TradingFailure('API_KEY_WRONG', 'This key opens nothing here');
    return row;
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
  throw new TradingFailure('KEY_NOT_FOUND', 'There is no such key');
}
