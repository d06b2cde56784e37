/** How much of each of its limits a bot has used, for those who look. */
import { BotLimitUse, BotStanding } from '@elvis/contracts';
import { Decimal, MINUTE_MS, ZERO, maxDecimal } from '@elvis/trading';
import { dayFigures, drawdownOf } from '../figures/bot-figures';

/** @param nowMs the exchange's clock */
export function usedLimits(standing: BotStanding, nowMs: number): readonly BotLimitUse[] {
  const { config, figures, lateSteps, orders, orderedAtMs } = standing;
  const limits = config.limits ?? {};
  const { net, entries } = dayFigures(figures, nowMs);
  const used = (name: string, maximum: string | number | undefined, value: Decimal.Value): BotLimitUse[] =>
    maximum === undefined ? [] : [{ name, maximum: `${maximum}`, used: new Decimal(value).toFixed() }];
  const resting = orders.filter(({ role }) => role === 'ENTRY' || role === 'GRID').length;
  const lastMinute = orderedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS).length;
  return [
    ...used('maxDailyLoss', limits.maxDailyLoss, maxDecimal(new Decimal(net).negated(), ZERO)),
    ...used('dailyTarget', limits.dailyTarget, maxDecimal(new Decimal(net), ZERO)),
    ...used('maxDailyTrades', limits.maxDailyTrades, entries),
    ...used('maxDrawdown', limits.maxDrawdown, drawdownOf(figures)),
    ...used('maxPosition', limits.maxPosition, figures.holding.cost),
    ...used('maxOpenOrders', limits.maxOpenOrders, resting),
    ...used('maxOrdersPerMinute', limits.maxOrdersPerMinute, lastMinute),
    ...used('lossStreak', limits.lossStreak?.losses, figures.losses),
    ...used('maxLateSteps', limits.maxLateSteps, lateSteps),
  ];
}
