/**
 * Pauses bots that have used up a limit of their own, and lets them go on when none is reached any more. It is asked after
 * each fill and each second, and judges by the sums as they then are: a supervisor that was down at midnight changes nothing.
 */
import { BotStanding } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';
import { BotPrices } from '../facts/bot-prices';
import { dayFigures, openResult } from '../figures/bot-figures';
import { BotWrite } from '../journal/bot-journal';
import { isLive, paused, resumed } from '../journal/changes';
import { LimitReached, reachedLimits } from '../limits/bot-limits';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';

@Injectable()
export class LimitPauses {
  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    private readonly prices: BotPrices,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE */
  async look(): Promise<void> {
    const live = this.index.all().filter(({ standing }) => isLive(standing));
    await Promise.all(live.map(({ standing }) => this.pauseAtLimits(standing)));
  }

  async pauseAtLimits(standing: BotStanding): Promise<void> {
    const nowMs = this.time.nowMs();
    const price = await this.priceOf(standing);
    if (!limited(standing, nowMs, price)) return;
    await this.changes.change(standing.config.id, ({ standing: now }) => limited(now, nowMs, price));
  }

  /** Only a drawdown is judged by what an open position is worth. */
  private async priceOf({ config, position }: BotStanding): Promise<Decimal | undefined> {
    if (config.limits?.maxDrawdown === undefined || position.entryPrice === null) return undefined;
    return this.prices.of(config.market, config.symbol);
  }
}

/** Undefined where its pause is as its limits say. */
function limited(standing: BotStanding, nowMs: number, price: Decimal | undefined): BotWrite | undefined {
  const { config, figures, lateSteps, causes, isDrawnDown } = standing;
  const open = price && openResult(figures, price);
  const reached = reachedLimits(config.limits ?? {}, figures, lateSteps, nowMs, { open, isDrawnDown });
  const because = { actor: 'system', atMs: nowMs };
  if (reached.length === 0)
    return causes.includes('limit')
      ? resumed(standing, 'limit', { ...because, reason: 'none of its limits is reached any more' })
      : undefined;
  if (causes.includes('limit')) return undefined;
  const { day, results, fees, funding } = dayFigures(figures, nowMs);
  const isFallen = reached.some(({ limit }) => limit === 'maxDrawdown');
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  const sums = [
    `results ${results}, fees ${fees}, funding ${funding} on ${date}`,
    ...(open ? [`the open position brings ${open.toFixed()} now`] : []),
    ...(figures.unpriced > 0 ? [`${figures.unpriced} fees have no price and are missing`] : []),
  ].join('; ');
  const reason = `${reached.map(sentenceOf).join('; ')} (${sums})`;
  const limits = reached.map(({ limit, maximum, value, untilMs }) => ({
    limit,
    maximum,
    used: value,
    day: untilMs === null ? null : date,
  }));
  return paused({ ...standing, ...(isFallen && { isDrawnDown: true }) }, 'limit', {
    ...because,
    reason,
    limits,
  });
}

const sentenceOf = ({ limit, value, maximum, untilMs }: LimitReached): string =>
  `${limit} is reached: ${value} of ${maximum}, ${untilMs === null ? 'until a new run' : `until ${new Date(untilMs).toISOString()}`}`;
