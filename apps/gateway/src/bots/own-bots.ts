/** Whose a bot is: each caller sees and steers the own ones only, and a key that is bound to a bot only that one. */
import { BotConfigOfRuns, BotConfigView, getBotConfig, listBotConfigs } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { Caller, botOf, ownerOf } from '../identity/caller';

@Injectable()
export class OwnBots {
  constructor(private readonly bus: Bus) {}

  /** @throws TradingFailure BOT_NOT_FOUND; BOT_NOT_ALLOWED the key is bound to another */
  one(caller: Caller, id: string): Promise<BotConfigOfRuns> {
    botOf(caller, id);
    return this.bus.request(getBotConfig, { id, owner: ownerOf(caller) });
  }

  /** Newest first. */
  async all(caller: Caller): Promise<readonly BotConfigView[]> {
    const { items } = await this.bus.request(listBotConfigs, { owner: ownerOf(caller) });
    const { botConfigId: bound } = caller;
    return bound === undefined ? items : items.filter(({ id }) => id === bound);
  }
}
