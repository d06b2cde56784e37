/** Users' keys at the exchange, sealed by the gateway: this service could not open them. */
import {
  ExchangeKeyView,
  ListExchangeKeys,
  ListSealedKeys,
  RemoveExchangeKey,
  ResealExchangeKey,
  SealedKey,
  StoreExchangeKey,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { millis } from '../database/conditions';

const COLUMNS = `id, label, market, key_hint AS "keyHint", ${millis('created_at')} AS "createdAtMs"`;

const KEYS_AT_MOST = 10;

@Injectable()
export class ExchangeKeys {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure KEY_LIMIT_REACHED */
  async store(key: StoreExchangeKey): Promise<ExchangeKeyView> {
    return this.database.transaction(async (client) => {
      // One at a time for a user, so that many at once do not all find room for one more.
      await client.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [key.userId]);
      const { rows } = await client.query<ExchangeKeyView>(
        `INSERT INTO api_keys (id, user_id, label, market, key_hint, key_sealed, secret_sealed)
         SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, decode($6, 'base64'), decode($7, 'base64')
         WHERE (SELECT count(*) FROM api_keys WHERE user_id = $2 AND revoked_at IS NULL) < $8::integer RETURNING ${COLUMNS}`,
        [
          key.id,
          key.userId,
          key.label,
          key.market,
          key.keyHint,
          key.keySealed,
          key.secretSealed,
          KEYS_AT_MOST,
        ],
      );
      const [row] = rows;
      if (row) return row;
      throw new TradingFailure('KEY_LIMIT_REACHED', `A user can have at most ${KEYS_AT_MOST} exchange keys`, {
        context: { limit: KEYS_AT_MOST },
      });
    });
  }

  async list({ userId }: ListExchangeKeys): Promise<{ items: ExchangeKeyView[] }> {
    return {
      items: await this.database.rows<ExchangeKeyView & QueryResultRow>(
        `SELECT ${COLUMNS} FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id`,
        [userId],
      ),
    };
  }

  /** What was sealed is overwritten: a removed key cannot come back. @throws TradingFailure KEY_NOT_FOUND */
  async remove({ id, userId }: RemoveExchangeKey): Promise<ExchangeKeyView> {
    const [row] = await this.database.rows<ExchangeKeyView & QueryResultRow>(
      `UPDATE api_keys SET revoked_at = now(), key_sealed = '', secret_sealed = ''
       WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
      [id, userId],
    );
    return row ?? unknownKey();
  }

  async sealed({ afterId, limit }: ListSealedKeys): Promise<{ items: SealedKey[] }> {
    return {
      items: await this.database.rows<SealedKey & QueryResultRow>(
        `SELECT id, user_id AS "userId", translate(encode(key_sealed, 'base64'), E'\\n', '') AS "keySealed",
           translate(encode(secret_sealed, 'base64'), E'\\n', '') AS "secretSealed"
         FROM api_keys WHERE revoked_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
        [afterId ?? null, limit],
      ),
    };
  }

  /** @throws TradingFailure KEY_NOT_FOUND it has been removed meanwhile */
  async reseal({ id, keySealed, secretSealed }: ResealExchangeKey): Promise<{ id: string }> {
    const [row] = await this.database.rows<{ id: string }>(
      `UPDATE api_keys SET key_sealed = decode($2, 'base64'), secret_sealed = decode($3, 'base64')
       WHERE id = $1 AND revoked_at IS NULL RETURNING id`,
      [id, keySealed, secretSealed],
    );
    return row ?? unknownKey();
  }
}

function unknownKey(): never {
  throw new TradingFailure('KEY_NOT_FOUND', 'The key is unknown');
}
