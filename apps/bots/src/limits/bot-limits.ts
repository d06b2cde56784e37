/**
 * The limits that a bot sets itself, judged by its figures. Nothing is remembered and nothing is reset: whether a bot may
 * open something is asked anew at every step and every sweep, so that a bot asked at 00:00:00.001 UTC has a new day,
 * whoever was down at midnight. They only keep entries back; what closes or protects passes.
 */
import { BotFigures, BotLimits } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { dayFigures, drawdownOf } from '../figures/bot-figures';
import { nextDayMs } from '../figures/utc-day';

/** The limits that pause a bot. Those of the day wake it at midnight UTC, the timed ones later; the drawdown never. */
type PausingLimit =
  | 'maxDailyLoss'
  | 'dailyTarget'
  | 'maxDailyTrades'
  | 'maxDrawdown'
  | 'lossStreak'
  | 'cooldownMs'
  | 'maxLateSteps';

export interface LimitReached {
  readonly limit: PausingLimit;
  /** The figure, and what it may be at most (of a target: at least). */
  readonly value: string;
  readonly maximum: string;
  /** When entries pass again by themselves, on the exchange's clock; null if only a new run ends it. */
  readonly untilMs: number | null;
}

/**
 * Every limit that is reached at this moment.
 *
 * @param nowMs the exchange's clock
 * @param drawn what the position that is held would bring now, where that is known; and whether the run has once fallen as
 *              far as it may, which nothing undoes
 */
export function reachedLimits(
  limits: BotLimits,
  figures: BotFigures,
  lateSteps: number,
  nowMs: number,
  drawn: { readonly open?: Decimal | undefined; readonly isDrawnDown?: boolean | undefined } = {},
): readonly LimitReached[] {
  const { net: text, entries } = dayFigures(figures, nowMs);
  const net = new Decimal(text);
  const drawdown = drawdownOf(figures, drawn.open);
  const reached: LimitReached[] = [];
  const add = (
    limit: PausingLimit,
    value: Decimal.Value,
    maximum: Decimal.Value,
    untilMs: number | null,
  ): number =>
    reached.push({
      limit,
      value: new Decimal(value).toFixed(),
      maximum: new Decimal(maximum).toFixed(),
      untilMs,
    });
  const midnightMs = nextDayMs(nowMs);
  const { maxDailyLoss, dailyTarget, maxDailyTrades, maxDrawdown, maxLateSteps } = limits;
  if (maxDailyLoss && net.negated().gte(maxDailyLoss))
    add('maxDailyLoss', net.negated(), maxDailyLoss, midnightMs);
  if (dailyTarget && net.gte(dailyTarget)) add('dailyTarget', net, dailyTarget, midnightMs);
  if (maxDailyTrades !== undefined && entries >= maxDailyTrades)
    add('maxDailyTrades', entries, maxDailyTrades, midnightMs);
  if (maxDrawdown && (drawn.isDrawnDown || drawdown.gte(maxDrawdown)))
    add('maxDrawdown', drawdown, maxDrawdown, null);
  if (maxLateSteps !== undefined && lateSteps >= maxLateSteps)
    add('maxLateSteps', lateSteps, maxLateSteps, null);
  const rest = restAfterLosses(limits, figures);
  if (rest !== undefined && nowMs < rest.untilMs) add('lossStreak', figures.losses, rest.n, rest.untilMs);
  const cooldown = cooldownEnd(limits, figures);
  if (cooldown !== undefined && nowMs < cooldown) add('cooldownMs', cooldown - nowMs, 0, cooldown);
  return reached;
}

function restAfterLosses(
  { lossStreak }: BotLimits,
  { losses, lastClosedAtMs }: BotFigures,
): { readonly n: number; readonly untilMs: number } | undefined {
  if (!lossStreak || lastClosedAtMs === null || losses === 0) return undefined;
  // After its rest the next trade is free again: the streak counts in whole lots.
  if (losses % lossStreak.losses !== 0) return undefined;
  return { n: lossStreak.losses, untilMs: lastClosedAtMs + lossStreak.restMs };
}

const cooldownEnd = ({ cooldownMs }: BotLimits, { lastStopAtMs }: BotFigures): number | undefined =>
  cooldownMs !== undefined && lastStopAtMs !== null ? lastStopAtMs + cooldownMs : undefined;
