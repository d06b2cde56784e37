/**
 * The limits that a bot sets itself, judged by its figures. Nothing is remembered and nothing is reset: whether a bot may
 * open something is asked anew at every step and every sweep, so that a bot asked at 00:00:00.001 UTC has a new day,
 * whoever was down at midnight. They only keep entries back; what closes or protects passes.
 */
import { Decimal } from '@elvis/trading';
import { BotFigures, dayFigures, drawdownOf } from '../../figures/domain/bot-figures';
import { nextDayMs, utcDayOf } from '../../figures/domain/utc-day';

/** Absent is off. Amounts are in the quote asset. */
export interface BotLimits {
  readonly maxDailyLoss?: Decimal;
  readonly dailyTarget?: Decimal;
  readonly maxDailyTrades?: number;
  /** Of the run, from the highest that its net was. */
  readonly maxDrawdown?: Decimal;
  readonly maxPosition?: Decimal;
  readonly maxOpenOrders?: number;
  readonly maxOrdersPerMinute?: number;
  readonly lossStreak?: { readonly n: number; readonly restMs: number };
  readonly cooldownAfterStopMs?: number;
  /** Steps of a UTC day that came too late to open something. */
  readonly maxLateSteps?: number;
}

/** The limits that pause a bot. Those of the day wake it at midnight UTC, the timed ones later; the drawdown never. */
export type PausingLimit =
  | 'maxDailyLoss'
  | 'dailyTarget'
  | 'maxDailyTrades'
  | 'maxDrawdown'
  | 'lossStreak'
  | 'cooldownAfterStop'
  | 'maxLateSteps';

export interface LimitReached {
  readonly limit: PausingLimit;
  /** The figure, and what it may be at most (of a target: at least). */
  readonly value: string;
  readonly maximum: string;
  /** When entries pass again by themselves, on the exchange's clock; null if only a new run ends it. */
  readonly untilMs: number | null;
}

/** UTC times of the steps that came too late; see `countLateSteps`. */
export const countLateSteps = (lateAtMs: readonly number[], nowMs: number): number =>
  lateAtMs.filter((atMs) => utcDayOf(atMs) === utcDayOf(nowMs)).length;

/**
 * Every limit that is reached at this moment.
 *
 * @param nowMs the exchange's clock
 */
export function reachedLimits(
  limits: BotLimits,
  figures: BotFigures,
  lateSteps: number,
  nowMs: number,
): readonly LimitReached[] {
  const { net: text, trades } = dayFigures(figures, nowMs);
  const net = new Decimal(text);
  const drawdown = drawdownOf(figures);
  const reached: LimitReached[] = [];
  const add = (
    limit: PausingLimit,
    value: Decimal | number,
    maximum: Decimal | number,
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
  if (maxDailyLoss && net.lte(maxDailyLoss.negated()))
    add('maxDailyLoss', net.negated(), maxDailyLoss, midnightMs);
  if (dailyTarget && net.gte(dailyTarget)) add('dailyTarget', net, dailyTarget, midnightMs);
  if (maxDailyTrades !== undefined && trades >= maxDailyTrades)
    add('maxDailyTrades', trades, maxDailyTrades, midnightMs);
  if (maxDrawdown && drawdown.gte(maxDrawdown)) add('maxDrawdown', drawdown, maxDrawdown, null);
  if (maxLateSteps !== undefined && lateSteps >= maxLateSteps)
    add('maxLateSteps', lateSteps, maxLateSteps, midnightMs);
  const rest = restAfterLosses(limits, figures);
  if (rest !== undefined && nowMs < rest.untilMs) add('lossStreak', figures.losses, rest.n, rest.untilMs);
  const cooldown = cooldownEnd(limits, figures);
  if (cooldown !== undefined && nowMs < cooldown) add('cooldownAfterStop', cooldown - nowMs, 0, cooldown);
  return reached;
}

function restAfterLosses(
  { lossStreak }: BotLimits,
  { losses, lastClosedAtMs }: BotFigures,
): { readonly n: number; readonly untilMs: number } | undefined {
  if (!lossStreak || lastClosedAtMs === null || losses === 0) return undefined;
  // After its rest the next trade is free again: the streak counts in whole lots.
  if (losses % lossStreak.n !== 0) return undefined;
  return { n: lossStreak.n, untilMs: lastClosedAtMs + lossStreak.restMs };
}

const cooldownEnd = ({ cooldownAfterStopMs }: BotLimits, { lastStopAtMs }: BotFigures): number | undefined =>
  cooldownAfterStopMs !== undefined && lastStopAtMs !== null ? lastStopAtMs + cooldownAfterStopMs : undefined;
