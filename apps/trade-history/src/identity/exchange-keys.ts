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
import { IsNull, MoreThan } from 'typeorm';
import { Database } from '../database/database';
import { ApiKey } from '../database/entities/api-key.entity';
import { User } from '../database/entities/user.entity';

const KEYS_AT_MOST = 10;
const NOTHING = Buffer.alloc(0);

@Injectable()
export class ExchangeKeys {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure KEY_LIMIT_REACHED */
  async store({ id, userId, label, market, keyHint, ...sealed }: StoreExchangeKey): Promise<ExchangeKeyView> {
    const key = Object.assign(new ApiKey(), {
      id,
      userId,
      label,
      market,
      keyHint,
      keySealed: Buffer.from(sealed.keySealed, 'base64'),
      secretSealed: Buffer.from(sealed.secretSealed, 'base64'),
    });
    await this.database.entities(async (entities) => {
      // One at a time for a user, so that many at once do not all find room for one more.
      await entities.findOne(User, { where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      const stored = await entities.countBy(ApiKey, { userId, revokedAt: IsNull() });
      if (stored >= KEYS_AT_MOST)
        throw new TradingFailure(
          'KEY_LIMIT_REACHED',
          `A user can have at most ${KEYS_AT_MOST} exchange keys; the key was not stored. Delete one first`,
          {
            context: { limit: KEYS_AT_MOST },
          },
        );
      await entities.insert(ApiKey, key);
    });
    return toView(key);
  }

  async list({ userId }: ListExchangeKeys): Promise<{ items: ExchangeKeyView[] }> {
    const keys = await this.database.entities((entities) =>
      entities.find(ApiKey, {
        where: { userId, revokedAt: IsNull() },
        order: { createdAt: 'DESC', id: 'ASC' },
      }),
    );
    return { items: keys.map(toView) };
  }

  /** What was sealed is overwritten: a removed key cannot come back. @throws TradingFailure KEY_NOT_FOUND */
  async remove({ id, userId }: RemoveExchangeKey): Promise<ExchangeKeyView> {
    const key = await this.database.entities(async (entities) => {
      const { affected } = await entities.update(
        ApiKey,
        { id, userId, revokedAt: IsNull() },
        { revokedAt: () => 'now()', keySealed: NOTHING, secretSealed: NOTHING },
      );
      return affected ? entities.findOneBy(ApiKey, { id }) : null;
    });
    return toView(key ?? unknownKey());
  }

  async sealed({ afterId, limit }: ListSealedKeys): Promise<{ items: SealedKey[] }> {
    const keys = await this.database.entities((entities) =>
      entities.find(ApiKey, {
        where: { revokedAt: IsNull(), ...(afterId && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
    return {
      items: keys.map(({ id, userId, keySealed, secretSealed }) => ({
        id,
        userId,
        keySealed: keySealed.toString('base64'),
        secretSealed: secretSealed.toString('base64'),
      })),
    };
  }

  /** @throws TradingFailure KEY_NOT_FOUND it has been removed meanwhile */
  async reseal({ id, keySealed, secretSealed }: ResealExchangeKey): Promise<{ id: string }> {
    const { affected } = await this.database.entities((entities) =>
      entities.update(
        ApiKey,
        { id, revokedAt: IsNull() },
        { keySealed: Buffer.from(keySealed, 'base64'), secretSealed: Buffer.from(secretSealed, 'base64') },
      ),
    );
    return affected ? { id } : unknownKey();
  }
}

const toView = ({ id, label, market, keyHint, createdAt }: ApiKey): ExchangeKeyView => ({
  id,
  label,
  market,
  keyHint,
  createdAtMs: createdAt.getTime(),
});

function unknownKey(): never {
  throw new TradingFailure('KEY_NOT_FOUND', 'No such key; nothing was changed');
}
