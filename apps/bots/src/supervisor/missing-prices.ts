/**
 * Bots whose protection or limit needs to know what their symbol is worth: a spot stop that may have been jumped over, a
 * drawdown of the open position. While that is not known nothing is guessed: it is alarmed, and a bot that runs is PAUSED.
 */
import { BotStanding } from '@elvis/contracts';
import { LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BotPrices } from '../facts/bot-prices';
import { ExchangeTime } from '../facts/exchange-time';
import { paused, resumed } from '../journal/changes';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';

/** A feed that reconnects is back sooner. */
const ALARM_AFTER_MS = 10_000;

interface Missing {
  readonly sinceMs: number;
  isAlarmed: boolean;
}

@Injectable()
export class MissingPrices {
  private readonly missing = new Map<string, Missing>();
  private readonly age;

  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly prices: BotPrices,
    private readonly time: ExchangeTime,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.age = metrics.gauge(
      'elvis_bots_price_missing_seconds',
      'For how long the price that a bot with a position needs has not been known; 0 where it is',
      ['bot'],
    );
  }

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async look(): Promise<void> {
    for (const { standing } of this.index.all()) {
      const { id, market, symbol } = standing.config;
      if (!needsPrice(standing) || (await this.prices.of(market, symbol))) {
        if (this.missing.delete(id)) this.age.set({ bot: id }, 0);
        await this.resume(standing);
      } else await this.miss(standing);
    }
  }

  private async miss(standing: BotStanding): Promise<void> {
    const { id, market, symbol } = standing.config;
    const known = this.missing.get(id) ?? { sinceMs: performance.now(), isAlarmed: false };
    this.missing.set(id, known);
    const forMs = performance.now() - known.sinceMs;
    this.age.set({ bot: id }, forMs / 1_000);
    if (forMs <= ALARM_AFTER_MS) return;
    if (!known.isAlarmed)
      this.log.error(
        { alert: 'BOT_PRICE_STALE', botConfigId: id, market, symbol, forMs: Math.round(forMs) },
        'What the symbol of a bot with a position is worth is not known, so it is not known whether its stop was jumped over or its drawdown reached; it enters nothing. Look at the venue of market-data, and at the position',
      );
    known.isAlarmed = true;
    if (standing.causes.includes('stale')) return;
    const reason = `no price of ${symbol} (${market}) for ${Math.round(forMs / 1_000)} s; nothing is guessed in its place`;
    const because = { reason, actor: 'system', atMs: this.time.nowMs() };
    await this.changes.change(id, ({ standing: now }) => paused(now, 'stale', because));
  }

  private async resume({ config, causes }: BotStanding): Promise<void> {
    if (!causes.includes('stale')) return;
    const because = { reason: 'its price is known again', actor: 'system', atMs: this.time.nowMs() };
    await this.changes.change(config.id, ({ standing: now }) => resumed(now, 'stale', because));
  }
}

function needsPrice({ position, config, guard: { terms } }: BotStanding): boolean {
  if (position.entryPrice === null) return false;
  const hasStop = terms !== null && (terms.stop !== null || terms.trailing !== null);
  return config.limits?.maxDrawdown !== undefined || (config.market === 'spot' && hasStop);
}
