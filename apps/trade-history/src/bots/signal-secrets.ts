/** The secret by which a signal from outside reaches its bot: only its hash is here. */
import { BotConfigView, CheckSignalSecret, SetSignalSecret } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { statement } from '../database/conditions';
import { Database } from '../database/database';
import { BotConfigs } from './bot-configs';

const HASH = statement(
  'SELECT signal_secret_hash AS hash FROM bot_configs WHERE id = $1 AND deleted_at IS NULL',
);
const NO_HASH = '0'.repeat(64);

@Injectable()
export class SignalSecrets {
  constructor(
    private readonly database: Database,
    private readonly configs: BotConfigs,
  ) {}

  /** @throws TradingFailure BOT_NOT_FOUND */
  set({ id, owner, actor, secretHash }: SetSignalSecret): Promise<BotConfigView> {
    return this.configs.write(async (client) => {
      await this.configs.lock(client, id, owner);
      await client.query('UPDATE bot_configs SET signal_secret_hash = $2, updated_at = now() WHERE id = $1', [
        id,
        secretHash,
      ]);
      return { id, change: 'signal-secret', actor };
    });
  }

  /** @throws TradingFailure SIGNAL_SECRET_WRONG */
  async check({ id, secretHash }: CheckSignalSecret): Promise<{ readonly isGenuine: true }> {
    const [row] = await this.database.rows<{ hash: string | null }>(HASH, [id]);
    const expected = Buffer.from(row?.hash ?? NO_HASH, 'hex');
    if (timingSafeEqual(expected, Buffer.from(secretHash, 'hex')) && row?.hash) return { isGenuine: true };
    throw new TradingFailure(
      'SIGNAL_SECRET_WRONG',
      'No bot has this id and this secret; the signal was not used. Check the address and the field `secret`',
    );
  }
}
