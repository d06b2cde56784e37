/** A bot goes live only as it was judged: code, parameters, limits, build and rules have to be those of its clearance. */
import { boundFields, changedFields } from '@elvis/clearance';
import { BotConfigView, Clearance, getLimits, listClearances } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { CodeInUse } from './code-in-use';

@Injectable()
export class BotClearance {
  constructor(
    private readonly bus: Bus,
    private readonly code: CodeInUse,
    private readonly settings: BotsConfig,
  ) {}

  /** @throws TradingFailure BOT_NOT_CLEARED naming what was changed */
  async require(config: BotConfigView): Promise<void> {
    if (config.mode === 'paper') {
      if (this.settings.TRADING_MODE !== 'live') return;
      throw notCleared('its mode is paper, and this system trades live', []);
    }
    const { items } = await this.bus.request(listClearances, { of: config.id });
    const nowMs = Date.now();
    const isInForce = ({ revokedAtMs, expiresAtMs }: Clearance): boolean =>
      revokedAtMs === null && expiresAtMs > nowMs;
    const clearance = items.find(isInForce);
    const [newest] = items;
    if (clearance === undefined) {
      if (newest === undefined) throw notCleared('it has no clearance', []);
      throw notCleared(
        newest.revokedAtMs === null
          ? 'its clearance has expired'
          : `its clearance was revoked: ${newest.revokedBecause ?? ''}`,
        [],
      );
    }
    const changed = changedFields(clearance.bound, await this.now(config));
    if (changed.length > 0) throw notCleared(`changed since it was cleared: ${changed.join(', ')}`, changed);
  }

  private async now(config: BotConfigView): Promise<Readonly<Record<string, string>>> {
    const { limits } = await this.bus.request(getLimits, {});
    const riskLimits = Object.fromEntries(limits.map(({ name, value }) => [name, value]));
    const { build, rules, code } = this.code.of(config.strategy);
    return boundFields({ ...config, codeHash: code ?? '' }, { build, rules, riskLimits });
  }
}

const notCleared = (because: string, changed: readonly string[]): TradingFailure =>
  new TradingFailure(
    'BOT_NOT_CLEARED',
    `The bot was not started: ${because}. Judge it (npm run go-no-go) and have two people approve`,
    { context: { changed } },
  );
