/** Pauses the bots that a stop concerns, and lets them go on when it is over: those alone that nothing else holds. */
import { LOG, Log, Redis, readHalts } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../../facts/exchange-time';
import { isLive, paused, resumed } from '../../journal/changes';
import { BotChanges } from '../bot-changes';
import { BotIndex } from '../bot-index';

@Injectable()
export class HaltWatcher {
  constructor(
    private readonly redis: Redis,
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Never throws: the next look comes soon. */
  async look(): Promise<void> {
    try {
      const isHalted = await readHalts(this.redis);
      const live = this.index.all().filter(({ standing }) => isLive(standing));
      await Promise.all(
        live.map(async ({ standing: { config, causes } }) => {
          const halted = isHalted({ symbol: config.symbol, botConfigId: config.id });
          if (halted === causes.includes('halt')) return;
          const reason = halted ? 'trading is halted, or Redis cannot tell' : 'the halt is over';
          const because = { reason, actor: 'system', atMs: this.time.nowMs() };
          await this.changes.change(config.id, ({ standing }) =>
            halted ? paused(standing, 'halt', because) : resumed(standing, 'halt', because),
          );
        }),
      );
    } catch (error) {
      this.log.warn(
        { err: error },
        'Bots could not be paused or resumed for a halt; it is tried again, and the gate refuses their entries meanwhile',
      );
    }
  }
}
